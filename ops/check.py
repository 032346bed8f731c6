"""`./hall check`: everything that can be said about the source without running it."""

import subprocess
import sys
import time

import click
from rich.console import Console

from ops.places import CHECKOUT

PROGRAMS = ("services", "gateway", "sandbox", "ops")
# import-linter installs a command but no module that can be run.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
# Bandit's small warnings are also ruff's (S), where each exception is written beside its line.
BANDIT = ("--quiet", "--severity-level", "medium", "--configfile", "pyproject.toml")
CHECKS = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy", "--strict"],
    "imports": ["-c", LINT_IMPORTS],
    "security": ["-m", "bandit", *BANDIT, "--recursive", *PROGRAMS],
}


@click.command()
def check() -> None:
    """Check format, lint, types, imports and security."""
    console = Console()
    failed = [name for name in CHECKS if not _passes(name, console)]
    if failed:
        console.print(f"[red]not in order: {', '.join(failed)}[/red]")
        sys.exit(1)


def _passes(name: str, console: Console) -> bool:
    started_at = time.monotonic()
    done = subprocess.run(
        [sys.executable, *CHECKS[name]], cwd=CHECKOUT, check=False, capture_output=True, text=True
    )
    well = done.returncode == 0
    mark = "[green]in order[/green]" if well else "[red]not in order[/red]"
    console.print(f"{name:<9} {mark}  {time.monotonic() - started_at:.1f} s", highlight=False)
    if not well:
        console.print(done.stdout + done.stderr, markup=False, highlight=False)
    return well
