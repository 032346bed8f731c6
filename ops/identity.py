"""Telling one process from another that got its number later, and ending only what this hall started."""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ops.files import read_json, write_json
from ops.places import Home

# Set for every process a supervisor starts, and for nothing else: marks what belongs to which hall.
MARK = "HALL_SUPERVISED"
PROC = Path("/proc")


@dataclass(frozen=True)
class Identity:
    """A process number with its start (clock ticks since this boot): together they name one process only."""

    pid: int
    started: str

    @property
    def alive(self) -> bool:
        """Whether this very process still runs (a finished one nobody has collected does not)."""
        return bool(self.started) and _start_of(self.pid) == self.started


def identity_of(pid: int) -> Identity:
    """Name the process that has this number now."""
    return Identity(pid, _start_of(pid))


def remember(home: Home, name: str, pid: int, stop_signal: int) -> None:
    """Note that `name` runs as `pid`, so that a later supervisor can find it."""
    identity = identity_of(pid)
    noted = {"pid": pid, "started": f"{_boot()} {identity.started}", "stop_signal": stop_signal}
    write_json(home.running / f"{name}.pid", noted)


def clear_leftovers(home: Home, grace_s: float = 8.0) -> list[str]:
    """End what a killed supervisor of this hall left running; return the names of what was found."""
    found = []
    for file in sorted(home.running.glob("*.pid")):
        noted = read_json(file)
        identity = Identity(noted["pid"], noted["started"].removeprefix(_boot() + " "))
        if identity.alive:
            found.append(file.stem)
            _tell(identity, noted["stop_signal"])
            _end(identity, grace_s)
        file.unlink()
    for pid in marked(home):
        found.append(f"process {pid}")
        _end(identity_of(pid), 0)
    return found


def marked(home: Home) -> list[int]:
    """Numbers of all processes that carry this hall's mark, such as workers whose parent was killed."""
    mark = f"{MARK}={home.path}".encode()
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and _carries(entry, mark)]


def kill_marked(home: Home, name: str) -> None:
    """Kill what a dead process left of itself: workers that would keep its port."""
    mark = f"{MARK}={home.path}:{name}".encode()
    for entry in PROC.iterdir():
        if entry.name.isdigit() and _carries(entry, mark):
            _end(identity_of(int(entry.name)), 0)


def _end(identity: Identity, grace_s: float) -> None:
    until = time.monotonic() + grace_s
    while identity.alive and time.monotonic() < until:
        time.sleep(0.05)
    if identity.alive:
        _tell(identity, signal.SIGKILL)


def _tell(identity: Identity, signal_number: int) -> None:
    # It may end between the look and the signal, and that is all the signal is for.
    with suppress(ProcessLookupError):
        os.kill(identity.pid, signal_number)


def _carries(entry: Path, mark: bytes) -> bool:
    try:
        variables = (entry / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return any(variable == mark or variable.startswith(mark + b":") for variable in variables)


def _start_of(pid: int) -> str:
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def _boot() -> str:
    return (PROC / "sys/kernel/random/boot_id").read_text().strip()
