"""What was drawn before the hall, for the limits on how often: never changed or deleted."""

import sqlalchemy as sa
from alembic import op

from services.common.protection import append_only

revision = "deposit_imported_withdrawals"
down_revision = "deposit_awaited_lines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of `services.deposit.models.ImportedWithdrawal`."""
    op.create_table(
        "imported_withdrawals",
        sa.Column("line_number", sa.String(40), primary_key=True),
        sa.Column("fund_number", sa.String(20), sa.ForeignKey("accounts.fund_number"), nullable=False),
        sa.Column("national_reason", sa.String(2), nullable=False),
        sa.Column("drawn_on", sa.Date, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
    )
    op.create_index(
        "imported_withdrawals_by_account",
        "imported_withdrawals",
        ["fund_number", "drawn_on", "line_number"],
    )
    append_only("imported_withdrawals")
