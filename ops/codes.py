"""`./hall code`: the one-time codes of now of the staff of a rehearsal, as their phones would show them."""

import sys
import time

import click

from ops.files import read_json
from ops.places import Home
from services.auth.second_factor import STEP_S, code_at, step_of


@click.command()
@click.argument("name", required=False)
def code(name: str | None) -> None:
    """Show the code of NAME, or of everybody; each counts once, and a later one makes it void."""
    staff = [one for one in read_json(Home.chosen().staff_file) or [] if name in (None, one["login_name"])]
    if not staff:
        click.echo("No such login in this rehearsal.", err=True)
        sys.exit(1)
    now = time.time()
    for one in staff:
        click.echo(f"{one['login_name']:<14} {code_at(one['code_secret'], step_of(now))}")
    click.echo(f"good for {STEP_S - int(now % STEP_S)} s more, and half a minute after")
