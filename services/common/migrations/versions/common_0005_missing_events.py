"""Events that did not come are remembered until they do; dead letters count deaths; ages have indexes."""

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
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS inbox_by_age ON inbox USING brin (received_at)",
    "CREATE INDEX IF NOT EXISTS transitions_by_age ON transitions USING brin (recorded_at)",
)


def upgrade() -> None:
    """Add the columns and indexes, and the table of `services.common.tables.MissingEvent`."""
    for table, column in _COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}")
    for index in _INDEXES:
        op.execute(index)
    Common.metadata.create_all(op.get_bind(), tables=[Common.metadata.tables[MissingEvent.__tablename__]])
