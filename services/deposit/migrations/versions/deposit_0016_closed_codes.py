"""When a payment code was closed: what the bank does not answer for days is for the operator."""

from alembic import op

revision = "deposit_closed_codes"
down_revision = "deposit_turnover"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier migrations make the table as its model is now."""
    op.execute("ALTER TABLE contribution_attempts ADD COLUMN IF NOT EXISTS closed_at timestamptz")
    op.execute("UPDATE contribution_attempts SET closed_at = now() WHERE ask_after IS NOT NULL")
