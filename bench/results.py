"""A result on disk: the figures with the machine, the versions, the seed and the day they were taken."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ops import postgresql
from ops.places import CHECKOUT

RESULTS = Path(__file__).with_name("results")
LIBRARIES = ("nameko", "kombu", "eventlet", "pika", "Flask", "granian", "SQLAlchemy", "psycopg", "orjson")


def written(name: str, figures: dict[str, Any]) -> Path:
    """Write `figures` to bench/results/<name>-<day>.json and return the place."""
    taken_at = datetime.now(UTC)
    place = RESULTS / f"{name}-{taken_at:%Y%m%d}.json"
    content = {
        "taken_at": taken_at.isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": versions(),
    }
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps(content | figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return place


def machine() -> dict[str, Any]:
    """Processor, cores, memory, kernel, and how busy the machine was just now with other things too."""
    return {
        "processor": _first_of("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory": _first_of("/proc/meminfo", "MemTotal"),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "kernel": platform.release(),
        "load_average": [round(load, 1) for load in os.getloadavg()],
    }


def versions() -> dict[str, str]:
    """What was measured: our commit, Python, the servers, the libraries on the way of a request."""
    return {
        "commit": _said("git", "-C", str(CHECKOUT), "rev-parse", "--short", "HEAD"),
        "python": platform.python_version(),
        "postgresql": _said(str(postgresql.programs() / "postgres"), "--version"),
        "rabbitmq": _said("dpkg-query", "--show", "--showformat=${Version}", "rabbitmq-server"),
        **{library: version(library) for library in LIBRARIES},
    }


def _first_of(place: str, name: str) -> str:
    for line in Path(place).read_text().splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return ""


def _said(*words: str) -> str:
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
