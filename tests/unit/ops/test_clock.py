"""The business clock of a rehearsal moves, is set and goes back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from ops.clock import clock, distance, offset_of
from ops.places import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("HALL_HOME", str(tmp_path))
    return Home(tmp_path)


def run(*words: str) -> int:
    return CliRunner().invoke(clock, words).exit_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+3d", timedelta(days=3)),
        ("-2h", timedelta(hours=-2)),
        ("90m", timedelta(minutes=90)),
        ("1w", timedelta(weeks=1)),
    ],
)
def test_a_distance_is_a_number_and_a_unit(text: str, expected: timedelta) -> None:
    assert distance(text) == expected


@pytest.mark.parametrize("text", ["3", "+3y", "d", "+3.5d", ""])
def test_other_distances_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="distance"):
        distance(text)


def test_moves_add_up_and_reset_ends_them(home: Home) -> None:
    assert (run("move", "+3d"), run("move", "-1d")) == (0, 0)
    assert offset_of(home) == timedelta(days=2)
    assert run("reset") == 0
    assert offset_of(home) == timedelta()


def test_a_set_time_is_chinas_time(home: Home) -> None:
    assert run("set", "2027-01-01T09:00") == 0
    shown = datetime.now(UTC) + offset_of(home)
    assert abs(shown - datetime(2027, 1, 1, 1, tzinfo=UTC)) < timedelta(minutes=1)


def test_what_is_no_time_is_refused_and_changes_nothing(home: Home) -> None:
    assert run("set", "tomorrow") != 0
    assert not home.clock_file.exists()
