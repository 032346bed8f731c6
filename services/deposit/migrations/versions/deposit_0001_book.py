"""The deposit book: accounts, cards, and the ledger with the subjects it posts to."""

from alembic import op
from sqlalchemy import insert

from services.common.ledger.models import APPEND_ONLY, LedgerAccount, LedgerRecord
from services.common.ledger.subjects import Subject
from services.common.protection import append_only
from services.deposit.models import Account, Card, Employer, Record

revision = "deposit_0001"
down_revision = None
branch_labels = None
depends_on = None

SUBJECTS = (
    Subject.FUND_AT_BANK,
    Subject.INTEREST_PAYABLE,
    Subject.IN_CLEARING,
    Subject.FUND_INTEREST_EXPENSE,
)


def upgrade() -> None:
    """Make the tables and the book's own subject accounts."""
    LedgerRecord.metadata.create_all(op.get_bind())
    tables = [Record.metadata.tables[model.__tablename__] for model in (Employer, Account, Card)]
    Record.metadata.create_all(op.get_bind(), tables=tables)
    append_only(*APPEND_ONLY)
    rows = [
        {"number": subject.value, "subject": subject.value, "keeps_balance": False} for subject in SUBJECTS
    ]
    op.get_bind().execute(insert(LedgerAccount), rows)
