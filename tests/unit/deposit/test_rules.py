"""Interest by day, default ranges, unbroken contribution."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.machine import reachable
from services.deposit.rules import (
    Change,
    interest_fen,
    owed_since,
    part_from_carried,
    unbroken_months,
    year_before,
)
from services.deposit.states import ACCOUNT


@pytest.mark.feature("D-03")
@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 11, 22), date(2025, 11, 22)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 28)),
    ],
)
def test_a_year_before(day, before):
    assert year_before(day) == before


def test_a_year_of_360_days_gives_the_whole_rate():
    start = date(2026, 1, 1)
    earned = interest_fen([Change(start, 1_000_000)], start, start + timedelta(days=360), 1500, 360)
    assert earned == 15_000


def test_the_deposit_day_counts_and_the_day_of_withdrawal_does_not():
    changes = [Change(date(2026, 7, 10), 3_600_000), Change(date(2026, 7, 11), -3_600_000)]
    assert interest_fen(changes, date(2026, 6, 30), date(2026, 8, 1), 1000, 360) == 100


def test_interest_stops_before_the_closing_day():
    changes = [Change(date(2026, 6, 30), 3_600_000)]
    assert interest_fen(changes, date(2026, 6, 30), date(2026, 6, 30), 1000, 360) == 0
    assert interest_fen(changes, date(2026, 6, 30), date(2026, 7, 1), 1000, 360) == 100


def test_half_a_fen_rounds_up():
    first, second = date(2026, 7, 1), date(2026, 7, 2)
    assert interest_fen([Change(first, 18_000)], first, second, 1000, 360) == 1


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 10**9)), max_size=20))
def test_money_that_comes_earlier_never_earns_less(deposits):
    since, until = date(2025, 6, 30), date(2026, 6, 30)
    later = [Change(since + timedelta(days=day), fen) for day, fen in deposits]
    earlier = [Change(change.value_on - timedelta(days=1), change.change_fen) for change in later]
    assert interest_fen(earlier, since, until, 1500, 360) >= interest_fen(later, since, until, 1500, 360)


@pytest.mark.parametrize(
    ("settled", "opened", "since"),
    [
        (date(2026, 6, 30), date(2020, 1, 1), date(2026, 6, 30)),
        (None, date(2026, 9, 1), date(2026, 9, 1)),
        (date(2026, 6, 30), date(2026, 9, 1), date(2026, 9, 1)),
    ],
)
def test_interest_is_owed_since_the_later_of_settlement_and_opening(settled, opened, since):
    assert owed_since(settled, opened) == since


def test_the_interest_of_a_year_is_not_lost_on_30_june_before_it_is_booked():
    balance = [Change(date(2026, 6, 30), 1_000_000)]
    since = owed_since(date(2026, 6, 30), date(2020, 1, 1))
    owed = [
        interest_fen(balance, since, day, 1500, 360)
        for day in (date(2027, 6, 29), date(2027, 6, 30), date(2027, 7, 1))
    ]
    assert owed == sorted(owed) and owed[0] > 15_000


def months(*pairs):
    return [date(year, month, 1) for year, month in pairs]


@pytest.mark.parametrize(
    ("paid", "today", "count"),
    [
        ([], date(2026, 11, 22), 0),
        (months((2026, 10), (2026, 9), (2026, 8)), date(2026, 11, 22), 3),
        (months((2026, 11), (2026, 10), (2026, 9)), date(2026, 11, 22), 3),
        (months((2026, 10), (2026, 8)), date(2026, 11, 22), 1),
        (months((2026, 9), (2026, 8)), date(2026, 11, 22), 0),
        (months((2026, 1), (2025, 12)), date(2026, 2, 1), 2),
    ],
)
def test_unbroken_months_count_back_from_the_last_possible_one(paid, today, count):
    assert unbroken_months(paid, today) == count


def test_withdrawals_take_the_carried_part_first():
    assert part_from_carried(500, 300) == 300
    assert part_from_carried(500, 800) == 500


def test_only_loaded_account_states_are_unreachable():
    assert reachable(ACCOUNT) == {"normal", "sealed", "closed_by_withdrawal"}


def test_the_calendars_first_year_has_no_year_before():
    assert year_before(date(1, 6, 30)) == date.min
    assert year_before(date(2, 6, 30)) == date(1, 6, 30)
