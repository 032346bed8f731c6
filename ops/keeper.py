"""One thread per process: starts it in its turn, sees that it is ready, and starts it again when it ends."""

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from ops.backoff import Backoff
from ops.identity import MARK, identity_of, kill_marked, remember
from ops.logfiles import log_of
from ops.places import CHECKOUT, Home
from ops.processes import Process, Task
from ops.state import DOWN, RUNNING, STARTING

STEP_S = 0.15
PROBE_EVERY_S = 5.0
PROBE_NEW_EVERY_S = 0.3
# A process that is there but has not answered for this long is as good as dead.
SILENT_S = 30.0
FIRST_ANSWER_S = 90.0
log = logging.getLogger("supervisor")


class Board:
    """What has been reached so far; everybody waits here for what he depends on."""

    def __init__(self, stop: threading.Event, changed: Callable[[], None]) -> None:
        self.stop = stop
        self.changed = changed
        self.writing = threading.Lock()
        self._reached: set[str] = set()
        self._news = threading.Condition()

    def reach(self, name: str) -> None:
        """Say that `name` is ready; it stays reached when it later dies, its users have to cope."""
        with self._news:
            self._reached.add(name)
            self._news.notify_all()

    def wake(self) -> None:
        """Let everybody look at `stop` again."""
        with self._news:
            self._news.notify_all()

    def wait_for(self, names: Iterable[str]) -> bool:
        """Wait until all `names` are reached; False when the hall is being stopped instead."""
        wanted = set(names)
        with self._news:
            self._news.wait_for(lambda: self.stop.is_set() or wanted <= self._reached)
        return not self.stop.is_set()


class Worker(threading.Thread):
    """Does one task, again and again until it succeeds."""

    def __init__(self, task: Task, board: Board) -> None:
        super().__init__(name=task.name, daemon=True)
        self.task = task
        self.board = board
        self.done = False
        self.backoff = Backoff()
        self.trouble = ""
        self.began_at = ""

    def row(self) -> dict[str, Any]:
        """Describe the task for the state file."""
        return {
            "name": self.task.name,
            "done": self.done,
            "failures": self.backoff.deaths,
            "trouble": self.trouble,
            "began_at": self.began_at,
        }

    def run(self) -> None:
        """Wait for what the task needs, then try until it is done or the hall is stopped."""
        if not self.board.wait_for(self.task.after):
            return
        while not self._succeeds():
            if self.board.stop.wait(self.backoff.after(0)):
                return
        self.board.reach(self.task.name)

    def _succeeds(self) -> bool:
        self.began_at = datetime.now(UTC).isoformat()
        self.board.changed()
        try:
            self.task.run()
        except Exception as error:
            # Whatever went wrong, the next try may succeed; `up` shows the sentence to the person.
            log.warning("%s failed: %s", self.task.name, error)
            self._set(done=False, trouble=f"{type(error).__name__}: {error}")
            return False
        log.info("%s done", self.task.name)
        self._set(done=True, trouble="")
        return True

    def _set(self, *, done: bool, trouble: str) -> None:
        self.done, self.trouble = done, trouble
        self.board.changed()


class Keeper(threading.Thread):
    """Keeps one process alive."""

    def __init__(self, home: Home, process: Process, board: Board) -> None:
        super().__init__(name=process.name, daemon=True)
        self.home = home
        self.process = process
        self.board = board
        self.backoff = Backoff()
        self.state = DOWN
        self.trouble = ""
        self._child: subprocess.Popen[bytes] | None = None
        self._told: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._answered_at = 0.0

    def row(self) -> dict[str, Any]:
        """Describe the process for the state file."""
        # Looked at once: others ask while this keeper starts anew.
        child = self._child
        pid = child.pid if child else 0
        started = identity_of(pid).started if pid else ""
        place = {"name": self.process.name, "pid": pid, "started": started}
        return place | {"state": self.state, "deaths": self.backoff.deaths, "trouble": self.trouble}

    def run(self) -> None:
        """Start and start again until the hall is stopped."""
        if not self.board.wait_for(self.process.after):
            return
        while not self.board.stop.is_set():
            self.board.stop.wait(self._one_life())

    def ask_to_stop(self) -> None:
        """Send the process its stop signal."""
        child = self._child
        if child and child is not self._told and child.poll() is None:
            child.send_signal(self.process.stop_signal)
            self._told = child

    def stopped_within(self, seconds: float) -> None:
        """Wait for the end of the process, and enforce it after `seconds`."""
        self.join(seconds)
        child = self._child
        if child is None:
            return
        # It may have been started while we were asking.
        self.ask_to_stop()
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop, killing it", self.process.name)
            child.kill()
            child.wait()
        kill_marked(self.home, self.process.name)
        self._set(DOWN)

    def _one_life(self) -> float:
        """Start the process and stay with it to its end; seconds until it may be started again."""
        self._surely(self._live)
        if self.board.stop.is_set():
            return 0
        wait_s = self._next_wait_s()
        self._surely(self._bury)
        return wait_s

    def _surely(self, do: Callable[[], None]) -> None:
        try:
            do()
        except Exception:
            # As broad as can be: it runs what others gave (command, alive, ready), and nobody else keeps this
            # process. Whatever went wrong, no second one is started beside it, and its keeper goes on.
            log.exception("the keeper of %s stumbled", self.process.name)
            if self._child is not None:
                self._child.kill()
                self._child.wait()

    def _live(self) -> None:
        if self._start():
            self._watch()

    def _start(self) -> bool:
        # A start that fails is a death without a life, however long the former one lived.
        self._child = None
        try:
            command = self.process.command()
            with log_of(self.home, self.process.name).open("ab") as output:
                self._child = self._launch(command, output)
        except (OSError, RuntimeError) as error:
            self.trouble = str(error)
            log.warning("%s cannot start: %s", self.process.name, error)
            return False
        self._started_at = self._answered_at = time.monotonic()
        self._remember(self._child.pid)
        self.trouble = ""
        self._set(STARTING)
        return True

    def _remember(self, pid: int) -> None:
        try:
            remember(self.home, self.process.name, pid, self.process.stop_signal)
        except OSError as trouble:
            # A later supervisor still finds it by the mark in its surroundings.
            log.warning("%s not remembered: %s", self.process.name, trouble)

    def _launch(self, command: list[str], output: Any) -> "subprocess.Popen[bytes]":
        mark = {MARK: f"{self.home.path}:{self.process.name}"}
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
        surroundings = self.process.environment | mark
        return subprocess.Popen(command, env=surroundings, cwd=CHECKOUT, start_new_session=True, **streams)

    def _watch(self) -> None:
        child, next_probe = self._child, 0.0
        while child and child.poll() is None and not self.board.stop.wait(STEP_S):
            if time.monotonic() < next_probe:
                continue
            self._probe()
            next_probe = time.monotonic() + (PROBE_EVERY_S if self.state == RUNNING else PROBE_NEW_EVERY_S)
            if self._is_silent():
                log.warning("%s does not answer, killing it", self.process.name)
                child.kill()
                child.wait()

    def _probe(self) -> None:
        if not self.process.alive():
            return
        self._answered_at = time.monotonic()
        if self.state != RUNNING and self.process.ready():
            log.info("%s ready after %.1f s", self.process.name, self._answered_at - self._started_at)
            self.board.reach(self.process.name)
            self._set(RUNNING)

    def _is_silent(self) -> bool:
        patience_s = SILENT_S if self.state == RUNNING else FIRST_ANSWER_S
        return time.monotonic() - self._answered_at > patience_s

    def _next_wait_s(self) -> float:
        lived_s = time.monotonic() - self._started_at if self._child else 0
        code = self._child.returncode if self._child else None
        wait_s = self.backoff.after(lived_s)
        log.warning("%s ended with %s, starting again in %.1f s", self.process.name, code, wait_s)
        return wait_s

    def _bury(self) -> None:
        kill_marked(self.home, self.process.name)
        self._set(DOWN)

    def _set(self, state: str) -> None:
        self.state = state
        self.board.changed()
