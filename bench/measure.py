"""CPU time of process trees, from /proc: user and system time, children that ended included."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

PROC = Path("/proc")
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
# Places in /proc/<pid>/stat after the name: parent, then utime, stime, cutime, cstime.
PARENT, TIMES = 1, slice(11, 15)


@dataclass(frozen=True)
class Round:
    """One stretch of work: how many requests, how long (seconds), and CPU in milliseconds by process name."""

    requests: int
    elapsed_s: float
    cpu_ms: dict[str, float]

    @property
    def cpu_ms_per_request(self) -> float:
        """CPU of one request, all processes together."""
        return sum(self.cpu_ms.values()) / self.requests

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.elapsed_s


def measured(roots: Mapping[str, int], requests: int, work: Callable[[], None]) -> Round:
    """Do `work` and take the CPU that the trees under `roots` (process number by name) spent meanwhile."""
    before, began_at = cpu_ms(roots), monotonic()
    work()
    elapsed_s, after = monotonic() - began_at, cpu_ms(roots)
    return Round(requests, elapsed_s, {name: after[name] - before[name] for name in roots})


def cpu_ms(roots: Mapping[str, int]) -> dict[str, float]:
    """CPU so far of each tree. The kernel adds a child that ended to its parent: nothing is lost."""
    lines = _stat_lines()
    return {name: _tree_ms(root, lines) for name, root in roots.items()}


def summary(rounds: list[Round]) -> dict[str, Any]:
    """Medians over the rounds, with the breakdown by process and the spread."""
    costs = [one.cpu_ms_per_request for one in rounds]
    names = rounds[0].cpu_ms
    return {
        "cpu_ms": round(median(costs), 3),
        "cpu_ms_lowest": round(min(costs), 3),
        "cpu_ms_highest": round(max(costs), 3),
        "per_second": round(median(one.per_second for one in rounds), 1),
        "by_process_ms": {
            name: round(median(one.cpu_ms[name] / one.requests for one in rounds), 3) for name in names
        },
        "rounds": len(rounds),
        "requests_a_round": rounds[0].requests,
    }


def _stat_lines() -> dict[int, list[str]]:
    lines = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            lines[int(entry.name)] = text.rpartition(") ")[2].split()
    return lines


def tree(root: int) -> set[int]:
    """The process and all that it has started. Raises ProcessLookupError when it is gone."""
    return _members(root, _stat_lines())


def _members(root: int, lines: dict[int, list[str]]) -> set[int]:
    if root not in lines:
        raise ProcessLookupError(f"process {root} is gone")
    members, grown = {root}, True
    while grown:
        found = {pid for pid, line in lines.items() if int(line[PARENT]) in members} | members
        members, grown = found, found != members
    return members


def _tree_ms(root: int, lines: dict[int, list[str]]) -> float:
    members = _members(root, lines)
    return TICK_MS * sum(int(ticks) for pid in members for ticks in lines[pid][TIMES])
