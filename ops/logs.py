"""`./hall logs`: the end of one log or of all, and what is written to them from then on."""

import sys
import time

import click

from ops.logfiles import follow, log_of, tail
from ops.places import Home
from ops.processes import NAMES

EVERY_S = 0.3
FILES = (*NAMES, "supervisor")


@click.command()
@click.argument("name", required=False, type=click.Choice(FILES))
@click.option("--follow", "following", is_flag=True, help="Go on showing what is written.")
@click.option("--lines", default=20, show_default=True, help="How many lines of each log to begin with.")
def logs(name: str | None, following: bool, lines: int) -> None:
    """Show the log of one process or of all."""
    home = Home.chosen()
    names = [name] if name else list(FILES)
    for one in names:
        for line in tail(log_of(home, one), lines):
            click.echo(_labelled(one, line, names))
    if following:
        _follow(home, names)


def _follow(home: Home, names: list[str]) -> None:
    sources = {name: follow(log_of(home, name)) for name in names}
    try:
        while True:
            for name, source in sources.items():
                for line in next(source).splitlines():
                    click.echo(_labelled(name, line, names))
            time.sleep(EVERY_S)
    except KeyboardInterrupt:
        sys.exit(0)


def _labelled(name: str, line: str, names: list[str]) -> str:
    return line if len(names) == 1 else f"{name:<10} {line}"
