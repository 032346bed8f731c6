"""`hall generate`: a made-up centre's books under the national standard's codes; same seed, same bytes."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from ops.books.arithmetic import months_after
from ops.books.demo import demo_households
from ops.books.figures import figures_of
from ops.books.households import ACCOUNTS_PER_EMPLOYER, HORIZON_MONTHS, Households, employer
from ops.books.situations import Household
from ops.books.writing import Writing
from services.common.clock import business_today

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
    employers = max(_EMPLOYERS_MIN, accounts // ACCOUNTS_PER_EMPLOYER)
    demo = demo_households(seed, today)
    left = accounts - sum(len(household.depositors) for household in demo)
    with Writing(folder, today, figures_of(city)) as writing, Progress(transient=True) as progress:
        for place in range(1, employers + 1):
            writing.employer(employer(seed, place), months_after(today.replace(day=1), -2 * HORIZON_MONTHS))
        _write_all(writing, demo, progress, "demo people")
        _write_all(writing, Households(seed, today, employers).tell(left), progress, "accounts", left)
    manifest = {"seed": seed, "today": today.isoformat(), "accounts": accounts, "rows": dict(writing.counts)}
    _write_json(folder / "demo_people.json", [one for household in demo for one in _introduced(household)])
    _write_json(manifest_place, manifest)
    return manifest


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


def _introduced(household: Household) -> list[dict[str, Any]]:
    """The demo people of a household as the demo, the pages and a person at the keyboard need them."""
    return [_introduction(household, place) for place in range(len(household.depositors))]


def _introduction(household: Household, place: int) -> dict[str, Any]:
    depositor, role = household.depositors[place], household.demo[place]
    spouses = [other.person for at, other in enumerate(household.depositors) if at != place]
    person, card = depositor.person, depositor.card
    return {
        "key": role.key,
        "fund_number": person.fund_number,
        "name": person.name,
        "id_number": person.id_number,
        "phone": person.mobile,
        "situation": role.situation,
        "professional": depositor.professional_since is not None,
        "card": {"bank_code": card.bank_code, "card_number": card.card_number} if card else None,
        "spouse": _spouse(household, spouses[0].name, spouses[0].id_number) if spouses else None,
    }


def _spouse(household: Household, name: str, id_number: str) -> dict[str, Any]:
    married_on = household.married_on
    return {
        "name": name,
        "id_number": id_number,
        "married_on": married_on.isoformat() if married_on else None,
    }


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
