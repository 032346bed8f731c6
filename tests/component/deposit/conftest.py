"""Deposit on a real database, with one depositor and nothing left of another test."""

import os
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, create_engine, text

from services.common import sealed, subject
from services.common.clock import business_now, business_today
from services.common.database import DatabaseAccess
from services.common.ledger import book
from services.common.ledger.models import LedgerAccount
from services.common.ledger.subjects import Subject
from services.common.migrate import upgrade
from services.common.settings import settings
from services.deposit.models import Account
from tests.servers import chosen_servers

DEPOSITOR = "100000000001"
BALANCE_FEN = 1_000_000
CACHES = (settings, sealed._cipher, sealed._index_key, subject._key)
EMPTIED = (
    "accounts, cards, postings, holds, hold_resolutions, operations, outbox, aggregate_sequences, transitions"
)


def _forget() -> None:
    for cached in CACHES:
        cached.cache_clear()


@pytest.fixture(scope="package")
def owner() -> Iterator[Engine]:
    """This process in the place of deposit; the owner's way into its database."""
    before = dict(os.environ)
    with chosen_servers() as chosen:
        os.environ.update(chosen.environments["deposit"])
        _forget()
        upgrade("deposit", os.environ["OWNER_DATABASE_URL"])
        engine = create_engine(os.environ["OWNER_DATABASE_URL"])
        yield engine
        engine.dispose()
    os.environ.clear()
    os.environ.update(before)
    _forget()


@pytest.fixture
def database(owner: Engine) -> Iterator[DatabaseAccess]:
    """The service's own way into its database, with one depositor's balance booked this January."""
    with owner.begin() as connection:
        connection.execute(text(f"TRUNCATE {EMPTIED} CASCADE"))
        # The subjects' own rows come with the tables and stay.
        connection.execute(text("DELETE FROM ledger_accounts WHERE keeps_balance"))
    access = DatabaseAccess(settings().database_url)
    _open(access)
    yield access
    access.close()


def _open(access: DatabaseAccess) -> None:
    opened_on = date(business_today().year, 1, 1)
    with access.write() as session:
        session.add(an_account(opened_on))
        own = LedgerAccount(
            number=book.personal(DEPOSITOR), subject=Subject.PERSONAL_FUND, keeps_balance=True
        )
        session.add(own)
        session.flush()
        line = book.Line(
            debit=Subject.FUND_AT_BANK,
            credit=book.personal(DEPOSITOR),
            amount_fen=BALANCE_FEN,
            kind="remittance",
        )
        voucher = book.Voucher(number="opening", lines=[line], value_on=opened_on, booked_at=business_now())
        book.post(session, voucher)


def an_account(opened_on: date) -> Account:
    """A normal account of somebody born in 1990."""
    return Account(
        number=DEPOSITOR,
        name="测试甲",
        id_number="370202199003150011",
        id_index=b"1" * 32,
        state="normal",
        freeze_flag="none",
        opened_on=opened_on,
        contribution_base_fen=800_000,
        employer_rate_percent=12,
        person_rate_percent=12,
        employer_monthly_fen=96_000,
        person_monthly_fen=96_000,
    )
