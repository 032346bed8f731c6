"""Empty databases of auth, deposit and loan, with their importers to run, and small sets of books."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ops.books.generate import generate
from services.common.migrate import upgrade
from tests.component.importing.desk import Desk
from tests.servers import chosen_servers

SERVICES = ("auth", "deposit", "loan")


@pytest.fixture(scope="session")
def environments() -> Iterator[dict[str, dict[str, str]]]:
    """What each process of the hall is told, with the servers running."""
    with chosen_servers() as chosen:
        yield chosen.environments


@pytest.fixture(scope="package")
def migrated(environments: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The same, with the tables of the three services there."""
    with pytest.MonkeyPatch.context() as patch:
        for service in SERVICES:
            patch.setenv("HALL_SERVICE", service)
            upgrade(service, environments[service]["OWNER_DATABASE_URL"])
    return environments


@pytest.fixture
def desk(migrated: dict[str, dict[str, str]]) -> Desk:
    """The importers before databases in which nothing is left of another test."""
    one = Desk({service: migrated[service] for service in SERVICES})
    one.empty()
    return one


@pytest.fixture(scope="package")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated books of 60 accounts. Tests copy what they change."""
    folder = tmp_path_factory.mktemp("books")
    generate(folder, accounts=60, seed=3, today=date(2026, 11, 22))
    return folder


@pytest.fixture
def long_books(tmp_path: Path) -> Path:
    """Books whose ledger lines take three chunks."""
    generate(tmp_path / "long", accounts=900, seed=5, today=date(2026, 11, 22))
    return tmp_path / "long"
