"""Starting a supervisor that outlives this program, and waiting until what it runs is ready."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from ops.identity import identity_of
from ops.logfiles import log_of, tail
from ops.places import CHECKOUT, Home
from ops.state import RUNNING, Seen, Undone, all_run, seen, supervised, undone

# Without the time that migrations take.
LONGEST_START_S = 180.0
STEP_S = 0.2
# After so many deaths without once being ready, a process will not come up by itself.
HOPELESS = 6
Show = Callable[[list[Seen], list[Undone]], None]
# Supervisors outlive us; while we live, a finished one has to be collected.
_started: list["subprocess.Popen[bytes]"] = []


class NotUp(Exception):
    """A process did not come up; the text says which, why, and ends with its log."""


def start_supervisor(home: Home, *, everything: bool) -> bool:
    """Start the supervisor of a hall in a session of its own; False when one runs already."""
    if supervised(home):
        return False
    home.prepare()
    home.state_file.unlink(missing_ok=True)
    words = ["-m", "ops.supervise", "--home", str(home.path), *([] if everything else ["--servers-only"])]
    with log_of(home, "supervisor").open("ab") as output:
        started = subprocess.Popen(
            [sys.executable, *words],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _started.append(started)
    _wait_for_lock(home, started)
    return True


def start_and_wait(home: Home, *, everything: bool, show: Show = lambda rows, tasks: None) -> None:
    """Start what does not run yet and wait until all of it is ready.

    Raises NotUp with the reason when it does not come up, and then stops again what was started here.
    """
    started_here = start_supervisor(home, everything=everything)
    try:
        _wait_until_ready(home, show)
    except NotUp:
        if started_here:
            stop_supervisor(home)
        raise


def _wait_until_ready(home: Home, show: Show) -> None:
    looked_at = time.monotonic()
    until = looked_at + LONGEST_START_S
    while True:
        rows = seen(home) if home.state_file.exists() else []
        tasks = undone(home)
        show(rows, tasks)
        if all_run(rows) and not tasks:
            return
        _give_up_on_hopeless(home, rows)
        last_look_at, looked_at = looked_at, time.monotonic()
        if any(task.migrates for task in tasks):
            # Given up now, it would be rolled back, and the next start would begin it again.
            until += looked_at - last_look_at
        if looked_at > until:
            raise NotUp(_sentence(home, rows))
        time.sleep(STEP_S)


def _collected(pid: int) -> bool:
    return any(child.pid == pid and child.poll() is not None for child in _started)


def _wait_for_lock(home: Home, started: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while supervised(home) == 0 or not home.state_file.exists():
        if started.poll() is not None or time.monotonic() > until:
            raise NotUp("The supervisor did not start.\n" + _last_lines(home, "supervisor"))
        time.sleep(0.05)


def _give_up_on_hopeless(home: Home, rows: list[Seen]) -> None:
    if supervised(home) == 0 and rows:
        raise NotUp("The supervisor has ended.\n" + _last_lines(home, "supervisor"))
    dead = any(row.deaths >= HOPELESS and row.state != RUNNING for row in rows)
    if dead or any(task.failures >= HOPELESS for task in undone(home)):
        raise NotUp(_sentence(home, rows))


def _sentence(home: Home, rows: list[Seen]) -> str:
    late = max((row for row in rows if row.state != RUNNING), key=lambda row: row.deaths, default=None)
    if late is None or late.deaths < HOPELESS:
        return _task_sentence(home)
    return f"{late.name} ended {late.deaths} times in a row. {late.trouble}\n" + _last_lines(home, late.name)


def _task_sentence(home: Home) -> str:
    for task in undone(home):
        if task.trouble:
            log = _last_lines(home, task.name.partition(".")[0])
            return f"{task.name} has not succeeded: {task.trouble}\n{log}"
    waiting = [row.name for row in seen(home) if row.state != RUNNING]
    return f"Not ready in time: {', '.join(waiting)}.\n" + _last_lines(home, (waiting or ["supervisor"])[0])


def _last_lines(home: Home, name: str) -> str:
    path = log_of(home, name)
    return "\n".join([f"The end of {path}:", *(f"  {line}" for line in tail(path))])


def stop_supervisor(home: Home, longest_s: float = 60.0) -> bool:
    """Tell the supervisor to stop everything and wait for it; False when none was running."""
    pid = supervised(home)
    if pid == 0:
        return False
    supervisor = identity_of(pid)
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + longest_s
    while supervisor.alive and not _collected(pid):
        if time.monotonic() > until:
            raise NotUp(f"The supervisor (process {pid}) has not stopped within {longest_s:.0f} s.")
        time.sleep(0.1)
    return True
