"""Who asked for an account statement how often."""

import sqlalchemy as sa
from alembic import op

revision = "deposit_statement_wishes"
down_revision = "deposit_times_of_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of wishes."""
    op.create_table(
        "statement_wishes",
        sa.Column("op_id", sa.String(200), primary_key=True),
        sa.Column("fund_number", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("statement_wishes_of_a_person", "statement_wishes", ["fund_number", "at"])
