"""Notify on a real database, with clean tables and a business clock that a test can move."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from services.common import receipts, sealed, subject
from services.common.database import DatabaseAccess
from services.common.migrate import upgrade
from services.common.settings import settings
from tests.component.notify.outside_world import OutsideWorld, outside_world
from tests.component.notify.stage import Stage
from tests.servers import Servers, servers

__all__ = ["servers"]

EMPTIED = (
    "codes, code_tries, messages, limit_counters, limit_turns, dead_letters, operations, outbox,"
    " code_tallies,"
    " provider_health, subscriptions, subscription_changes"
)
CACHES = (
    settings,
    sealed._cipher,
    sealed._index_key,
    receipts._key,
    subject._key,
)


@pytest.fixture(scope="session")
def environments(servers: Servers) -> dict[str, dict[str, str]]:
    """The environment of every process of the hall, with the servers running."""
    return servers.environments


@pytest.fixture(scope="package")
def notify_environment(environments: dict[str, dict[str, str]]) -> Iterator[dict[str, str]]:
    """This process in the place of notify, its tables made; it may sign sessions and read receipts too."""
    own = environments["notify"] | {
        "RECEIPT_PUBLIC_KEY": environments["withdrawal"]["RECEIPT_PUBLIC_KEY"],
        "TOKEN_PRIVATE_KEY": environments["auth"]["TOKEN_PRIVATE_KEY"],
    }
    before = dict(os.environ)
    os.environ.update(own)
    _forget()
    upgrade("notify", own["OWNER_DATABASE_URL"])
    yield own
    os.environ.clear()
    os.environ.update(before)
    _forget()


@pytest.fixture
def clean_tables(notify_environment: dict[str, str]) -> None:
    """No code, message or count of another test."""
    owner = create_engine(notify_environment["OWNER_DATABASE_URL"])
    with owner.begin() as connection:
        connection.execute(text(f"TRUNCATE {EMPTIED} CASCADE"))
    owner.dispose()


@pytest.fixture
def database(clean_tables: None) -> Iterator[DatabaseAccess]:
    """The service's own way into its database."""
    access = DatabaseAccess(settings().database_url)
    yield access
    access.close()


@pytest.fixture
def move_clock(
    notify_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], None]:
    """Move the business clock on by so many seconds."""
    place = tmp_path / "clock_offset"
    monkeypatch.setenv("HALL_CLOCK_FILE", str(place))

    def move(seconds: int) -> None:
        moved = int(place.read_text()) if place.exists() else 0
        place.write_text(str(moved + seconds))

    return move


@pytest.fixture
def stage(database: DatabaseAccess, move_clock: Callable[[int], None]) -> Stage:
    """Notify with a stand-in of auth and of the SMS provider."""
    return Stage(database)


@pytest.fixture(scope="package")
def outside(
    environments: dict[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OutsideWorld]:
    """The outside world, running."""
    with outside_world(environments["sandbox"], tmp_path_factory.mktemp("outside")) as world:
        yield world


def _forget() -> None:
    for cached in CACHES:
        cached.cache_clear()
