"""What a freelancer owes for a month: halves rounded each, the base of that very month."""

from datetime import date

import pytest

from services.deposit.rules import BaseChange, base_in, monthly_contribution

RAISED = BaseChange(effective_on=date(2026, 8, 1), before_fen=500_000, after_fen=600_000)
RAISED_AGAIN = BaseChange(effective_on=date(2027, 8, 1), before_fen=600_000, after_fen=700_000)


@pytest.mark.parametrize(
    ("base_fen", "employer", "person", "total"),
    [(500_000, 5, 5, 50_000), (500_010, 5, 5, 50_002), (1_234_567, 12, 12, 296_296), (500_000, 5, 6, 55_000)],
)
def test_each_half_is_rounded_to_the_fen(base_fen: int, employer: int, person: int, total: int) -> None:
    assert monthly_contribution(base_fen, employer, person).total_fen == total


@pytest.mark.parametrize(
    ("month", "base_fen"),
    [
        (date(2026, 7, 1), 500_000),
        (date(2026, 8, 1), 600_000),
        (date(2027, 7, 31), 600_000),
        (date(2027, 8, 15), 700_000),
    ],
)
def test_a_month_keeps_the_base_it_had(month: date, base_fen: int) -> None:
    assert base_in(month, 700_000, [RAISED_AGAIN, RAISED]) == base_fen


def test_a_change_still_to_come_changes_nothing_before() -> None:
    assert base_in(date(2026, 7, 1), 500_000, [RAISED]) == 500_000


def test_without_changes_the_accounts_own_base_counts() -> None:
    assert base_in(date(2020, 1, 1), 420_000, []) == 420_000
