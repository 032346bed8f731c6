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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def features(as_json: bool) -> None:
    """List the acceptance rows and which the last test run has shown."""
    table, passed = rows(), shown(Home.chosen())
    if as_json:
        known = [row.id for row in table]
        there = [row for row in known if row in passed]
        click.echo(
            json.dumps({"rows": known, "shown": there, "missing": [r for r in known if r not in passed]})
        )
    else:
        _show(table, passed)


def _show(table: list[Row], passed: set[str]) -> None:
    console, grid = Console(), Table("row", "service", "shown", "statement")
    for row in table:
        grid.add_row(row.id, row.service, "[green]yes[/green]" if row.id in passed else "-", row.statement)
    console.print(grid)
    console.print(f"{len(passed & {row.id for row in table})} of {len(table)} rows shown by the last run")
