"""Closed codes about which the bank has answered and the hall failed: not the same as a silent bank."""

from alembic import op

revision = "deposit_answers_not_taken_in"
down_revision = "deposit_closed_codes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier migrations make the table as its model is now."""
    op.execute(
        "ALTER TABLE contribution_attempts"
        " ADD COLUMN IF NOT EXISTS not_taken_in boolean NOT NULL DEFAULT false"
    )
