"""`./hall clock`: the business time of a rehearsal, shown, moved, set and put back."""

import re
from datetime import datetime, timedelta

import click

from ops.files import write_whole
from ops.places import Home
from services.common.clock import CHINA

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def offset_of(home: Home) -> timedelta:
    """Read by how much business time is ahead of real time."""
    try:
        return timedelta(seconds=int(home.clock_file.read_text(encoding="utf-8") or 0))
    except FileNotFoundError:
        return timedelta()


def move_to(home: Home, offset: timedelta) -> None:
    """Let business time be ahead by `offset`; every process of the hall reads it anew each time."""
    home.path.mkdir(parents=True, exist_ok=True)
    write_whole(home.clock_file, str(round(offset.total_seconds())))


def distance(text: str) -> timedelta:
    """Read a distance such as `+3d`, `-2h` or `90m`; raises ValueError."""
    found = re.fullmatch(r"([+-]?\d{1,6})([smhdw])", text)
    if found is None:
        raise ValueError("a distance looks like +3d: a number and one of s, m, h, d, w")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.group(invoke_without_command=True)
@click.pass_context
def clock(ctx: click.Context) -> None:
    """Show or move the business clock."""
    if ctx.invoked_subcommand is None:
        show()


@clock.command("show")
def show_command() -> None:
    """Show business time."""
    show()


@clock.command("move", context_settings={"ignore_unknown_options": True})
@click.argument("by")
def move_command(by: str) -> None:
    """Move business time by a distance such as +3d."""
    home = Home.chosen()
    try:
        move_to(home, offset_of(home) + distance(by))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    show()


@clock.command("set")
@click.argument("to")
def set_command(to: str) -> None:
    """Set business time, in China's time, as 2027-01-01T09:00."""
    try:
        moment = datetime.fromisoformat(to)
    except ValueError as error:
        raise click.BadParameter("a time looks like 2027-01-01T09:00") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
    move_to(Home.chosen(), moment - datetime.now(CHINA))
    show()


@clock.command("reset")
def reset_command() -> None:
    """Put business time back to real time."""
    Home.chosen().clock_file.unlink(missing_ok=True)
    show()


def show() -> None:
    """Print business time and by how much it is ahead."""
    offset = offset_of(Home.chosen())
    now = datetime.now(CHINA) + offset
    click.echo(f"{now:%Y-%m-%dT%H:%M:%S%z}  (ahead of real time by {offset})")
