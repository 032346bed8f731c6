"""Inbound transfers of the fund from other centres; statements of an account and their verification."""

import os

from alembic import op

from services.common.protection import append_only
from services.deposit.models import Record
from services.deposit.papers.models import VerificationAttempt
from services.deposit.statements import models as statements
from services.deposit.transfers import models as transfers

revision = "deposit_0004"
down_revision = "deposit_0002"
branch_labels = None
depends_on = None

_MODELS = (transfers.Transfer, statements.Statement, VerificationAttempt)


def upgrade() -> None:
    """Make the tables and the sequences of their numbers; a transfer is never deleted."""
    bind = op.get_bind()
    for numbers in (transfers.NUMBERS, statements.NUMBERS):
        numbers.create(bind)
    tables = [Record.metadata.tables[model.__tablename__] for model in _MODELS]
    Record.metadata.create_all(bind, tables=tables)
    append_only(*statements.APPEND_ONLY)
    op.execute(f'REVOKE DELETE, TRUNCATE ON transfers FROM "{os.environ["HALL_SERVICE"]}"')
