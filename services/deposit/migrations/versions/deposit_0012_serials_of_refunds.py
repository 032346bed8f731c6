"""The bank's own number of a refund, for its slip."""

from alembic import op

revision = "deposit_serials_of_refunds"
down_revision = "deposit_slips"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier migrations make the table as its model is now."""
    op.execute("ALTER TABLE refunds ADD COLUMN IF NOT EXISTS bank_serial varchar(60)")
