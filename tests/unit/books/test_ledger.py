"""The arithmetic of generated accounts: balances are sums of lines, interest is what each day earns."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate

import pytest

from ops.books.arithmetic import deposit_interest_fen, months_after
from ops.books.figures import figures_of
from ops.books.ledger import fold_account
from ops.books.situations import AccountPlan
from services.common.national_standard import books
from services.deposit.rules import Change, interest_fen, owed_since

Rows = list[dict[str, str]]
Read = Callable[[books.Book], Rows]
TODAY = date(2026, 11, 22)
FIGURES = figures_of("qingdao")


def a_plan(**changes: object) -> AccountPlan:
    plan: dict[str, object] = {
        "opened_on": date(2021, 11, 1),
        "base_fen": 800_000,
        "rate_percent": 8,
        "pay_day": 15,
        "employer_number": "000532000001",
    }
    return AccountPlan(**(plan | changes))  # type: ignore[arg-type]


def lines_by_account(read: Read) -> dict[str, Rows]:
    lines: dict[str, Rows] = defaultdict(list)
    for line in read(books.LEDGER_LINES):
        lines[line["fund_number"]].append(line)
    return lines


def fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


def total(lines: Rows, column: str) -> int:
    return sum(fen(line[column]) for line in lines)


def test_every_balance_is_the_sum_of_its_lines(rows: Read) -> None:
    lines = lines_by_account(rows)
    for account in rows(books.ACCOUNTS):
        own = lines[account["fund_number"]]
        assert fen(account["balance"]) == total(own, "amount")
        assert fen(account["current_balance"]) == total(own, "current_amount")
        assert fen(account["carried_balance"]) == total(own, "carried_amount")


def test_every_line_splits_into_current_and_carried(rows: Read) -> None:
    for line in rows(books.LEDGER_LINES):
        parts = fen(line["current_amount"]) + fen(line["carried_amount"])
        assert fen(line["amount"]) == parts


def test_no_balance_is_ever_negative_and_no_line_goes_back_in_time(rows: Read) -> None:
    for lines in lines_by_account(rows).values():
        days = [line["booked_on"] for line in lines]
        running = list(accumulate(fen(line["amount"]) for line in lines))
        assert days == sorted(days)
        assert min(running) >= 0


def test_closed_accounts_hold_nothing(rows: Read) -> None:
    closed = [account for account in rows(books.ACCOUNTS) if account["closed_on"]]
    assert closed
    assert {account["balance"] for account in closed} == {"0.00"}


def test_five_years_hold_sixty_remittances_and_five_settlements() -> None:
    kinds = [line.kind for line in fold_account(a_plan(), TODAY, FIGURES).lines]
    assert kinds.count("remittance") == 61
    assert kinds.count("yearly_interest") == kinds.count("base_adjustment") == 5
    assert kinds[0] == "opening"


def day_by_day_fen(plan: AccountPlan, settled_from: date, settled_on: date) -> int:
    """The same interest, told one day at a time in Decimal."""
    lines = fold_account(plan, TODAY, FIGURES).lines
    sum_of_days, day = Decimal(0), settled_from
    while day < settled_on:
        sum_of_days += sum(line.amount_fen for line in lines if line.booked_on <= day)
        day += timedelta(days=1)
    return int((sum_of_days * Decimal("0.015") / 360).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@pytest.mark.parametrize("year", [2022, 2023, 2026])
def test_yearly_interest_is_what_each_days_balance_earns(year: int) -> None:
    plan = a_plan(withdrawn_on=date(2024, 3, 5))
    settled_from = max(plan.opened_on, date(year - 1, 6, 30))
    booked = {line.booked_on: line.amount_fen for line in fold_account(plan, TODAY, FIGURES).lines
              if line.kind == "yearly_interest"}  # fmt: skip
    assert booked[date(year, 6, 30)] == day_by_day_fen(plan, settled_from, date(year, 6, 30))


def test_a_closing_account_earns_to_the_day_before() -> None:
    plan = a_plan(closed_on=date(2026, 9, 1))
    closing = fold_account(plan, TODAY, FIGURES).lines[-1]
    assert closing.kind == "closing_withdrawal"
    assert closing.interest_fen == day_by_day_fen(plan, date(2026, 6, 30), date(2026, 9, 1))


def test_the_hall_itself_would_pay_the_same_interest() -> None:
    """The generator and the deposit service come to the same fen, each by its own arithmetic."""
    plan = a_plan(withdrawn_on=date(2024, 3, 5))
    lines = fold_account(plan, TODAY, FIGURES).lines
    changes = [Change(line.booked_on, line.amount_fen) for line in lines]
    settled_on: date | None = None
    for line in lines:
        if line.kind == "yearly_interest":
            before = [change for change in changes if change.value_on < line.booked_on]
            since = owed_since(settled_on, plan.opened_on)
            assert interest_fen(before, since, line.booked_on, 1500, 360) == line.amount_fen
            settled_on = line.booked_on


def test_a_published_years_interest_comes_out_to_the_fen() -> None:
    assert deposit_interest_fen(3_248_014 * 360, 1710, 360) == 55_541


def test_a_sealed_account_pays_in_no_more_and_still_earns() -> None:
    fold = fold_account(a_plan(sealed_on=date(2024, 2, 1)), TODAY, FIGURES)
    after = [line.kind for line in fold.lines if line.booked_on > date(2024, 2, 1)]
    assert after == ["yearly_interest"] * 3


def test_a_missed_month_is_paid_in_the_next() -> None:
    lines = fold_account(a_plan(missed_month=4), TODAY, FIGURES).lines
    late = [line for line in lines if line.kind == "back_payment"]
    assert [(line.for_month, line.booked_on) for line in late] == [("202203", date(2022, 4, 15))]


def test_months_are_counted_from_the_anchor_day() -> None:
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2024, 1, 31), 2) == date(2024, 3, 31)
    assert months_after(date(2024, 2, 29), -12) == date(2023, 2, 28)
