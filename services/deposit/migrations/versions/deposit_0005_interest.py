"""The yearly settlement of interest: its runs, batches, and accounts put off."""

from alembic import op

from services.common.protection import append_only
from services.deposit.interest.models import APPEND_ONLY, InterestBatch, InterestDeferral, InterestRun

revision = "deposit_0005"
down_revision = "deposit_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    for record in (InterestRun, InterestBatch, InterestDeferral):
        record.__table__.create(op.get_bind(), checkfirst=True)
    append_only(*APPEND_ONLY)
