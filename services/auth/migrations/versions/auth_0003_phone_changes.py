"""Changes of the verified phone."""

import sqlalchemy as sa
from alembic import op

revision = "auth_0003"
down_revision = "auth_0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of `services.auth.models.PhoneChange`."""
    op.create_table(
        "phone_changes",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("fund_number", sa.String(12), sa.ForeignKey("people.fund_number"), nullable=False),
        sa.Column("former_phone", sa.LargeBinary, nullable=False),
        sa.Column("new_phone", sa.LargeBinary, nullable=False),
        sa.Column("begun_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME),
    )
    op.create_index("phone_changes_of_person", "phone_changes", ["fund_number", "begun_at"])
    op.create_index("phone_changes_by_expiry", "phone_changes", ["expires_at"])
