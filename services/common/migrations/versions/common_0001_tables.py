"""The tables every service has, what may not be changed in them, and what the relay may touch."""

from alembic import op

from services.common.protection import append_only, open_to_relay
from services.common.tables import APPEND_ONLY, Common

revision = "common_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of `services.common.tables`."""
    Common.metadata.create_all(op.get_bind())
    append_only(*APPEND_ONLY)
    open_to_relay("outbox")
