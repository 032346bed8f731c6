"""Codes are found at once, however many other messages wait."""

from alembic import op

revision = "notify_0004"
down_revision = "notify_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the waiting messages that carry a code."""
    op.execute(
        "CREATE INDEX IF NOT EXISTS messages_codes_waiting ON messages (next_attempt_at)"
        " WHERE state IN ('queued', 'sending', 'unknown') AND send_before_at IS NOT NULL"
    )
