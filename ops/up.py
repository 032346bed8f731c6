"""`./hall up`: everything started, waited for, filled with demonstration books at first, and announced."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType

import click
from rich.console import Console
from rich.status import Status
from rich.table import Table

from ops.books.load import ImportFailed
from ops.books.seed import seed_demo
from ops.environment import Setting, page_urls
from ops.files import read_json
from ops.places import Home
from ops.starting import NotUp, start_and_wait, stop_supervisor
from ops.state import RUNNING, Seen, Undone, supervised

# A migration that is at work for longer is told of; most are done at once.
LONG_S = 10
# Heading and field of what a person needs to know to log in as somebody.
SHOWN_APPLICANTS = {"ID number": "id_number", "phone": "phone", "name": "name", "situation": "situation"}
SHOWN = {"fund number": "fund_number", "phone": "phone", "name": "name", "situation": "situation"}


@click.command()
@click.option("--detach", is_flag=True, help="Return when the hall is healthy, and leave it running.")
def up(detach: bool) -> None:
    """Start the hall and wait until all of it is healthy."""
    home, console = Home.chosen(), Console()
    if detach:
        bring_up(home, console)
    else:
        with _ended_by_signals() as ended:
            _stay(home, console, ended)


def bring_up(home: Home, console: Console) -> None:
    """Start everything and wait; ends the program with status 1 and the reason when it does not come up."""
    if supervised(home):
        console.print("The hall is running already.")
    try:
        with console.status("starting the hall") as spinner:
            start_and_wait(home, everything=True, show=Progress(console, spinner))
        seed_once(home, console)
    except NotUp as reason:
        click.secho(str(reason), fg="red", err=True)
        sys.exit(1)
    announce(home, console)


def seed_once(home: Home, console: Console) -> None:
    """Load the demonstration books into a hall that has none yet; raises NotUp when they are not accepted."""
    done = home.path / "seeded"
    if done.exists():
        return
    console.print("Loading the demonstration books (first start only).")
    try:
        seed_demo(home)
    except ImportFailed as reason:
        raise NotUp(f"The demonstration books were not loaded: {reason}") from reason
    done.touch()


def announce(home: Home, console: Console) -> None:
    """Print where to go and who is there to try it as."""
    gateway_url, sandbox_url = page_urls(Setting.of(home))
    people = read_json(home.people_file)
    if people:
        console.print(_people(people))
    if applicants := [one for one in read_json(home.applicants_file) or [] if one["key"]]:
        console.print(_applicants(applicants))
    for staff in read_json(home.staff_file) or []:
        click.echo(f"Staff:          {staff['login_name']} / {staff['password']}")
    click.echo("                one-time codes of staff: ./hall code")
    click.echo(f"Hall:           {gateway_url}")
    click.echo(f"Outside world:  {sandbox_url}   (text messages, captchas, bank, registers)")


def _people(people: list[dict[str, str]]) -> Table:
    table = Table(*SHOWN, title="Demonstration people: each makes an own password at the first visit")
    for person in people:
        table.add_row(*(str(person[name]) for name in SHOWN.values()))
    return table


def _applicants(applicants: list[dict[str, str]]) -> Table:
    table = Table(*SHOWN_APPLICANTS, title="People without an account: some may open one as freelancers")
    for applicant in applicants:
        table.add_row(*(str(applicant[name]) for name in SHOWN_APPLICANTS.values()))
    return table


class Progress:
    """Says once of every process that it is ready, what is waited for, and of a migration that takes long."""

    def __init__(self, console: Console, spinner: Status) -> None:
        self.console = console
        self.spinner = spinner
        self.said: set[str] = set()

    def __call__(self, rows: list[Seen], tasks: list[Undone]) -> None:
        """Show what changed since the last look."""
        for row in rows:
            if row.state == RUNNING and row.name not in self.said:
                self.said.add(row.name)
                self.console.print(f"  {row.name} is ready", highlight=False)
        self._say_what_takes_long(tasks)
        waiting = [row.name for row in rows if row.state != RUNNING]
        self.spinner.update(f"waiting for {', '.join(waiting)}" if waiting else "waiting for the last steps")

    def _say_what_takes_long(self, tasks: list[Undone]) -> None:
        for task in tasks:
            if not task.migrates or task.name in self.said or task.began_at is None:
                continue
            if (datetime.now(UTC) - task.began_at).total_seconds() > LONG_S:
                self.said.add(task.name)
                since = f"{task.began_at.astimezone():%Y-%m-%d %H:%M:%S}"
                self.console.print(
                    f"  {task.name} is at work since {since}; it may take hours", highlight=False
                )


def _stay(home: Home, console: Console, ended: threading.Event) -> None:
    try:
        bring_up(home, console)
        console.print("Ctrl-C stops the hall.")
        while not ended.wait(1.0) and supervised(home):
            continue
    except KeyboardInterrupt:
        ended.set()
    finally:
        console.print("Stopping the hall.")
        stop_supervisor(home)


@contextmanager
def _ended_by_signals() -> Iterator[threading.Event]:
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, end)
    yield ended
