"""Withdrawal bills and their payment attempts."""

from alembic import op

from services.withdrawal.models import NUMBERS, Attempt, Bill, Record

revision = "withdrawal_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of `services.withdrawal.models`."""
    NUMBERS.create(op.get_bind())
    tables = [Record.metadata.tables[model.__tablename__] for model in (Bill, Attempt)]
    Record.metadata.create_all(op.get_bind(), tables=tables)
