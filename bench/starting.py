"""Starting: `./hall up` as a newcomer gives it, its environment made anew; again; and what it takes idle.

Debian's packages are there before: how long they take to come is a matter of the line, not of the hall.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import PROC, tree
from ops.places import CHECKOUT, Home
from ops.state import all_run, seen

STARTS_AGAIN = 3
IDLE_S = 60.0
LIMIT_S = 900


def starting(home: Home, _: int) -> dict[str, Any]:
    """Seconds of the first and of later starts, and the memory of all processes after a minute of rest."""
    _hall(home, "down")
    shutil.rmtree(home.path, ignore_errors=True)
    try:
        first_s = _hall(home, "up", "--detach")
        again_s = [_again(home) for _ in range(STARTS_AGAIN)]
        time.sleep(IDLE_S)
        return {
            "first_s": round(first_s, 1),
            "again_s": round(median(again_s), 1),
            "again_longest_s": round(max(again_s), 1),
        } | _memory(home)
    finally:
        _hall(home, "down")


def _again(home: Home) -> float:
    _hall(home, "down")
    return _hall(home, "up", "--detach")


def _hall(home: Home, *words: str) -> float:
    """Give the command in that home and take its time; CalledProcessError when it fails."""
    environment = os.environ | {"HALL_HOME": str(home.path), "HALL_VENV": str(home.path / "venv")}
    if not home.path.exists() and words == ("down",):
        return 0.0
    began_at = time.monotonic()
    subprocess.run(
        [str(CHECKOUT / "hall"), *words],
        env=environment,
        check=True,
        timeout=LIMIT_S,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    return time.monotonic() - began_at


def _memory(home: Home) -> dict[str, Any]:
    """Memory of every process tree in MiB; what several share is counted once (PSS)."""
    rows = seen(home)
    if not all_run(rows):
        raise RuntimeError("the hall does not run as a whole")
    by_process = {row.name: round(sum(map(_share_mib, tree(row.pid))), 1) for row in rows}
    return {"memory_mib": round(sum(by_process.values())), "memory_by_process_mib": by_process}


def _share_mib(pid: int) -> float:
    lines = Path(PROC, str(pid), "smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
