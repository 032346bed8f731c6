"""`./hall bench`: the published figures, taken on a hall that is made for them and removed again."""

import json
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bench import account_query, importing, starting, write_path, yearly_interest
from bench.ground import Ground, of, standing
from bench.results import written
from ops.places import Home

Figures = dict[str, Any]

# The short figures of a case, as `--json` promises them; all the rest stands in the result file.
PROMISED = {
    "account_query": ("floor_cpu_ms", "baseline_cpu_ms", "hall_cpu_ms", "per_second"),
    "write_path": ("cpu_ms_per_bill", "bills_per_second", "bank_stand_in_share"),
    "start": ("first_s", "again_s", "memory_mib"),
    "import": ("ledger_lines", "seconds", "ledger_lines_per_second"),
    "yearly_interest": ("settled_s", "bare_insert_s", "times_the_bare_insert", "memory_mib"),
}


def _account_query(ground: Ground, seed: int) -> Figures:
    return account_query.account_query(ground, replace(account_query.Plan(), seed=seed))


def _write_path(ground: Ground, seed: int) -> Figures:
    return write_path.write_path(ground, replace(write_path.Plan(), seed=seed))


CASES: dict[str, Callable[[Ground, int], Figures]] = {
    "account_query": _account_query,
    "write_path": _write_path,
}
# These run on servers of their own, one after the other, before the hall of the others is started.
ALONE: dict[str, Callable[[Home, int], Figures]] = {
    "start": starting.starting,
    "import": lambda home, seed: importing.importing(home, replace(importing.Plan(), seed=seed)),
    "yearly_interest": lambda home, seed: yearly_interest.yearly_interest(
        home, replace(yearly_interest.Plan(), seed=seed)
    ),
}


@click.command()
@click.option("--case", "names", multiple=True, type=click.Choice([*CASES, *ALONE]), help="only this case")
@click.option("--json", "as_json", is_flag=True, help="print the figures as JSON")
@click.option("--seed", default=1, show_default=True, help="decides which people ask")
@click.option(
    "--on",
    "place",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="folder of a running hall to measure; its people draw rent",
)
def bench(names: tuple[str, ...], as_json: bool, seed: int, place: Path | None) -> None:
    """Measure CPU per request beside a floor and a textbook baseline; write bench/results/."""
    # Ended from outside, too, it takes down what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    figures = _measured_alone([name for name in names or ALONE if name in ALONE], seed)
    cases = {name: CASES[name] for name in names or CASES if name in CASES}
    if place is not None:
        figures |= _measured(of(Home(place.resolve())), cases, seed)
    elif cases:
        click.echo("starting a hall for the measurement", err=True)
        with standing(Home(Home.chosen().path / "bench")) as ground:
            figures |= _measured(ground, cases, seed)
    if as_json:
        click.echo(json.dumps({"cases": {name: _short(name, all_of) for name, all_of in figures.items()}}))
    else:
        click.echo(_table(figures))


def _measured_alone(names: list[str], seed: int) -> dict[str, Figures]:
    figures = {}
    for name in names:
        click.echo(f"measuring {name}", err=True)
        figures[name] = ALONE[name](Home(Home.chosen().path / name), seed)
        click.echo(f"written to {written(name, figures[name])}", err=True)
    return figures


def _measured(
    ground: Ground, cases: dict[str, Callable[[Ground, int], Figures]], seed: int
) -> dict[str, Figures]:
    figures = {}
    for name, measure in cases.items():
        click.echo(f"measuring {name}", err=True)
        figures[name] = measure(ground, seed)
        click.echo(f"written to {written(name, figures[name])}", err=True)
    return figures


def _short(name: str, figures: Figures) -> Figures:
    return {figure: figures[figure] for figure in PROMISED[name]}


def _table(figures: dict[str, Figures]) -> str:
    lines = []
    for name, all_of in figures.items():
        lines.append(name)
        lines += [
            f"  {figure:<24}{value:>10}" for figure, value in all_of.items() if not isinstance(value, dict)
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    bench(prog_name="./hall bench", args=sys.argv[1:])
