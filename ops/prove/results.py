"""The result of a proof: the figures that were promised, and a file that says where they come from."""

import os
import platform
import subprocess
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from ops.files import write_json
from ops.places import CHECKOUT
from ops.postgresql import programs
from services.common.clock import CHINA

FOLDER = CHECKOUT / "tests" / "prove" / "results"
Figures = dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What a proof came to: its figures, who was killed while interest was booked, and what the file says."""

    figures: Figures
    killed_at_years_end: list[str]
    about: dict[str, object]

    @property
    def is_well(self) -> bool:
        """Nothing lost, doubled, adrift or unfinished, every seeded bug caught; kills have to meet work.

        They have to meet it twice: citizens who ask for something, and interest that is being booked.
        """
        figures = self.figures
        wrong = ("lost", "doubled", "drift_fen", "unfinished")
        proves = not figures["kills"] or (figures["acknowledged"] > 0 and bool(self.killed_at_years_end))
        all_caught = figures["bugs_tried"] == figures["bugs_caught"]
        return proves and all_caught and not any(figures[name] for name in wrong)


def write_result(proof: Proof) -> Path:
    """Write the figures with machine, versions and the rest (seed, kills by name and more) to the results."""
    about = proof.about | {"kills_while_interest_was_booked": dict(Counter(proof.killed_at_years_end))}
    place = FOLDER / f"{about['commit']}-{about['seed']}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    whole = {"figures": proof.figures, **about, "machine": _machine(), "versions": _versions()}
    write_json(place, whole, mode=0o644)
    return place


def source() -> dict[str, object]:
    """The commit that is proved, and whether files differ from it."""
    commit = _said("git", "rev-parse", "--short=10", "HEAD") or "unknown"
    return {"commit": commit, "changed": bool(_said("git", "status", "--porcelain", "--untracked-files=no"))}


def _machine() -> dict[str, object]:
    return {
        "at": datetime.now(CHINA).isoformat(timespec="seconds"),
        "processor": platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "system": platform.platform(),
        "load_1_minute": round(os.getloadavg()[0], 2),
    }


def _versions() -> dict[str, str]:
    packages = ("nameko", "eventlet", "SQLAlchemy", "psycopg", "pika", "amqp", "granian", "Flask")
    servers = {
        "postgresql": _said(str(programs() / "postgres"), "--version").rpartition(" (")[0],
        "rabbitmq": _said("dpkg-query", "-W", "-f=${Version}", "rabbitmq-server"),
    }
    return {"python": platform.python_version(), **{name: version(name) for name in packages}, **servers}


def _said(*words: str) -> str:
    """What a program prints, or nothing where it is not there or fails."""
    try:
        done = subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
