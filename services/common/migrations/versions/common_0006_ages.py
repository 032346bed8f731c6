"""What is old is found without reading what is young, however large a table has grown."""

from alembic import op

revision = "common_0006"
down_revision = "common_0005"
branch_labels = None
depends_on = None

# Of pages that were emptied and filled again a block range tells nothing any more: these are plain indexes.
_STATEMENTS = (
    "CREATE INDEX IF NOT EXISTS used_receipts_by_operation ON used_receipts (op_id)",
    "CREATE INDEX IF NOT EXISTS outbox_by_age ON outbox (at)",
    "DROP INDEX IF EXISTS inbox_by_age",
    "CREATE INDEX inbox_by_age ON inbox (received_at)",
    "DROP INDEX IF EXISTS transitions_by_age",
    "DROP FUNCTION IF EXISTS forget_transitions(timestamptz, integer)",
)


def upgrade() -> None:
    """Make the indexes of ages; the history of rows that may go has triggers now (`retention`)."""
    for statement in _STATEMENTS:
        op.execute(statement)
