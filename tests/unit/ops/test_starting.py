"""How long a start is waited for: a migration has its hours, and nothing else more than the limit."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

import pytest
from rich.console import Console

from ops import starting
from ops.files import write_json
from ops.identity import identity_of
from ops.places import Home
from ops.starting import LONGEST_START_S, NotUp, start_and_wait
from ops.state import RUNNING, STARTING
from ops.supervise import take_lock
from ops.up import Progress

BEGAN_AT = "2020-01-01T03:00:00+00:00"
LONG_S = 3 * 3600


class Watch:
    """Time that only passes while somebody sleeps, and what happens at some moment of it."""

    def __init__(self, at_s: float, happens: Callable[[], None]) -> None:
        self.now_s = 0.0
        self.at_s = at_s
        self.happens = happens

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        if self.now_s <= self.at_s < self.now_s + seconds:
            self.happens()
        self.now_s += seconds


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A hall with a supervisor: this process is in its place."""
    home = Home(tmp_path)
    home.prepare()
    lock: IO[str] | None = take_lock(home)
    assert lock is not None
    yield home
    lock.close()


def tell(home: Home, state: str, **task: object) -> None:
    """Write down where everything stands, as a supervisor does."""
    me = {"pid": os.getpid(), "started": identity_of(os.getpid()).started, "deaths": 0, "trouble": ""}
    open_task = {"failures": 0, "trouble": "", "began_at": BEGAN_AT, "done": state == RUNNING, **task}
    told = {"processes": [{"name": "deposit", "state": state, **me}], "tasks": [open_task]}
    write_json(home.state_file, told)


@pytest.fixture
def watch(home: Home, monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch(LONG_S, lambda: tell(home, RUNNING, name="deposit.migration"))
    monkeypatch.setattr(starting, "time", made)
    monkeypatch.setattr(starting, "STEP_S", 10.0)
    return made


def test_a_migration_at_work_is_waited_for_however_long(home: Home, watch: Watch) -> None:
    tell(home, STARTING, name="deposit.migration")
    start_and_wait(home, everything=True)
    assert watch.now_s >= LONG_S


def test_the_limit_runs_on_once_the_migration_is_done(home: Home, watch: Watch) -> None:
    watch.happens = lambda: tell(home, STARTING, name="deposit.migration", done=True)
    tell(home, STARTING, name="deposit.migration")
    with pytest.raises(NotUp, match="Not ready in time: deposit"):
        start_and_wait(home, everything=True)
    assert LONG_S + LONGEST_START_S <= watch.now_s < LONG_S + LONGEST_START_S + 60


@pytest.mark.parametrize(
    "task",
    [
        {"name": "roles"},
        {"name": "deposit.migration", "began_at": ""},
        {"name": "deposit.migration", "trouble": "CalledProcessError: it ended with 1"},
    ],
)
def test_anything_else_that_hangs_ends_after_the_limit(
    home: Home, watch: Watch, task: dict[str, object]
) -> None:
    tell(home, STARTING, **task)
    with pytest.raises(NotUp):
        start_and_wait(home, everything=True)
    assert LONGEST_START_S <= watch.now_s < LONGEST_START_S + 60


def test_who_waits_is_told_once_of_a_migration_that_takes_long(home: Home, watch: Watch) -> None:
    tell(home, STARTING, name="deposit.migration")
    console = Console(record=True, width=120)
    with console.status("starting") as spinner:
        start_and_wait(home, everything=True, show=Progress(console, spinner))
    since = datetime.fromisoformat(BEGAN_AT).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    assert console.export_text().count(f"deposit.migration is at work since {since}") == 1
