"""The deposit book on a real database: this process stands in the service's place."""

import os

import pytest
from sqlalchemy import create_engine, text

from services.common import receipts, sealed
from services.common.database import DatabaseAccess
from services.common.migrate import upgrade
from services.common.settings import settings
from services.deposit.transfers import driving
from tests.component.deposit.books import Books
from tests.component.deposit.other_centre import OtherCentre
from tests.servers import servers

__all__ = ["servers"]

CACHES = (settings, sealed._cipher, sealed._index_key, receipts._key)
EMPTIED = (
    "accounts, employers, cards, base_adjustments, postings, holds, hold_resolutions, operations, outbox,"
    " transitions, aggregate_sequences, transfers, statements,"
    " slips, statement_wishes, verification_attempts, interest_runs, interest_batches, interest_deferrals,"
    " book_imports, turnover_marks, turnover_totals"
)


def forget():
    for cached in CACHES:
        cached.cache_clear()


@pytest.fixture(scope="module")
def owner(servers):
    """The owner's way into the database; meanwhile this process is the deposit service."""
    before = dict(os.environ)
    os.environ.update(servers.environments["deposit"])
    # What notify signs, so that tests have receipts.
    os.environ["RECEIPT_PRIVATE_KEY"] = servers.environments["notify"]["RECEIPT_PRIVATE_KEY"]
    forget()
    upgrade("deposit", os.environ["OWNER_DATABASE_URL"])
    engine = create_engine(os.environ["OWNER_DATABASE_URL"])
    yield engine
    engine.dispose()
    os.environ.clear()
    os.environ.update(before)
    forget()


@pytest.fixture
def books(owner):
    """An empty book, reached as the service reaches it."""
    with owner.begin() as connection:
        connection.execute(text(f"TRUNCATE {EMPTIED} CASCADE"))
        connection.execute(text("DELETE FROM ledger_accounts WHERE keeps_balance"))
    access = DatabaseAccess(settings().database_url)
    yield Books(access, owner)
    access.close()


@pytest.fixture
def centre(books, tmp_path, monkeypatch):
    """The national platform with a person behind it who answers as the other centre."""
    other = OtherCentre(tmp_path)
    monkeypatch.setattr(driving, "platform", lambda: other)
    return other
