"""Events that did not come are remembered until they do; a dead letter counts how often it died."""

from alembic import op

from services.common.tables import Common, MissingEvent

revision = "common_0005"
down_revision = "common_0004"
branch_labels = None
depends_on = None

# A new hall has the columns from the first migration already, which makes the tables as they are now.
_COLUMNS = (
    ("dead_letters", "deaths integer NOT NULL DEFAULT 1"),
    ("inbox_sequences", "seen_at timestamptz NOT NULL DEFAULT clock_timestamp()"),
)


def upgrade() -> None:
    """Add the columns, and the table of `services.common.tables.MissingEvent`."""
    for table, column in _COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}")
    Common.metadata.create_all(op.get_bind(), tables=[Common.metadata.tables[MissingEvent.__tablename__]])
