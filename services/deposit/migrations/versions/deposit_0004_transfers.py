"""Inbound transfers of the fund from other centres."""

import os

from alembic import op

from services.deposit.models import Record
from services.deposit.transfers.models import NUMBERS, Transfer

revision = "deposit_0004"
down_revision = "deposit_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the sequence of its numbers."""
    bind = op.get_bind()
    NUMBERS.create(bind, checkfirst=True)
    Record.metadata.create_all(bind, tables=[Record.metadata.tables[Transfer.__tablename__]])
    op.execute(f'REVOKE DELETE, TRUNCATE ON transfers FROM "{os.environ["HALL_SERVICE"]}"')
