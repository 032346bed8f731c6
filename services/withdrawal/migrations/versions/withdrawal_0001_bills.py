"""Withdrawal bills, their payment attempts and signed documents."""

from alembic import op

from services.common.protection import append_only
from services.withdrawal.models import APPEND_ONLY, Record

revision = "withdrawal_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of `services.withdrawal.models`."""
    Record.metadata.create_all(op.get_bind())
    append_only(*APPEND_ONLY)
