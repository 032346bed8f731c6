"""The supervisor starts in order, starts again what dies, and leaves nothing behind."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ops.files import read_json
from ops.identity import MARK, clear_leftovers, identity_of, kill_marked, marked, remember
from ops.places import Home
from ops.processes import Plan, Process, Task
from ops.state import DOWN, RUNNING, Seen, seen
from ops.supervise import Supervisor, take_lock

SLEEPER = "import sys, time, pathlib; pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
LIMIT_S = 20


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        if holds():
            return True
        threading.Event().wait(0.05)
    return False


@dataclass
class Hall:
    home: Home
    supervisor: Supervisor
    thread: threading.Thread

    def named(self, name: str) -> Seen:
        return next((row for row in seen(self.home) if row.name == name), Seen(name, 0, DOWN))

    def runs(self, name: str) -> bool:
        return self.named(name).state == RUNNING

    def stop(self) -> None:
        self.supervisor.stop.set()
        self.thread.join(LIMIT_S)


def sleeper(home: Home, name: str, after: tuple[str, ...] = (), wave: int = 1) -> Process:
    started = home.path / f"{name}.started"
    return Process(
        name=name,
        command=lambda: [sys.executable, "-c", SLEEPER, str(started)],
        environment={"PATH": os.environ["PATH"]},
        ready=started.exists,
        alive=started.exists,
        after=after,
        wave=wave,
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


@pytest.fixture
def hall(home: Home) -> Iterator[Hall]:
    done: list[str] = []
    tasks = (Task(name="tables", run=lambda: done.append("tables"), after=("server",)),)
    plan = Plan((sleeper(home, "server", wave=0), sleeper(home, "service", after=("tables",))), tasks)
    supervisor = Supervisor(home, plan)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    running = Hall(home, supervisor, thread)
    yield running
    running.stop()


def test_what_depends_on_others_runs_after_them(hall: Hall) -> None:
    assert eventually(lambda: hall.runs("service"))
    started = [(hall.home.path / f"{name}.started").stat().st_mtime_ns for name in ("server", "service")]
    assert started == sorted(started)


@pytest.mark.failure("N8")
def test_a_killed_process_is_started_again(hall: Hall) -> None:
    assert eventually(lambda: hall.runs("service"))
    killed = hall.named("service").pid
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: hall.runs("service") and hall.named("service").pid != killed)


class NoRoom:
    """Stands for whatever writes to a disk that is full."""

    def __init__(self) -> None:
        self.tried = 0

    def __call__(self, *_: object) -> None:
        self.tried += 1
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "place", ["ops.supervise.write_json", "ops.supervise.rotate_all", "ops.keeper.remember"]
)
def test_a_full_disk_ends_no_supervision(hall: Hall, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    assert eventually(lambda: hall.runs("service"))
    killed, disk = hall.named("service").pid, NoRoom()
    with monkeypatch.context() as full:
        full.setattr(place, disk)
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: disk.tried > 0 and hall.supervisor.keepers[1].backoff.deaths == 1)
    assert eventually(lambda: hall.runs("service") and hall.named("service").pid != killed)
    hall.stop()
    assert not hall.thread.is_alive()


def test_a_keeper_that_stumbles_leaves_no_second_process_and_goes_on(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert eventually(lambda: hall.runs("service"))
    before = identity_of(hall.named("service").pid)
    with monkeypatch.context() as broken:
        broken.setattr("ops.keeper.Keeper._is_silent", NoRoom())
        assert eventually(lambda: not before.alive)
    assert eventually(lambda: hall.runs("service"))
    assert len(marked(hall.home)) == 2


def test_a_restart_that_fails_again_and_again_waits_longer_each_time(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert eventually(lambda: hall.runs("service"))
    # Whatever the service has lived, it has lived long.
    monkeypatch.setattr("ops.backoff.STEADY_S", 0.001)
    keeper, sound = hall.supervisor.keepers[1], hall.supervisor.keepers[1].process
    keeper.process = replace(sound, command=NoRoom())
    os.kill(hall.named("service").pid, signal.SIGKILL)
    assert eventually(lambda: hall.named("service").deaths >= 3)
    assert (hall.named("service").pid, "No space left" in hall.named("service").trouble) == (0, True)
    keeper.process = sound
    assert eventually(lambda: hall.runs("service"))


def test_a_keeper_that_cannot_bury_goes_on(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    assert eventually(lambda: hall.runs("service"))
    killed, trouble = hall.named("service").pid, NoRoom()
    with monkeypatch.context() as broken:
        broken.setattr("ops.keeper.kill_marked", trouble)
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: trouble.tried > 0)
    assert eventually(lambda: hall.runs("service") and hall.named("service").pid != killed)


def test_stopping_ends_every_process(hall: Hall) -> None:
    assert eventually(lambda: hall.runs("service"))
    started = [identity_of(row.pid) for row in seen(hall.home)]
    hall.stop()
    assert not [one for one in started if one.alive]
    assert {row["state"] for row in read_json(hall.home.state_file)["processes"]} == {"down"}


def test_a_killed_process_is_not_shown_as_running(hall: Hall) -> None:
    assert eventually(lambda: hall.runs("service"))
    hall.stop()
    assert not [row for row in seen(hall.home) if row.state == RUNNING]


def test_a_task_that_fails_is_tried_again(home: Home) -> None:
    tries: list[int] = []

    def fail_twice() -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            raise RuntimeError("not yet")

    supervisor = Supervisor(home, Plan((), (Task(name="tables", run=fail_twice),)))
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    assert eventually(lambda: supervisor.workers[0].done)
    supervisor.stop.set()
    thread.join(LIMIT_S)
    assert tries == [0, 1, 2]


def test_a_hall_has_one_supervisor(home: Home) -> None:
    first = take_lock(home)
    assert first is not None
    assert take_lock(home) is None
    first.close()


def left_over(home: Home, name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", SLEEPER, str(home.path / name)],
        env={MARK: f"{home.path}:{name}"},
        start_new_session=True,
    )


def test_what_a_killed_supervisor_left_is_ended(home: Home) -> None:
    noted, unnoted = left_over(home, "noted"), left_over(home, "unnoted")
    remember(home, "noted", noted.pid, signal.SIGTERM)
    assert eventually(lambda: all((home.path / name).exists() for name in ("noted", "unnoted")))
    clear_leftovers(home)
    assert [noted.wait(LIMIT_S), unnoted.wait(LIMIT_S)] == [-signal.SIGTERM, -signal.SIGKILL]


@pytest.mark.parametrize("end", [clear_leftovers, lambda home: kill_marked(home, "service")])
def test_what_ends_between_the_look_and_the_signal_is_no_trouble(
    home: Home, monkeypatch: pytest.MonkeyPatch, end: Callable[[Home], object]
) -> None:
    signal_really = os.kill
    with left_over(home, "service") as left:
        remember(home, "service", left.pid, signal.SIGTERM)

        def signal_too_late(pid: int, number: int) -> None:
            signal_really(left.pid, signal.SIGKILL)
            left.wait()
            signal_really(pid, number)

        monkeypatch.setattr(os, "kill", signal_too_late)
        end(home)
    assert (left.returncode, marked(home)) == (-signal.SIGKILL, [])


def test_a_stranger_with_a_remembered_number_is_left_alone(home: Home) -> None:
    with left_over(Home(home.path / "other"), "stranger") as stranger:
        remember(home, "service", stranger.pid, signal.SIGTERM)
        note = home.running / "service.pid"
        note.write_text(note.read_text().replace(identity_of(stranger.pid).started, "1"))
        clear_leftovers(home)
        assert stranger.poll() is None
        stranger.kill()
