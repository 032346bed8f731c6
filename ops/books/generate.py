"""`hall generate`: a made-up centre's books under the national standard's codes; same seed, same bytes."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from ops.books.applicants import applicants_of, employment_record, introduction
from ops.books.arithmetic import months_after
from ops.books.demo import demo_households
from ops.books.figures import figures_of
from ops.books.households import (
    ACCOUNTS_PER_EMPLOYER,
    HORIZON_MONTHS,
    Households,
    employer,
    freelancers_of,
)
from ops.books.introductions import introduced
from ops.books.situations import Household
from ops.books.writing import Writing
from services.common.clock import business_today
from services.common.offices import offices_of

FEWEST_ACCOUNTS = 50
_EMPLOYERS_MIN = 12


def generate(folder: Path, *, accounts: int, seed: int, today: date, city: str = "qingdao") -> dict[str, Any]:
    """Write the books of `accounts` accounts to `folder` and return the manifest.

    Raises ValueError for fewer accounts than the demo people need, LookupError for a day before the figures.
    """
    if accounts < FEWEST_ACCOUNTS:
        raise ValueError(f"at least {FEWEST_ACCOUNTS} accounts")
    manifest_place = folder / "manifest.json"
    # Written last, and gone while the rest is being written: books without it are not whole.
    manifest_place.unlink(missing_ok=True)
    employers, offices = _employers(accounts), tuple(offices_of(city))
    demo = demo_households(seed, today)
    left = accounts - _heads(demo)
    applicants = list(applicants_of(accounts, seed, today))
    with Writing(folder, today, figures_of(city)) as writing, Progress(transient=True) as progress:
        known = [*(employer(seed, place) for place in range(1, employers + 1)), *map(freelancers_of, offices)]
        for one in known:
            writing.employer(one, months_after(today.replace(day=1), -2 * HORIZON_MONTHS))
        _write_all(writing, demo, progress, "demo people")
        _write_all(
            writing, Households(seed, today, employers, offices).tell(left), progress, "accounts", left
        )
        for applicant in applicants:
            writing.register("employment", employment_record(applicant))
    manifest = {"seed": seed, "today": today.isoformat(), "accounts": accounts, "rows": dict(writing.counts)}
    _write_json(folder / "demo_people.json", [one for household in demo for one in introduced(household)])
    _write_json(folder / "applicants.json", [introduction(applicant) for applicant in applicants])
    _write_json(manifest_place, manifest)
    return manifest


def households_of(accounts: int, seed: int, today: date, city: str = "qingdao") -> Iterator[Household]:
    """The households of such books, the demo people first, without writing anything."""
    demo = demo_households(seed, today)
    yield from demo
    offices = tuple(offices_of(city))
    yield from Households(seed, today, _employers(accounts), offices).tell(accounts - _heads(demo))


def _employers(accounts: int) -> int:
    return max(_EMPLOYERS_MIN, accounts // ACCOUNTS_PER_EMPLOYER)


def _heads(households: Iterable[Household]) -> int:
    return sum(len(household.depositors) for household in households)


def _write_all(
    writing: Writing,
    households: Iterable[Household],
    progress: Progress,
    title: str,
    total: int | None = None,
) -> None:
    task = progress.add_task(title, total=total)
    for household in households:
        writing.household(household)
        progress.advance(task, len(household.depositors))


def _write_json(place: Path, value: Any) -> None:
    place.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@click.command()
@click.option("--accounts", type=click.IntRange(FEWEST_ACCOUNTS, 5_000_000), default=2000, show_default=True)
@click.option("--seed", type=click.IntRange(0, 1_000_000), default=1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("books"))
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), default=None, help="default: the business clock")
def main(accounts: int, seed: int, out: Path, today: datetime | None) -> None:
    """Write a made-up centre's books: people, accounts, five years of ledger lines, loans, registers."""
    day = today.date() if today else business_today()
    manifest = generate(out, accounts=accounts, seed=seed, today=day)
    for name, count in manifest["rows"].items():
        click.echo(f"{count:>10}  {name}")
    click.echo(f"written to {out}")


if __name__ == "__main__":
    main()
