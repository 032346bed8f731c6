"""Old operations are found without reading young ones, also once many have been deleted."""

from alembic import op

revision = "common_0007"
down_revision = "common_0006"
branch_labels = None
depends_on = None

# As those of the other tables whose pages are emptied and filled again (common_0006).
_STATEMENTS = (
    "DROP INDEX IF EXISTS operations_by_age",
    "CREATE INDEX operations_by_age ON operations (done_at)",
)


def upgrade() -> None:
    """Make the index of `services.common.tables.Operation` that stands for a block range until now."""
    for statement in _STATEMENTS:
        op.execute(statement)
