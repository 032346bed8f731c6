"""`hall import`: a folder of books into the running hall, every service with its own importer."""

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
import requests
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ops.books.registers_loading import load_registers
from ops.environment import Environment, Setting, migration, page_urls
from ops.places import CHECKOUT, Home
from ops.state import supervised

# Deposit notes what is begun, and refuses other files meanwhile. Its accounts come last: who can be paid from
# one has their loans and registers there already.
BEGINS = "deposit"
BEFORE_ACCOUNTS = ("auth", "loan")
REPORT = "import_refused.csv"


class ImportFailed(Exception):
    """An importer ended early; what it had booked stays booked, and the next try goes on from there."""


@dataclass
class Outcome:
    """What an import came to: lines refused as (file, line, reason), and the files that were not there."""

    refused: list[tuple[str, int, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Importer:
    """A service's importer, and what it is told."""

    setting: Setting
    service: str
    said: tuple[str, ...]

    @property
    def environment(self) -> Environment:
        """The owner's; without the wait that eventlet needs: it is slower, and an importer is no service."""
        whole = migration(self.setting, self.service)
        return {name: value for name, value in whole.items() if name != "PSYCOPG_WAIT_FUNC"}

    @property
    def command(self) -> list[str]:
        """How it is started."""
        quiet = ("-W", "ignore::DeprecationWarning")
        return [sys.executable, *quiet, "-m", f"services.{self.service}.importing", *self.said]


class Bars:
    """A progress bar for each file, as its lines are booked."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._folder = folder
        self._progress = progress
        self._bars: dict[str, TaskID] = {}

    def at(self, file: str, done: int) -> None:
        """The file's first `done` lines are booked."""
        if file not in self._bars:
            self._bars[file] = self._progress.add_task(file, total=lines_in(self._folder / file))
        self._progress.update(self._bars[file], completed=done)


def load_books(home: Home, folder: Path, *, instead: bool = False) -> Outcome:
    """Load a folder into the hall of `home`, with progress bars. Raises ImportFailed.

    `instead`: the folder takes the place of one that was begun and is not finished.
    """
    setting, outcome = Setting.of(home), Outcome()
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        bars = Bars(folder, progress)
        said = ("--begin", "--instead") if instead else ("--begin",)
        _import(Importer(setting, BEGINS, (str(folder), *said)), bars, outcome)
        for service in BEFORE_ACCOUNTS:
            _import(Importer(setting, service, (str(folder),)), bars, outcome)
        _tell_registers(setting, folder, bars)
        _import(Importer(setting, BEGINS, (str(folder),)), bars, outcome)
    outcome.refused.sort()
    return outcome


def lines_in(place: Path) -> int:
    """How many lines a file has; 0 for none."""
    if not place.exists():
        return 0
    with place.open("rb") as content:
        blocks = iter(lambda: content.read(1 << 20), b"")
        return sum(block.count(b"\n") for block in blocks)


def write_report(outcome: Outcome, place: Path) -> None:
    """The refused lines as CSV: file, line number, reason. Nothing personal stands in it."""
    with place.open("w", encoding="utf-8", newline="") as report:
        writer = csv.writer(report, lineterminator="\n")
        writer.writerow(("file", "line", "reason"))
        writer.writerows(outcome.refused)


def _import(importer_of: Importer, bars: Bars, outcome: Outcome) -> None:
    with subprocess.Popen(
        importer_of.command,
        env=importer_of.environment,
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    ) as importer:
        for words in _told(importer):
            _take(words, bars, outcome)
    if importer.returncode != 0:
        raise ImportFailed(importer_of.service)


def _told(importer: subprocess.Popen[str]) -> Iterator[dict[str, object]]:
    for line in importer.stdout or ():
        yield json.loads(line)


def _take(words: dict[str, object], bars: Bars, outcome: Outcome) -> None:
    file = str(words["file"])
    if words["event"] == "refused":
        outcome.refused.append((file, int(str(words["line"])), str(words["reason"])))
    elif words["event"] == "missing":
        outcome.missing.append(file)
    else:
        bars.at(file, int(str(words["line"])))


def _tell_registers(setting: Setting, folder: Path, bars: Bars) -> None:
    _, sandbox_url = page_urls(setting)
    try:
        load_registers(folder, sandbox_url, bars.at)
    except requests.RequestException as error:
        raise ImportFailed("registers") from error


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="where refused lines go")
@click.option("--instead", is_flag=True, help="the folder takes the place of one begun and not finished")
def main(folder: Path, report: Path | None, instead: bool) -> None:
    """Load a folder of books: CSV files with the national standard's codes (see `hall generate`).

    One that was stopped goes on when it is started again with the same folder.
    """
    home = Home.chosen()
    if not supervised(home):
        raise click.ClickException("the hall does not run: ./hall up")
    try:
        outcome = load_books(home, folder.resolve(), instead=instead)
    except ImportFailed as failed:
        raise click.ClickException(
            f"the import of {failed} stopped. Once its reason is gone, run it again to go on"
        ) from None
    place = report or home.path / REPORT
    write_report(outcome, place)
    _conclude(outcome, place)


def _conclude(outcome: Outcome, report: Path) -> None:
    for file in outcome.missing:
        click.echo(f"not in the folder: {file}")
    for file, count in sorted(Counter(file for file, _, _ in outcome.refused).items()):
        click.echo(f"{count:>10}  lines of {file} refused")
    if outcome.refused:
        click.echo(f"refused lines with reasons: {report}")
    else:
        click.echo("every line was taken over")


if __name__ == "__main__":
    main(prog_name="./hall import")
