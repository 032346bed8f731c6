"""The dated contribution and interest figures: steps in order, in force today, the notices' values."""

from datetime import date

import pytest

from services.common.policy import load_policy

POLICY = load_policy("qingdao")
TODAY = date(2026, 11, 22)
LOAN = "loan_rate_{}_home_{}_5_years_hundred_thousandths"


@pytest.mark.parametrize(
    ("name", "day", "value"),
    [
        ("deposit_rate_hundred_thousandths", date(2016, 2, 21), 1500),
        (LOAN.format("first", "over"), date(2022, 9, 30), 3250),
        (LOAN.format("first", "over"), date(2022, 10, 1), 3100),
        (LOAN.format("first", "to"), date(2025, 5, 8), 2100),
        (LOAN.format("second", "over"), date(2022, 10, 1), 3575),
        (LOAN.format("second", "over"), date(2025, 5, 8), 3075),
        ("contribution_rate_percent_max", TODAY, 12),
    ],
)
def test_a_figure_changes_on_its_day(name: str, day: date, value: int) -> None:
    assert POLICY.figure(name).whole(day) == value


def test_before_the_first_step_no_figure_is_in_force() -> None:
    with pytest.raises(LookupError):
        POLICY.figure("deposit_rate_hundred_thousandths").on(date(2016, 2, 20))


@pytest.mark.parametrize("term", ["to", "over"])
def test_until_2022_a_second_home_paid_a_tenth_more(term: str) -> None:
    first, second = (POLICY.figure(LOAN.format(home, term)) for home in ("first", "second"))
    for day, rate in second.since:
        if day < date(2022, 10, 1):
            assert rate * 10 == first.whole(day) * 11


def test_a_figure_of_our_own_says_so() -> None:
    assert "ours" in POLICY.figure("contribution_base_upper_fen").source
