"""Slips on contributions, transfers and refunds: never changed or deleted."""

import sqlalchemy as sa
from alembic import op

from services.common.protection import append_only

revision = "deposit_slips"
down_revision = "deposit_begun_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of `services.deposit.papers.models.Slip`."""
    op.create_table(
        "slips",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("code", sa.String(20), nullable=False, unique=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fund_number", sa.String(20), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    append_only("slips")
