"""Turnover summed up to marks, so that the trial balance does not read the whole ledger."""

from alembic import op

from services.common.ledger.models import TURNOVER, LedgerRecord
from services.common.protection import append_only

revision = "deposit_turnover"
down_revision = "deposit_imported_withdrawals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what is in them is never changed."""
    tables = [LedgerRecord.metadata.tables[name] for name in TURNOVER]
    LedgerRecord.metadata.create_all(op.get_bind(), tables=tables)
    append_only(*TURNOVER)
