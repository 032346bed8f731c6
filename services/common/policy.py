"""Figures of law and policy as dated data: value, date in force, source. Rules take them for a date."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parents[2] / "policy"


@dataclass(frozen=True)
class Figure:
    """One figure through time. `since` holds (first day in force, value), oldest first; None = abolished."""

    name: str
    title: str
    unit: str
    source: str
    since: tuple[tuple[date, Any], ...]

    def on(self, day: date) -> Any:
        """The value in force on `day`; LookupError where none was."""
        place = bisect_right([start for start, _ in self.since], day)
        if place == 0 or self.since[place - 1][1] is None:
            raise LookupError(f"{self.name}: no figure in force on {day}")
        return self.since[place - 1][1]

    def whole(self, day: date) -> int:
        """The value in force on `day` as a whole number; TypeError where it is something else."""
        value = self.on(day)
        if type(value) is not int:
            raise TypeError(f"{self.name} is not a whole number")
        return value


class Policy:
    """All figures of one city, by name."""

    def __init__(self, figures: dict[str, Figure]) -> None:
        self._figures = figures

    def __iter__(self) -> Any:
        return iter(self._figures.values())

    def figure(self, name: str) -> Figure:
        """The figure of that name; KeyError where the city's folder has none."""
        return self._figures[name]

    def adopting(self, **values: tuple[date, Any]) -> "Policy":
        """A copy in which the named figures take a value from a day on: how a change is rehearsed."""
        changed = dict(self._figures)
        for name, row in values.items():
            old = changed[name]
            rows = tuple(sorted([*(pair for pair in old.since if pair[0] != row[0]), row]))
            changed[name] = Figure(old.name, old.title, old.unit, old.source, rows)
        return Policy(changed)


def _figure(name: str, entry: dict[str, Any]) -> Figure:
    since = tuple(sorted(entry["since"].items()))
    if not since or not all(type(day) is date for day, _ in since):
        raise ValueError(f"{name}: `since` must map days to values")
    return Figure(name, entry["title"], entry["unit"], entry["source"], since)


@cache
def load_policy(city: str, folder: Path = FOLDER) -> Policy:
    """Every figure in `policy/<city>/*.yml`; ValueError for a name that stands twice or has no date."""
    figures: dict[str, Figure] = {}
    for place in sorted((folder / city).glob("*.yml")):
        for name, entry in (yaml.safe_load(place.read_text(encoding="utf-8")) or {}).items():
            if name in figures:
                raise ValueError(f"{name} stands twice in policy/{city}")
            figures[name] = _figure(name, entry)
    return Policy(figures)
