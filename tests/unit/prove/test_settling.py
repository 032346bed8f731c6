"""A year ends on the morning after 30 June, and a kill waits until the settlement is at work."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ops.clock import move_to, offset_of
from ops.places import Home
from ops.prove import settling
from ops.prove.settling import is_settled, year_ends
from ops.prove.stage import Stage
from services.common.clock import CHINA


class Books(Stage):
    """A stage whose database answers as it is told to, and that notes whom it killed."""

    def __init__(self, home: Home, *answers: Any) -> None:
        super().__init__(home, Path(), [])
        object.__setattr__(self, "answers", list(answers))
        object.__setattr__(self, "killed", [])

    answers: list[Any]
    killed: list[str]

    def rows(self, service: str, query: str, *values: object) -> list[dict[str, Any]]:
        """The next answer, and the last one again and again."""
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return [answer]

    def kill(self, name: str) -> bool:
        """Note it."""
        self.killed.append(name)
        return True


def batches(*counts: int | None) -> list[Any]:
    return [psycopg.OperationalError() if count is None else {"batches": count} for count in counts]


@pytest.mark.parametrize(
    ("now", "year"),
    [((2026, 11, 22), 2027), ((2027, 6, 30), 2027), ((2027, 7, 1), 2028), ((2028, 2, 29), 2028)],
)
def test_the_next_year_ends_on_the_morning_after_30_june(
    tmp_path: Path, now: tuple[int, int, int], year: int
) -> None:
    home = Home(tmp_path)
    move_to(home, datetime(*now, 12, tzinfo=CHINA) - datetime.now(CHINA))
    assert year_ends(Books(home)) == str(year)
    then = datetime.now(CHINA) + offset_of(home)
    assert abs(then - datetime(year, 7, 1, 9, tzinfo=CHINA)) < timedelta(minutes=1)


@pytest.mark.parametrize("counts", [(3, 3, 4), (None, 3, None, 4), (0, 0, 0, 1)])
def test_a_kill_meets_a_settlement_at_work(tmp_path: Path, counts: tuple[int | None, ...]) -> None:
    stage = Books(Home(tmp_path), *batches(*counts))
    assert settling._killed_at_work(stage, "deposit")
    assert stage.killed == ["deposit"]


def test_nobody_is_killed_where_nothing_is_at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "AT_WORK_S", 0.05)
    stage = Books(Home(tmp_path), *batches(3))
    assert not settling._killed_at_work(stage, "deposit")
    assert stage.killed == []


@pytest.mark.parametrize(
    ("run", "settled"),
    [(("2027", "finished"), True), (("2027", "booking"), False), (("2026", "finished"), False)],
)
def test_a_year_is_settled_when_its_own_run_is_through(
    tmp_path: Path, run: tuple[str, str], settled: bool
) -> None:
    assert is_settled(Books(Home(tmp_path), {"number": run[0], "state": run[1]}), "2027") is settled
