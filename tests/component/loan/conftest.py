"""Loan on a real database, with nothing left of another test."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text

from services.common import sealed, subject
from services.common.database import DatabaseAccess
from services.common.migrate import upgrade
from services.common.settings import settings
from tests.servers import chosen_servers

CACHES = (settings, sealed._cipher, sealed._index_key, subject._key)


def _forget() -> None:
    for cached in CACHES:
        cached.cache_clear()


@pytest.fixture(scope="session")
def environments() -> Iterator[dict[str, dict[str, str]]]:
    """What each process of the hall is told, with the servers running."""
    with chosen_servers() as chosen:
        yield chosen.environments


@pytest.fixture(scope="package")
def loan_environment(environments: dict[str, dict[str, str]]) -> Iterator[dict[str, str]]:
    """This process in the place of loan, with its tables there."""
    before = dict(os.environ)
    os.environ.update(environments["loan"])
    _forget()
    upgrade("loan", os.environ["OWNER_DATABASE_URL"])
    yield environments["loan"]
    os.environ.clear()
    os.environ.update(before)
    _forget()


@pytest.fixture(scope="package")
def owner(loan_environment: dict[str, str]) -> Iterator[Engine]:
    """The owner's way into the database."""
    engine = create_engine(loan_environment["OWNER_DATABASE_URL"])
    yield engine
    engine.dispose()


@pytest.fixture
def database(owner: Engine) -> Iterator[DatabaseAccess]:
    """The service's own way into its database."""
    with owner.begin() as connection:
        connection.execute(text("TRUNCATE contracts CASCADE"))
    access = DatabaseAccess(settings().database_url)
    yield access
    access.close()
