"""Changes of phone that lower somebody's limits for some hours."""

import sqlalchemy as sa
from alembic import op

from services.common.protection import append_only

revision = "withdrawal_0002"
down_revision = "withdrawal_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of `services.withdrawal.models.HeededChange`."""
    op.create_table(
        "heeded_changes",
        sa.Column("message_id", sa.String(36), primary_key=True),
        sa.Column("fund_number", sa.String(20), nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("heeded_changes_of_a_person", "heeded_changes", ["fund_number", "changed_at"])
    append_only("heeded_changes")
