"""Late work goes on whatever one piece of it does."""

from pathlib import Path
from typing import Any

import pytest

from sandbox import late
from sandbox.late import LateWork
from sandbox.operations import BY_PATH, Operation
from sandbox.store import Store
from tests.component.sandbox.program import within

PATHS = sorted(BY_PATH)[:2]


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done; the first of the two operations breaks at its first try."""
    happened: list[str] = []

    def act(path: str) -> Any:
        def acted(*_: Any) -> None:
            happened.append(path)
            if happened == [PATHS[0]]:
                raise ZeroDivisionError

        return acted

    operations = {path: Operation(path, "bank", "bank.payouts", None, act(path)) for path in PATHS}  # type: ignore[arg-type]
    monkeypatch.setattr(late, "BY_PATH", operations)
    monkeypatch.setattr(late, "AGAIN_S", 0.2)
    return happened


def test_a_piece_that_breaks_stops_no_other_and_is_done_again(tmp_path: Path, done: list[str]) -> None:
    work = LateWork(Store(tmp_path))
    for path in PATHS:
        work.put(late.BY_PATH[path], {}, 50)
    within(5, lambda: len(done) == 3)
    assert done == [PATHS[0], PATHS[1], PATHS[0]]


def test_the_thread_outlives_an_error_of_its_own(
    tmp_path: Path, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work, do_due, broken = LateWork(Store(tmp_path)), LateWork._do_due, [True]

    def once_broken(self: LateWork) -> float:
        if broken.pop() if broken else False:
            raise ZeroDivisionError
        return do_due(self)

    monkeypatch.setattr(LateWork, "_do_due", once_broken)
    work.put(late.BY_PATH[PATHS[1]], {}, 0)
    within(5, lambda: done == [PATHS[1]])
