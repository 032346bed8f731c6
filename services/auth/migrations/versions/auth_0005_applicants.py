"""Applicants: people without an account who open one as freelancers."""

import sqlalchemy as sa
from alembic import op

revision = "auth_0005"
down_revision = "auth_0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of applicants."""
    op.create_table(
        "applicants",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("name", sa.LargeBinary),
        sa.Column("id_number", sa.LargeBinary),
        sa.Column("phone", sa.LargeBinary),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("fund_number", sa.String(12)),
        sa.Column("begun_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "state <> 'opened' OR (name IS NULL AND id_number IS NULL AND phone IS NULL"
            " AND password_hash IS NULL AND fund_number IS NOT NULL)",
            name="opened_without_personal_data",
        ),
    )
    op.create_index("applicants_by_expiry", "applicants", ["expires_at"])
