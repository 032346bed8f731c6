"""Contribution bills, attempts to pay them, money that came in and how it ended, refunds."""

from alembic import op
from sqlalchemy import insert

from services.common.ledger.models import LedgerAccount
from services.common.ledger.subjects import Subject
from services.common.protection import append_only
from services.deposit.contribution.models import (
    APPEND_ONLY,
    BILL_NUMBERS,
    REFUND_NUMBERS,
    TABLES,
)
from services.deposit.models import Record

revision = "deposit_0003"
down_revision = "deposit_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, their numbers and the subject of money received and not booked yet."""
    for numbers in (BILL_NUMBERS, REFUND_NUMBERS):
        numbers.create(op.get_bind(), checkfirst=True)
    tables = [Record.metadata.tables[model.__tablename__] for model in TABLES]
    Record.metadata.create_all(op.get_bind(), tables=tables)
    append_only(*APPEND_ONLY)
    subject = Subject.RECEIVED_UNBOOKED
    row = {"number": subject.value, "subject": subject.value, "keeps_balance": False}
    op.get_bind().execute(insert(LedgerAccount), [row])
