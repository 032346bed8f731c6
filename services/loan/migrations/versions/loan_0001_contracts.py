"""Contracts and repayment lines; the lines are never changed."""

from alembic import op

from services.common.protection import append_only
from services.loan.models import Model

revision = "loan_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make loan's tables."""
    Model.metadata.create_all(op.get_bind())
    append_only("repayments")
