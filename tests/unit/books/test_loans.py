"""The arithmetic of generated loans: what was lent is owed or repaid, and arrears are visible."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ops.books.arithmetic import equal_instalment_fen
from ops.books.figures import figures_of
from ops.books.loans import fold_loan
from ops.books.situations import LoanPlan
from services.common.money import parse_yuan
from services.common.national_standard import books

Read = Callable[[books.Book], list[dict[str, str]]]
TODAY = date(2026, 11, 22)
FIGURES = figures_of("qingdao")


def a_loan(**changes: Any) -> LoanPlan:
    plan: dict[str, Any] = {
        "principal_fen": 60_000_000,
        "instalments": 240,
        "equal_principal": False,
        "disbursed_on": date(2024, 5, 31),
    }
    return LoanPlan(**(plan | changes))


def test_what_was_lent_is_owed_or_repaid(rows: Read) -> None:
    contracts = rows(books.LOAN_CONTRACTS)
    assert contracts
    for contract in contracts:
        repaid, owed = parse_yuan(contract["repaid_principal"]), parse_yuan(contract["outstanding_principal"])
        assert parse_yuan(contract["principal"]) == repaid + owed


def test_a_contract_adds_up_its_lines(rows: Read) -> None:
    repaid: dict[str, int] = defaultdict(int)
    for line in rows(books.LOAN_REPAYMENTS):
        parts = sum(parse_yuan(line[part]) for part in ("principal", "interest", "penalty"))
        assert parse_yuan(line["amount"]) == parts
        if line["kind"] != "01":
            repaid[line["contract_number"]] += parts
    for contract in rows(books.LOAN_CONTRACTS):
        told = sum(parse_yuan(contract[f"repaid_{part}"]) for part in ("principal", "interest", "penalty"))
        assert told == repaid[contract["contract_number"]]


def test_rates_change_on_the_first_of_january_after_the_notice() -> None:
    lines = fold_loan(a_loan(disbursed_on=date(2024, 5, 1)), TODAY, FIGURES).lines
    # 2024-05-01 is before the cut of 2024-05-18: 3.1 % until the new year, then 2.85 %.
    assert lines[1].interest_fen == 60_000_000 * 3100 // 1_200_000
    before, after = lines[7], lines[8]
    assert (before.happened_on, after.happened_on) == (date(2024, 12, 1), date(2025, 1, 1))
    assert after.interest_fen < before.interest_fen * 93 // 100


def test_a_loan_of_one_year_keeps_its_rate() -> None:
    fold = fold_loan(a_loan(instalments=12, disbursed_on=date(2024, 5, 1)), TODAY, FIGURES)
    assert fold.rate == 2600
    assert (fold.balance_fen, len(fold.lines)) == (0, 13)


def test_due_days_keep_the_anchor_day() -> None:
    days = [line.happened_on for line in fold_loan(a_loan(), TODAY, FIGURES).lines[1:10]]
    assert days[:2] == [date(2024, 6, 30), date(2024, 7, 31)]
    assert days[8] == date(2025, 2, 28)


def test_unpaid_instalments_are_arrears_and_stay_owed() -> None:
    paid, unpaid = (fold_loan(a_loan(unpaid_instalments=n), TODAY, FIGURES) for n in (0, 2))
    assert unpaid.overdue_instalments == 2
    assert unpaid.outstanding_fen == paid.outstanding_fen + unpaid.overdue_principal_fen
    assert len(unpaid.lines) == len(paid.lines) - 2


def test_a_late_instalment_carries_penalty_by_the_day() -> None:
    fold = fold_loan(a_loan(late_instalment=3), TODAY, FIGURES)
    late = fold.lines[3]
    assert (late.kind, (late.booked_on - late.happened_on).days) == ("overdue_payment", 10)
    owed = late.principal_fen + late.interest_fen
    assert late.penalty_fen == round(owed * 0.0285 * 1.5 * 10 / 360)


def test_a_settled_loan_owes_nothing() -> None:
    fold = fold_loan(a_loan(settled_after=6), TODAY, FIGURES)
    assert (fold.outstanding_fen, fold.lines[-1].kind) == (0, "settlement")
    assert fold.settled_on == fold.lines[-1].booked_on


def test_equal_principal_repays_the_same_principal_each_month() -> None:
    lines = fold_loan(a_loan(equal_principal=True), TODAY, FIGURES).lines[1:]
    assert {line.principal_fen for line in lines} == {250_000}


@pytest.mark.parametrize(
    ("principal_fen", "rate", "instalments", "payment_fen"),
    [
        (100_000_000, 3100, 360, 427_016),
        (10_000_000, 0, 36, 277_778),
        (60_000_000, 5537, 240, 413_987),
        (100_000_000, 4900, 360, 530_727),
    ],
)
def test_published_instalments_come_out(
    principal_fen: int, rate: int, instalments: int, payment_fen: int
) -> None:
    assert equal_instalment_fen(principal_fen, rate, instalments) == payment_fen
