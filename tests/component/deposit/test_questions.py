"""What a depositor sees of the own account."""

from dataclasses import replace
from datetime import date

import pytest

from services.deposit import accounts, holds
from tests.component.deposit.books import FUND_NUMBER

AHEAD = ("remittance", date(2027, 1, 1), date(2026, 11, 1))
PAGE = {"from_on": None, "to_on": None, "cursor": None, "limit": 2}


@pytest.fixture
def paid(books):
    """An account with five remittances, one of them long ago."""
    books.open(balance_fen=0)
    days = [date(2025, 11, 21), date(2025, 11, 22), date(2026, 3, 1), date(2026, 9, 30), date(2026, 10, 31)]
    with books.database.write() as session:
        for day in days:
            holds.book.post(session, books.remittance(FUND_NUMBER, 1_000, day))
    return books


@pytest.mark.feature("D-02", "D-03")
def test_contributions_without_dates_are_those_of_the_last_year(paid):
    with paid.database.read() as session:
        shown = accounts.contributions(session, FUND_NUMBER, {**PAGE, "limit": 20}, date(2026, 11, 22))
    assert (shown["from_on"], shown["to_on"]) == ("2025-11-22", "2026-11-22")
    assert [item["booked_on"] for item in shown["items"]] == [
        "2026-10-31", "2026-09-30", "2026-03-01", "2025-11-22",
    ]  # fmt: skip


@pytest.mark.feature("D-11")
def test_the_ledger_shows_each_balance_and_pages_without_gap_or_repeat(paid):
    seen, cursor = [], None
    with paid.database.read() as session:
        for _ in range(3):
            page = accounts.ledger_lines(session, FUND_NUMBER, {**PAGE, "cursor": cursor})
            seen += [(item["booked_on"], item["balance_fen"]) for item in page["items"]]
            cursor = page["next_cursor"]
    assert cursor is None
    assert seen == [
        ("2026-10-31", 5_000), ("2026-09-30", 4_000), ("2026-03-01", 3_000), ("2025-11-22", 2_000),
        ("2025-11-21", 1_000),
    ]  # fmt: skip


@pytest.mark.feature("D-01")
def test_the_profile_masks_identity_and_adds_up(paid):
    shown = accounts.profile(paid.database, FUND_NUMBER)
    assert shown["id_number"] == "3702**********0013"
    assert shown["carried_fen"] + shown["this_year_fen"] == shown["balance_fen"] == 5_000
    assert shown["last_contribution_month"] == "2026-10"


def test_months_without_a_gap_are_counted_for_the_rules(paid):
    with paid.database.read() as session:
        facts = holds.facts(session, FUND_NUMBER, date(2026, 11, 22))
    assert (facts["continuous_months"], facts["birth_on"], facts["sex"]) == (2, "1960-01-01", "male")


def pay(books, kind, month, value_on):
    voucher = books.remittance(FUND_NUMBER, 1_000, value_on)
    lines = [replace(line, kind=kind, for_month=month) for line in voucher.lines]
    with books.database.write() as session:
        holds.book.post(session, replace(voucher, lines=lines))


def last_months(books):
    with books.database.read() as session:
        facts = holds.facts(session, FUND_NUMBER, date(2026, 11, 22))
    shown = accounts.profile(books.database, FUND_NUMBER)
    return shown["last_contribution_month"], facts["last_contribution_month"]


@pytest.mark.parametrize(
    ("payments", "last"),
    [
        ([], "2026-10"),
        ([("back_payment", date(2026, 11, 1), date(2026, 12, 3))], "2026-11"),
        ([("back_payment", date(2024, 2, 1), date(2026, 11, 20))], "2026-10"),
        ([AHEAD, ("remittance", date(2026, 11, 1), date(2026, 11, 2))], "2027-01"),
    ],
)
def test_paid_until_is_the_latest_month_paid_for_in_whatever_order(paid, payments, last):
    for payment in payments:
        pay(paid, *payment)
    assert last_months(paid) == (last, last)


def test_who_has_paid_arrears_alone_is_paid_until_their_last_month(books):
    books.open(balance_fen=0)
    assert last_months(books) == (None, None)
    pay(books, "back_payment", date(2026, 9, 1), date(2026, 11, 20))
    assert last_months(books) == ("2026-09", "2026-09")
