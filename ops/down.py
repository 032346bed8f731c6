"""`./hall down`: everything stopped in reverse order; the books stay where they are."""

import sys

import click

from ops.identity import clear_leftovers
from ops.places import Home
from ops.starting import NotUp, stop_supervisor


@click.command()
def down() -> None:
    """Stop the hall."""
    home = Home.chosen()
    try:
        stopped = stop_supervisor(home)
    except NotUp as reason:
        click.echo(str(reason), err=True)
        sys.exit(1)
    leftovers = clear_leftovers(home) if home.running.exists() else []
    click.echo("The hall is stopped." if stopped or leftovers else "The hall was not running.")
