"""Withdrawal bills and their payment attempts."""

from alembic import op

from services.withdrawal.models import Record

revision = "withdrawal_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of `services.withdrawal.models`."""
    Record.metadata.create_all(op.get_bind())
