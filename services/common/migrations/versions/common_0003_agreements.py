"""The texts people signed, and their signatures: never changed or deleted."""

from alembic import op

from services.common.agreements import APPEND_ONLY, AgreementTables
from services.common.protection import append_only

revision = "common_0003"
down_revision = "common_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of `services.common.agreements`."""
    AgreementTables.metadata.create_all(op.get_bind())
    append_only(*APPEND_ONLY)
