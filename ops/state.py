"""What is known of a hall's processes, from the supervisor's file checked against the machine."""

import fcntl
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ops.environment import Setting, page_urls
from ops.files import read_json
from ops.identity import Identity
from ops.places import Home
from ops.ports import kept
from ops.processes import MIGRATIONS, NAMES

RUNNING, STARTING, DOWN = "running", "starting", "down"


@dataclass(frozen=True)
class Seen:
    """One process as it is now; `deaths` counts those in a row before it became ready."""

    name: str
    pid: int
    state: str
    deaths: int = 0
    trouble: str = ""


def seen(home: Home) -> list[Seen]:
    """Look at every process of the hall; without a supervisor's file all are down."""
    written = read_json(home.state_file)
    if not written:
        return [Seen(name, 0, DOWN) for name in NAMES]
    return [_checked(row) for row in written["processes"]]


@dataclass(frozen=True)
class Undone:
    """A task not done yet in this start; `failures` counts its tries, `trouble` is how the last one ended.

    `began_at` is when the last try began; None while the task waits for what it needs.
    """

    name: str
    failures: int
    trouble: str
    began_at: datetime | None = None

    @property
    def migrates(self) -> bool:
        """Whether it is a migration at work without trouble: that has hours, and must not be cut short."""
        return self.name in MIGRATIONS and self.began_at is not None and not self.trouble


def undone(home: Home) -> list[Undone]:
    """List the tasks that processes of the hall still wait for."""
    written = read_json(home.state_file) or {"tasks": []}
    open_tasks = (task for task in written["tasks"] if not task["done"])
    return [_open(task) for task in open_tasks]


def report(home: Home) -> dict[str, Any]:
    """Say how the hall is, in the shape `./hall status --json` prints."""
    gateway_url, sandbox_url = page_urls(Setting.of(home)) if kept(home) else ("", "")
    rows = [{"name": row.name, "pid": row.pid, "state": row.state} for row in seen(home)]
    return {"gateway_url": gateway_url, "sandbox_url": sandbox_url, "processes": rows}


def supervised(home: Home) -> int:
    """Process number of this hall's supervisor, 0 when none holds its lock."""
    if not home.lock_file.exists():
        return 0
    with home.lock_file.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read() or 0)
    return 0


def all_run(rows: list[Seen]) -> bool:
    """Whether every process runs and is ready."""
    return bool(rows) and all(row.state == RUNNING for row in rows)


def _open(task: dict[str, Any]) -> Undone:
    began_at = datetime.fromisoformat(task["began_at"]) if task["began_at"] else None
    return Undone(task["name"], task["failures"], task["trouble"], began_at)


def _checked(row: dict[str, Any]) -> Seen:
    alive = Identity(row["pid"], row["started"]).alive
    state, pid = (row["state"], row["pid"]) if alive else (DOWN, 0)
    return Seen(row["name"], pid, state, row["deaths"], row["trouble"])
