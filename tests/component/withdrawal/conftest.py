"""The withdrawal service on a real database, with clean tables and stand-ins for everybody it asks."""

import os
import warnings
from collections.abc import Iterator

with warnings.catch_warnings():
    # The library warns at its import that it is old; it is what nameko runs on.
    warnings.simplefilter("ignore")
    import eventlet  # noqa: F401

import pytest
from sqlalchemy import Engine, create_engine, text

from services.common import receipts, sealed, subject
from services.common.database import DatabaseAccess
from services.common.migrate import upgrade
from services.common.settings import settings
from tests.component.withdrawal.stage import Stage
from tests.servers import chosen_servers

EMPTIED = (
    "bills, payment_attempts, heeded_changes, operations, used_receipts, transitions, outbox, "
    "aggregate_sequences, signed_agreements, agreement_texts, slips, verification_attempts"
)
CACHES = (settings, sealed._cipher, sealed._index_key, receipts._key, subject._key)


@pytest.fixture(scope="session")
def environments() -> Iterator[dict[str, dict[str, str]]]:
    """The environment of every process of the hall, with the servers running."""
    with chosen_servers() as chosen:
        yield chosen.environments


@pytest.fixture(scope="package")
def withdrawal_environment(environments: dict[str, dict[str, str]]) -> Iterator[dict[str, str]]:
    """This process in the place of withdrawal, which may also sign receipts as notify does."""
    signing = {"RECEIPT_PRIVATE_KEY": environments["notify"]["RECEIPT_PRIVATE_KEY"]}
    before = dict(os.environ)
    os.environ.update(environments["withdrawal"] | signing)
    _forget()
    upgrade("withdrawal", os.environ["OWNER_DATABASE_URL"])
    yield environments["withdrawal"]
    os.environ.clear()
    os.environ.update(before)
    _forget()


@pytest.fixture(scope="package")
def owner(withdrawal_environment: dict[str, str]) -> Iterator[Engine]:
    """The owner's way into the database, to empty tables and to look."""
    engine = create_engine(withdrawal_environment["OWNER_DATABASE_URL"])
    yield engine
    engine.dispose()


@pytest.fixture
def database(owner: Engine) -> Iterator[DatabaseAccess]:
    """The service's own way into its database, nothing left of another test."""
    with owner.begin() as connection:
        connection.execute(text(f"TRUNCATE {EMPTIED} CASCADE"))
    access = DatabaseAccess(settings().database_url)
    yield access
    access.close()


@pytest.fixture
def stage(database: DatabaseAccess) -> Stage:
    """Withdrawal with its stand-ins and one renter."""
    return Stage(database)


def _forget() -> None:
    for cached in CACHES:
        cached.cache_clear()
