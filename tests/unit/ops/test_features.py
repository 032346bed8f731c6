"""Which acceptance rows count as shown."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ops.features import features, lost, rows, shown
from ops.places import Home

pytest_plugins = ["pytester"]
QUIET = ("-p", "ops.shown_rows", "-p", "no:pytest_nameko", "-p", "no:cacheprovider")

SUITE = """
import pytest

@pytest.mark.feature("W-01", "W-02")
def test_passes():
    assert True

@pytest.mark.feature("W-02")
def test_fails():
    assert False

@pytest.mark.feature("W-03")
def test_skipped():
    pytest.skip("no server")

@pytest.fixture
def broken():
    yield
    raise RuntimeError

@pytest.mark.feature("W-04")
def test_passes_but_does_not_clean_up(broken):
    assert True
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("HALL_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


def test_a_row_is_shown_when_all_its_tests_ran_and_passed(pytester: pytest.Pytester, home: Home) -> None:
    pytester.makepyfile(SUITE)
    pytester.makeini("[pytest]\nmarkers = feature(*ids): rows")
    pytester.runpytest_inprocess(*QUIET)
    assert shown(home) == {"W-01"}


def test_listing_tests_forgets_nothing(pytester: pytest.Pytester, home: Home) -> None:
    pytester.makepyfile("def test_nothing():\n    assert True\n")
    home.path.mkdir()
    home.results_file.write_text('{"rows": {"W-01": {"test": "passed"}}}')
    pytester.runpytest_inprocess(*QUIET, "--collect-only")
    assert shown(home) == {"W-01"}


def test_every_row_is_either_shown_or_missing(home: Home) -> None:
    home.path.mkdir()
    home.results_file.write_text('{"rows": {"W-01": {"test": "passed"}, "X-99": {"test": "passed"}}}')
    answer = json.loads(CliRunner().invoke(features, ["--json"]).output)
    assert set(answer) == {"rows", "shown", "missing"}
    assert answer["shown"] == ["W-01"]
    assert sorted(answer["shown"] + answer["missing"]) == sorted(answer["rows"])


def test_the_table_has_every_row_once_with_a_statement() -> None:
    table = rows()
    assert len(table) == len({row.id for row in table}) == 389
    assert all(row.statement and row.service for row in table)


def test_a_row_that_was_shown_once_may_not_be_lost(tmp_path: Path) -> None:
    kept = tmp_path / "shown.txt"
    kept.write_text("A-09\nD-01\n", encoding="utf-8")
    assert lost({"A-09", "D-01", "W-01"}, kept) == []
    assert lost({"A-09"}, kept) == ["D-01"]
