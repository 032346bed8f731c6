"""The tables in which an import of books remembers what it has done."""

from alembic import op

from services.common.importing.tables import ImportTables

revision = "common_0002"
down_revision = "common_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of `services.common.importing.tables`."""
    ImportTables.metadata.create_all(op.get_bind())
