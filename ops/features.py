"""`./hall features`: the rows of the acceptance table, and which of them the last test run has shown."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ops.files import read_json
from ops.places import CHECKOUT, Home

TABLE = CHECKOUT / "docs" / "features.tsv"
# Rows that have once been shown: one id a line. A run that no longer shows one of them has lost it.
KEPT = CHECKOUT / "docs" / "shown.txt"


@dataclass(frozen=True)
class Row:
    """One row of the acceptance table."""

    id: str
    service: str
    statement: str


def rows(table: Path = TABLE) -> list[Row]:
    """Read the acceptance table."""
    with table.open(encoding="utf-8", newline="") as file:
        return [Row(**line) for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def shown(home: Home) -> set[str]:
    """Name the rows that have tests in the last run, all of which passed."""
    results = read_json(home.results_file) or {"rows": {}}
    return {row for row, tests in results["rows"].items() if set(tests.values()) == {"passed"}}


def lost(passed: set[str], kept: Path = KEPT) -> list[str]:
    """Name the rows that were shown once and are not in `passed`."""
    return [row for row in kept.read_text(encoding="utf-8").split() if row not in passed]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--kept", is_flag=True, help="Fail when a row that was once shown is no longer.")
def features(as_json: bool, kept: bool) -> None:
    """List the acceptance rows and which the last test run has shown."""
    table, passed = rows(), shown(Home.chosen())
    if kept:
        _refuse_loss(lost(passed))
    elif as_json:
        known = [row.id for row in table]
        there = [row for row in known if row in passed]
        click.echo(
            json.dumps({"rows": known, "shown": there, "missing": [r for r in known if r not in passed]})
        )
    else:
        _show(table, passed)


def _refuse_loss(missing: list[str]) -> None:
    if missing:
        raise click.ClickException(f"rows that were shown once and are not now: {', '.join(missing)}")
    click.echo("every row that was ever shown is still shown")


def _show(table: list[Row], passed: set[str]) -> None:
    console, grid = Console(), Table("row", "service", "shown", "statement")
    for row in table:
        grid.add_row(row.id, row.service, "[green]yes[/green]" if row.id in passed else "-", row.statement)
    console.print(grid)
    console.print(f"{len(passed & {row.id for row in table})} of {len(table)} rows shown by the last run")
