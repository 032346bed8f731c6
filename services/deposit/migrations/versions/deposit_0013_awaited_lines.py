"""Which imported accounts may still be brought lines by an import."""

from alembic import op

revision = "deposit_awaited_lines"
down_revision = "deposit_serials_of_refunds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier migrations make the table as its model is now."""
    op.execute("ALTER TABLE accounts ADD COLUMN IF NOT EXISTS awaits_lines boolean NOT NULL DEFAULT false")
