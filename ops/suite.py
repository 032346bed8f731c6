"""`./hall test`: the whole test suite with servers of its own, and what it has shown written down."""

import os
import subprocess
import sys

import click

from ops.identity import clear_leftovers
from ops.places import CHECKOUT, Home
from ops.starting import stop_supervisor


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run the tests; arguments go to pytest."""
    home = Home.chosen()
    home.path.mkdir(parents=True, exist_ok=True)
    surroundings = os.environ | {"HALL_HOME": str(home.path), "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "pytest", "-p", "ops.shown_rows", *arguments]
    try:
        code = subprocess.call(command, cwd=CHECKOUT, env=surroundings, stdin=subprocess.DEVNULL)
    finally:
        stop_test_halls(home)
    sys.exit(code)


def stop_test_halls(home: Home) -> None:
    """Stop whatever a test run has left running in its own folders."""
    for folder in (home.path / "test").glob("*/"):
        left = Home(folder)
        if not stop_supervisor(left) and left.running.exists():
            clear_leftovers(left)
