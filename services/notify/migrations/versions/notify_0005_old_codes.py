"""Old messages with a code are found at once among the others, which are kept much longer."""

from alembic import op

revision = "notify_0005"
down_revision = "notify_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the age of messages that carried a code."""
    op.execute(
        "CREATE INDEX IF NOT EXISTS messages_codes_by_age ON messages (written_at)"
        " WHERE send_before_at IS NOT NULL"
    )
