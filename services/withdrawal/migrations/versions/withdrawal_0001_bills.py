"""Withdrawal bills, their payment attempts and signed documents."""

from alembic import op

from services.common.protection import append_only
from services.withdrawal.models import NUMBERS, Record

revision = "withdrawal_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of `services.withdrawal.models`."""
    tables = [Record.metadata.tables[name] for name in ("bills", "payment_attempts", "signed_documents")]
    NUMBERS.create(op.get_bind(), checkfirst=True)
    Record.metadata.create_all(op.get_bind(), tables=tables)
    append_only("signed_documents")
