"""Starts the processes of a hall in order, starts again whatever dies, and stops all when told to."""

import fcntl
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import click

from ops.environment import Setting
from ops.files import write_json
from ops.identity import MARK, clear_leftovers
from ops.keeper import Board, Keeper, Worker
from ops.logfiles import rotate_all
from ops.places import CHECKOUT, Home
from ops.ports import settle
from ops.processes import Plan, servers_only, whole_hall

ROTATION_S = 5.0
STOP_S = 15.0
log = logging.getLogger("supervisor")


class Supervisor:
    """Keeps one plan running until `stop` is set."""

    def __init__(self, home: Home, plan: Plan) -> None:
        self.home = home
        self.stop = threading.Event()
        self.board = Board(self.stop, self._publish)
        self.keepers = [Keeper(home, process, self.board) for process in plan.processes]
        self.workers = [Worker(task, self.board) for task in plan.tasks]

    def run(self) -> None:
        """Start everything, wait to be told to stop, stop everything in reverse order."""
        self._publish()
        for part in (*self.keepers, *self.workers):
            part.start()
        while not self.stop.wait(ROTATION_S):
            self._rotate()
        self.board.wake()
        for keepers in self._waves():
            _all_stopped(keepers)
        self._publish()

    def _waves(self) -> Iterable[list[Keeper]]:
        for wave in sorted({keeper.process.wave for keeper in self.keepers}, reverse=True):
            yield [keeper for keeper in self.keepers if keeper.process.wave == wave]

    def _rotate(self) -> None:
        try:
            rotate_all(self.home)
        except OSError as trouble:
            log.warning("logs not rotated: %s", trouble)

    def _publish(self) -> None:
        """Tell others where everything stands. On a full disk they read the last state; nobody here stops."""
        with self.board.writing:
            rows = [keeper.row() for keeper in self.keepers]
            tasks = [worker.row() for worker in self.workers]
            told = {"supervisor": os.getpid(), "processes": rows, "tasks": tasks}
            try:
                write_json(self.home.state_file, told)
            except OSError as trouble:
                log.warning("state not written: %s", trouble)


def _all_stopped(keepers: list[Keeper]) -> None:
    for keeper in keepers:
        keeper.ask_to_stop()
    for keeper in keepers:
        keeper.stopped_within(STOP_S)


def take_lock(home: Home) -> IO[str] | None:
    """Become the one supervisor of this hall; None when there is one already."""
    file = home.lock_file.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def supervise(home: Home, *, everything: bool) -> int:
    """Run the supervisor of this hall in this process; 1 when it has one already."""
    home.prepare()
    lock = take_lock(home)
    if lock is None:
        log.warning("this hall is supervised already")
        return 1
    for name in clear_leftovers(home):
        log.warning("ended %s, left over from an earlier start", name)
    settle(home)
    setting = Setting.of(home)
    supervisor = Supervisor(home, whole_hall(setting) if everything else servers_only(setting))
    _obey_signals(supervisor)
    supervisor.run()
    clear_leftovers(home)
    lock.close()
    return 0


def _obey_signals(supervisor: Supervisor) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.stop.set())
    # A handler, not SIG_IGN: that would be inherited by everything we start.
    signal.signal(signal.SIGHUP, lambda *_: None)


@click.command()
@click.option("--home", type=click.Path(path_type=Path), required=True)
@click.option("--servers-only", is_flag=True)
def main(home: Path, servers_only: bool) -> None:
    """Supervise the hall in a folder until SIGTERM; started by `./hall up`."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(message)s")
    os.chdir(CHECKOUT)
    os.environ.pop(MARK, None)
    sys.exit(supervise(Home(home.resolve()), everything=not servers_only))


if __name__ == "__main__":
    main()
