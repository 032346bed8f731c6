"""Auth on a real database, with the business clock in the test's hand."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from services.auth import passwords
from services.auth.usecases import limits
from services.common import receipts, sealed, subject
from services.common.database import DatabaseAccess
from services.common.migrate import upgrade
from services.common.policy import load_policy
from services.common.settings import settings
from tests.component.auth.desk import Desk
from tests.servers import Servers, servers

__all__ = ["servers"]

LONG_AGO = date(2020, 1, 1)
CACHES = (settings, sealed._cipher, sealed._index_key, receipts._key, subject._key)


def _forget() -> None:
    for cached in CACHES:
        cached.cache_clear()


@pytest.fixture(scope="module")
def auth_environment(servers: Servers) -> Iterator[dict[str, str]]:
    """This process in the place of auth, with its tables there; it may also sign receipts as notify does."""
    notify = servers.environments["notify"]
    own = servers.environments["auth"] | {"RECEIPT_PRIVATE_KEY": notify["RECEIPT_PRIVATE_KEY"]}
    before = dict(os.environ)
    os.environ.update(own)
    _forget()
    upgrade("auth", own["OWNER_DATABASE_URL"])
    yield own
    os.environ.clear()
    os.environ.update(before)
    _forget()


@pytest.fixture(scope="module", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Hashes of the same kind at the least cost: what a real one costs is the unit tests' business."""
    dear, passwords.HASHER = passwords.HASHER, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords.nobodys_hash.cache_clear()
    yield
    passwords.HASHER = dear
    passwords.nobodys_hash.cache_clear()


@pytest.fixture(scope="module")
def database(auth_environment: dict[str, str]) -> Iterator[DatabaseAccess]:
    """The service's own way into its database."""
    access = DatabaseAccess(settings().database_url)
    yield access
    access.close()


@pytest.fixture
def move_clock(
    auth_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], None]:
    """Move the business clock on by so many seconds."""
    place = tmp_path / "clock_offset"
    place.write_text("0")
    monkeypatch.setenv("HALL_CLOCK_FILE", str(place))
    return lambda seconds: place.write_text(str(int(place.read_text()) + seconds)) and None


@pytest.fixture
def adopt(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let figures of the policy take other values from the first day on."""

    def change(**values: int) -> None:
        changed = load_policy("qingdao").adopting(
            **{name: (LONG_AGO, value) for name, value in values.items()}
        )
        monkeypatch.setattr(limits, "load_policy", lambda city: changed)

    return change


@pytest.fixture
def desk(database: DatabaseAccess, move_clock: Callable[[int], None]) -> Desk:
    """Auth with somebody before it who has an address of their own."""
    return Desk(database, move_clock)
