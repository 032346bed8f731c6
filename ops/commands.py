"""The list of what `./hall` can do; needs nothing but Python, so it can be shown before anything is there."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One subcommand: its name, the click command (`module:attribute`) behind it, and one line of help."""

    name: str
    place: str
    help: str


# A new command is one line here and a click command in a file of `ops/`.
COMMANDS: dict[str, tuple[Entry, ...]] = {
    "Run": (
        Entry(
            "up",
            "ops.up:up",
            "start the hall and wait until all of it is healthy (--detach: in the background)",
        ),
        Entry("down", "ops.down:down", "stop the hall; its books stay"),
        Entry("status", "ops.status:status", "show every process (--json)"),
        Entry("logs", "ops.logs:logs", "show the log of one process or of all (--follow)"),
        Entry(
            "generate",
            "ops.books.generate:main",
            "write a made-up centre's books as CSV (--accounts, --seed, --out, --today)",
        ),
        Entry(
            "import",
            "ops.books.load:main",
            "load a folder of books; restartable, reports refused lines (--report, --instead)",
        ),
        Entry(
            "republish",
            "ops.republish:republish",
            "publish the events of the last hours again, after the broker has lost its data (--hours)",
        ),
        Entry("code", "ops.codes:code", "show the one-time codes of a rehearsal's staff (an optional NAME)"),
        Entry("clock", "ops.clock:clock", "show or move the business clock: show, move +3d, set TIME, reset"),
    ),
    "Try": (
        Entry(
            "demo",
            "ops.demo.command:demo",
            "play the main job over HTTP against the running hall",
        ),
    ),
    "Check": (
        Entry("check", "ops.check:check", "format, lint, types, imports, security"),
        Entry("test", "ops.suite:test", "run the tests with servers of their own (arguments go to pytest)"),
        Entry(
            "prove",
            "ops.prove.command:prove",
            "kill processes while citizens withdraw, and count (--kills, --citizens, --seed, --bugs, --json)",
        ),
        Entry(
            "bench",
            "bench.command:bench",
            "measure CPU per request beside a floor and a textbook baseline (--case, --json)",
        ),
        Entry(
            "features",
            "ops.features:features",
            "list the acceptance rows the last test run has shown (--json)",
        ),
    ),
}


def overview() -> str:
    """List the subcommands in groups, one line each."""
    lines = ["usage: ./hall COMMAND [OPTIONS]"]
    for group, entries in COMMANDS.items():
        lines += ["", group, *(f"  {entry.name:<10} {entry.help}" for entry in entries)]
    return "\n".join(lines)


def entry(name: str) -> Entry | None:
    """Find a subcommand by its name."""
    return next((one for entries in COMMANDS.values() for one in entries if one.name == name), None)


if __name__ == "__main__":
    sys.stdout.write(overview() + "\n")
