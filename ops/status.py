"""`./hall status`: every process with its number and state; exit status 0 only if all run."""

import json
import sys

import click
from rich.console import Console
from rich.table import Table

from ops.places import Home
from ops.state import RUNNING, report

COLOURS = {"running": "green", "starting": "yellow", "down": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(as_json: bool) -> None:
    """Show every process."""
    found = report(Home.chosen())
    if as_json:
        click.echo(json.dumps(found))
    else:
        _show(found["processes"])
        click.echo(f"Hall: {found['gateway_url'] or '-'}   Outside world: {found['sandbox_url'] or '-'}")
    sys.exit(0 if all(row["state"] == RUNNING for row in found["processes"]) else 1)


def _show(rows: list[dict[str, str]]) -> None:
    table = Table("name", "pid", "state")
    for row in rows:
        colour = COLOURS[row["state"]]
        table.add_row(row["name"], str(row["pid"] or "-"), f"[{colour}]{row['state']}[/{colour}]")
    Console().print(table)
