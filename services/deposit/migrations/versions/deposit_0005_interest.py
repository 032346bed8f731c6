"""The yearly settlement of interest: its runs, batches, and accounts put off."""

from alembic import op
from sqlalchemy import text

from services.common.protection import append_only
from services.deposit.interest.models import APPEND_ONLY
from services.deposit.models import Record

revision = "deposit_0005"
down_revision = "deposit_0004"
branch_labels = None
depends_on = None

TABLES = ("interest_runs", "interest_batches", "interest_deferrals")


def upgrade() -> None:
    """Make the tables."""
    tables = [Record.metadata.tables[name] for name in TABLES]
    Record.metadata.create_all(op.get_bind(), tables=tables)
    append_only(*APPEND_ONLY)
    # The last settlement of an account, without reading its other lines.
    op.create_index(
        "postings_of_yearly_interest",
        "postings",
        ["credit", "value_on"],
        postgresql_where=text("kind = 'yearly_interest'"),
        if_not_exists=True,
    )
