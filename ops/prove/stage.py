"""A hall of its own for a proof: a copy of the checkout, its own folder, ports, servers and books."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests
from psycopg.rows import dict_row

from ops.accounts import OUTSIDE_HOME, database_folder
from ops.clock import move_to, offset_of
from ops.environment import Setting, page_urls
from ops.places import CHECKOUT, Home
from ops.prove.people import Cast, Citizen, write_people
from ops.state import RUNNING, Seen, seen, supervised
from services.common.clock import business_today

LEFT_OUT = shutil.ignore_patterns(".git", ".hall", "__pycache__", ".*_cache", "results")
COMMAND_S = 300
STEP_S = 0.25
Row = dict[str, Any]


class StageFailed(Exception):
    """The hall of the proof did not come up, or did not come back."""


@dataclass(frozen=True)
class Stage:
    """A running hall in `home`, started from `source`, a copy of the checkout that patches may change."""

    home: Home
    source: Path
    citizens: list[Citizen]

    @property
    def gateway_url(self) -> str:
        """Where citizens go."""
        return page_urls(Setting.of(self.home))[0]

    @property
    def sandbox_url(self) -> str:
        """Where the bank's statement is read and faults are set."""
        return page_urls(Setting.of(self.home))[1]

    def rows(self, service: str, query: str, *values: object) -> list[Row]:
        """Ask a service's database as the role that owns its tables, from this process."""
        with self._database(service) as database:
            return database.execute(query.encode(), values or None).fetchall()

    def change(self, service: str, statement: str, *values: object) -> int:
        """Change rows of a service's database, as a scenario's stand-in for what the world does to it."""
        with self._database(service) as database:
            return database.execute(statement.encode(), values).rowcount

    def _database(self, service: str) -> psycopg.Connection[Row]:
        setting, role = Setting.of(self.home), f"{service}_owner"
        place = f"host=127.0.0.1 port={setting.ports['postgresql']} dbname={service} connect_timeout=5"
        password = setting.secrets["database"][role]
        return psycopg.connect(place, user=role, password=password, row_factory=dict_row)

    @contextmanager
    def holding(self, service: str, key: int) -> Iterator[None]:
        """Hold an advisory lock of the service's database, as whoever takes books over does."""
        with self._database(service) as database:
            database.execute("SELECT pg_advisory_lock(%s)", (key,))
            yield

    def processes(self) -> list[Seen]:
        """Every process as it is now."""
        return seen(self.home)

    def kill(self, name: str) -> bool:
        """SIGKILL the process; False when it is not there at this moment."""
        pid = next((row.pid for row in self.processes() if row.name == name), 0)
        if not pid:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def restart(self, names: tuple[str, ...], limit_s: float = 60.0) -> None:
        """Kill the processes and wait until new ones run, with the source as it is now."""
        before = {row.name: row.pid for row in self.processes()}
        for name in names:
            self.kill(name)
        self.wait_for(lambda: self._renewed(before, names), limit_s, f"{names} did not come back")

    def _renewed(self, before: dict[str, int], names: tuple[str, ...]) -> bool:
        now = {row.name: row for row in self.processes()}
        return all(now[name].pid != before[name] and now[name].state == RUNNING for name in names)

    def wait_until_all_run(self, limit_s: float = 120.0) -> None:
        """Wait until the supervisor has brought everything back."""
        self.wait_for(lambda: all(row.state == RUNNING for row in self.processes()), limit_s, "not all run")

    def wait_for(self, holds: Callable[[], bool], limit_s: float, otherwise: str) -> None:
        """Look again and again until it holds. Raises StageFailed after `limit_s`."""
        if not reached(holds, limit_s):
            raise StageFailed(otherwise)

    def set_fault(self, **fault: object) -> None:
        """Tell the outside world to go wrong, as the sandbox describes it."""
        requests.put(f"{self.sandbox_url}/faults", json=fault, timeout=10).raise_for_status()

    def clear_faults(self) -> None:
        """Let the outside world be well."""
        requests.delete(f"{self.sandbox_url}/faults", timeout=10).raise_for_status()

    def has_paid(self, bill_number: str) -> bool:
        """Whether the bank's statement shows an executed payout of the bill."""
        return self._has_executed("/bank/statement", "payouts", bill_number)

    def has_debited(self, bill_number: str) -> bool:
        """Whether the bank's statement shows an executed debit for the bill."""
        return self._has_executed("/bank/statement/debits", "debits", bill_number)

    def _has_executed(self, path: str, kind: str, bill_number: str) -> bool:
        statement = requests.get(f"{self.sandbox_url}{path}", timeout=10).json()[kind]
        return any(one["order_number"].startswith(bill_number) and one["outcome"] == 0 for one in statement)

    def move_clock(self, seconds: int) -> None:
        """Let business time go on, so that limits per minute and hour do not stand in the way."""
        offset = offset_of(self.home)
        move_to(self.home, offset + type(offset)(seconds=seconds))


def reached(holds: Callable[[], bool], limit_s: float) -> bool:
    """Whether it holds within `limit_s` seconds; a database that is away at the moment does not hold."""
    until, pause = time.monotonic() + limit_s, threading.Event()
    while True:
        try:
            if holds():
                return True
        except (psycopg.OperationalError, requests.RequestException, OSError):
            pause.wait(STEP_S)
        if time.monotonic() > until:
            return False
        pause.wait(STEP_S)


@contextmanager
def staged(home: Home, cast: Cast) -> Iterator[Stage]:
    """A fresh hall with the books of this cast, stopped at the end."""
    remove(home)
    home.path.mkdir(parents=True)
    source = home.path / "checkout"
    shutil.copytree(CHECKOUT, source, ignore=LEFT_OUT)
    # Another set of books than the demonstration's is loaded below.
    (home.path / "seeded").touch()
    try:
        run_hall(home, source, "up", "--detach")
        people = write_people(home.path / "books", cast, business_today())
        run_hall(home, source, "import", str(home.path / "books"))
        yield Stage(home, source, people)
    finally:
        run_hall(home, source, "down")


def run_hall(home: Home, source: Path, *words: str) -> str:
    """Run a subcommand of the copied checkout for this hall. Raises StageFailed with what it printed."""
    surroundings = os.environ | {"HALL_HOME": str(home.path), "PYTHONPATH": str(source)}
    done = subprocess.run(
        [sys.executable, "-m", "ops", *words],
        cwd=source,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )
    if done.returncode != 0:
        raise StageFailed(f"./hall {words[0]}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def remove(home: Home) -> None:
    """Take away what an earlier proof left in the folder, database files outside of it included."""
    if not home.path.exists():
        return
    if supervised(home):
        run_hall(home, CHECKOUT, "down")
    if home.secrets_file.exists():
        folder = database_folder(home)
        shutil.rmtree(folder.parent if folder.is_relative_to(OUTSIDE_HOME) else folder)
    shutil.rmtree(home.path)


def history_file(home: Home) -> Path:
    """Where the history of the last proof is kept."""
    return home.path / "history.json"


def write_history(home: Home, rows: list[Row]) -> None:
    """Keep a history for whoever looks into a finding."""
    history_file(home).write_text(json.dumps(rows, indent=1), encoding="utf-8")
