"""The yearly interest is worked out a third time, and whatever the books say otherwise is found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ops.prove.finding import DOUBLED, DRIFT, LOST, UNFINISHED
from ops.prove.year_end import INTEREST, YearEnd, check_year_end, interest_fen

PERSON = "370200005001"
BEFORE_ON, SETTLES_ON = date(2026, 6, 30), date(2027, 6, 30)
Row = dict[str, Any]


def line(on: date, fen: int, kind: str = "remittance", voucher: str = "x") -> Row:
    return {"fund_number": PERSON, "value_on": on, "kind": kind, "voucher": voucher, "fen": fen}


# 10,000 yuan all year and 3,600 yuan for its last 100 days: 365 and 100 days of 1.5 % over 360 days.
LINES = [
    line(date(2026, 1, 5), 1_000_000),
    line(BEFORE_ON, 0, INTEREST, "interest/2026/1"),
    line(SETTLES_ON - timedelta(days=100), 360_000),
]
OWED_FEN = 15_208 + 1_500
BOOKED = line(SETTLES_ON, OWED_FEN, INTEREST, "interest/2027/1")


def settled() -> YearEnd:
    return YearEnd(
        run={"number": "2027", "state": "finished", "settles_on": SETTLES_ON, "trouble": None},
        accounts=[{"fund_number": PERSON, "opened_on": date(2020, 1, 1)}],
        lines=[*LINES, BOOKED],
    )


def test_nothing_is_found_where_all_got_their_interest() -> None:
    assert list(check_year_end(settled())) == []


@pytest.mark.parametrize(
    ("lines", "opened_on", "owed_fen"),
    [
        (LINES, date(2020, 1, 1), OWED_FEN),
        ([line(date(2026, 1, 5), 1_000_000)], SETTLES_ON - timedelta(days=36), 1_500),
        ([*LINES, line(SETTLES_ON + timedelta(days=1), -1_300_000)], date(2020, 1, 1), OWED_FEN),
        ([line(SETTLES_ON, 1_000_000)], date(2020, 1, 1), 0),
        ([line(SETTLES_ON - timedelta(days=1), 12_000)], date(2020, 1, 1), 1),
        ([line(SETTLES_ON - timedelta(days=1), 11_999)], date(2020, 1, 1), 0),
    ],
    ids=["a year", "since the opening", "drawn later", "on the last day", "half a fen up", "less than half"],
)
def test_interest_is_each_change_times_its_days(lines: list[Row], opened_on: date, owed_fen: int) -> None:
    assert interest_fen(lines, opened_on, SETTLES_ON) == owed_fen


Change = Callable[[YearEnd], YearEnd]
WRONG: dict[str, tuple[str, int, Change]] = {
    "an account got nothing": (LOST, 0, lambda y: replace(y, lines=LINES)),
    "an account got it twice": (DOUBLED, 0, lambda y: replace(y, lines=[*y.lines, BOOKED])),
    "another amount is booked": (
        DRIFT,
        7,
        lambda y: replace(y, lines=[*LINES, BOOKED | {"fen": OWED_FEN - 7}]),
    ),
    "interest is booked where none is owed": (DRIFT, OWED_FEN, lambda y: replace(y, lines=[BOOKED])),
    "interest stays payable": (DRIFT, 5, lambda y: replace(y, payable_fen=-5)),
    "the settlement is halted": (UNFINISHED, 0, lambda y: replace(y, run=y.run | {"state": "halted"})),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_found(case: str) -> None:
    kind, fen, change = WRONG[case]
    found = list(check_year_end(change(settled())))
    assert kind in {finding.kind for finding in found}
    assert not fen or fen in {finding.fen for finding in found}


def test_an_account_that_is_not_owed_any_is_not_asked_for_it() -> None:
    assert list(check_year_end(replace(settled(), accounts=[], lines=LINES))) == []
