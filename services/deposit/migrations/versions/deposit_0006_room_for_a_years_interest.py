"""For the yearly settlement: room beside each balance for its next one, amounts in the index of what came in.

A settlement changes the balance of every account: while half of each page is free, no index hears of it.
"""

from alembic import op

revision = "deposit_0006"
down_revision = "deposit_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rebuild the index with amounts; rows written from now on leave room."""
    op.execute("ALTER TABLE ledger_accounts SET (fillfactor = 50)")
    op.execute("DROP INDEX postings_by_credit")
    op.execute("CREATE INDEX postings_by_credit ON postings (credit, value_on, id) INCLUDE (amount_fen)")
