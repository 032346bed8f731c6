"""While an import is begun, the files of another are refused whole, by every service."""

import os
from pathlib import Path

import pytest

from ops.books import load
from ops.places import Home
from tests.component.importing.desk import Desk
from tests.component.importing.test_begun_imports import begun

TAKEN_OVER = {"auth": "people", "loan": "contracts", "deposit": "accounts"}


@pytest.fixture
def hall(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Home:
    """A hall whose importers work on the desk's databases, and whose registers note what they are given."""
    monkeypatch.setattr(load.Setting, "of", lambda home: None)
    environment = property(lambda importer: os.environ | desk.environments[importer.service])
    monkeypatch.setattr(load.Importer, "environment", environment)
    home = Home(tmp_path / "hall")
    home.path.mkdir()
    monkeypatch.setattr(load, "_tell_registers", lambda *_: (home.path / "registers").touch())
    return home


def taken_over(desk: Desk, home: Home) -> set[str]:
    """The services, and the registers, that have something of a folder."""
    services = {
        service
        for service, table in TAKEN_OVER.items()
        if desk.rows(service, f"SELECT EXISTS (SELECT FROM {table})") == [(True,)]  # noqa: S608 (own names)
    }
    return services | ({"registers"} if (home.path / "registers").exists() else set())


def test_nothing_of_other_files_is_taken_over_while_an_import_is_begun(
    desk: Desk, hall: Home, books: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert desk.told("deposit", tmp_path, "--begin")[0] == 0
    with pytest.raises(load.ImportFailed):
        load.load_books(hall, books)
    assert taken_over(desk, hall) == set()
    assert ("say --instead" in capfd.readouterr().err, begun(desk)) == (True, [(False, False)])


def test_files_that_take_anothers_place_are_taken_over_to_their_end(
    desk: Desk, hall: Home, books: Path, tmp_path: Path
) -> None:
    desk.told("deposit", tmp_path, "--begin")
    assert load.load_books(hall, books, instead=True).refused == []
    assert taken_over(desk, hall) == {"auth", "loan", "deposit", "registers"}
    assert begun(desk) == [(False, True), (True, False)]


def test_an_import_stopped_before_its_accounts_is_begun_and_goes_on_with_the_same_folder(
    desk: Desk, hall: Home, books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(load, "BEFORE_ACCOUNTS", ("auth", "nobody"))
        patch.setitem(desk.environments, "nobody", {})
        with pytest.raises(load.ImportFailed, match="nobody"):
            load.load_books(hall, books)
    assert (begun(desk), taken_over(desk, hall)) == ([(False, False)], {"auth"})
    load.load_books(hall, books)
    assert begun(desk) == [(True, False)]
