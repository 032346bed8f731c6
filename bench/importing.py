"""Loading a centre's books: a million ledger lines, with all that belongs to them, into an empty hall.

The hall stands whole and without its demonstration books. The folder is loaded twice: the second time must
change nothing.
"""

import shutil
import time
from dataclasses import dataclass
from typing import Any

import psycopg

from ops.books.generate import generate
from ops.books.load import lines_in, load_books
from ops.environment import Setting, database_url
from ops.places import Home
from ops.starting import start_and_wait, stop_supervisor
from services.common.clock import business_today

LEDGER_LINES = "ledger_lines.csv"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many accounts the made-up centre has (five years of lines each), and the seed of its books."""

    accounts: int = 16_000
    seed: int = 1


def importing(home: Home, plan: Plan) -> dict[str, Any]:
    """Load the books twice; the figures by name. RuntimeError when a line is refused, or booked twice."""
    stop_supervisor(home)
    shutil.rmtree(home.path, ignore_errors=True)
    start_and_wait(home, everything=True)
    try:
        return _measured(home, plan)
    finally:
        stop_supervisor(home)


def _measured(home: Home, plan: Plan) -> dict[str, Any]:
    folder = home.path / "books"
    generate(folder, accounts=plan.accounts, seed=plan.seed, today=business_today())
    # The first line of a file names its columns.
    ledger_lines = lines_in(folder / LEDGER_LINES) - 1
    first_s, booked = _loaded(home), _booked(home)
    again_s = _loaded(home)
    if _booked(home) != booked:
        raise RuntimeError(f"{booked} booked, then {_booked(home)}")
    return {
        "ledger_lines": ledger_lines,
        "lines_of_all_files": sum(lines_in(file) - 1 for file in folder.glob("*.csv")),
        "seconds": round(first_s, 1),
        "ledger_lines_per_second": round(ledger_lines / first_s),
        # Lines of no amount (opened, sealed, base adjusted) book nothing.
        "postings": booked["postings"],
        "seconds_again": round(again_s, 1),
        "booked_again": 0,
        "plan": vars(plan),
    }


def _loaded(home: Home) -> float:
    began_at = time.monotonic()
    outcome = load_books(home, home.path / "books")
    if outcome.refused or outcome.missing:
        raise RuntimeError(f"{len(outcome.refused)} lines refused, {outcome.missing} missing")
    return time.monotonic() - began_at


def _booked(home: Home) -> dict[str, int]:
    """Postings, and what stands on all accounts, in fen."""
    url = database_url(Setting.of(home), "deposit", "postgres").replace(
        "postgresql+psycopg://", "postgresql://"
    )
    with psycopg.connect(url) as connection:
        postings = connection.execute("SELECT count(*) FROM postings").fetchone()
        balance = connection.execute("SELECT sum(balance_fen) FROM ledger_accounts").fetchone()
    if postings is None or balance is None:
        raise RuntimeError("the deposit database does not answer")
    return {"postings": int(postings[0]), "balance_fen": int(balance[0])}
