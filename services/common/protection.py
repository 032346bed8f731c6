"""What a migration says about who may change a table: append-only ones, the relay's window on the outbox."""

import os

from alembic import op

from services.common.retention import REFUSE_CHANGE


def append_only(*tables: str) -> None:
    """Rows of these tables can be added and read, never changed or deleted: by grant and by trigger."""
    op.execute(REFUSE_CHANGE)
    role = os.environ["HALL_SERVICE"]
    for table in tables:
        op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM "{role}"')
        op.execute(
            f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def open_to_relay(table: str) -> None:
    """The relay's role may read, mark and clear rows of this table, and nothing else in the database."""
    op.execute(f'GRANT SELECT, UPDATE, DELETE ON "{table}" TO relay')
