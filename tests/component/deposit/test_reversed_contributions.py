"""A contribution that was taken back (冲账) counts for no month; what was paid anew counts again."""

from datetime import date

import pytest

from services.common.clock import business_now
from services.common.ledger import book
from services.common.ledger.subjects import Subject
from services.deposit import accounts, holds
from services.deposit.contributed_months import paid_months
from services.deposit.contribution import registration
from tests.component.deposit.books import FUND_NUMBER

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
TODAY = date(2026, 11, 22)


def taken_back(month, amount_fen):
    """The reversal of a month's remittance, as an import books it."""
    line = book.Line(
        debit=book.personal(FUND_NUMBER),
        credit=Subject.FUND_AT_BANK,
        amount_fen=amount_fen,
        kind="remittance",
        for_month=month,
        reversal=True,
    )
    number = f"import/{month:%Y%m}"
    return book.Voucher(number=number, lines=[line], value_on=date(2026, 10, 30), booked_at=business_now())


@pytest.fixture
def reversed_october(books):
    """September and October were paid, October was taken back."""
    books.open(balance_fen=0)
    with books.database.write() as session:
        book.post(session, books.remittance(FUND_NUMBER, 1_000, date(2026, 9, 20)))
        book.post(session, books.remittance(FUND_NUMBER, 1_000, date(2026, 10, 20)))
        book.post(session, taken_back(OCTOBER, 1_000))
    return books


def told(books):
    """The latest month on the page and for withdrawals, the months of remittances, and those paid for."""
    shown = accounts.profile(books.database, FUND_NUMBER)["last_contribution_month"]
    with books.database.read() as session:
        assessed = holds.facts(session, FUND_NUMBER, TODAY)["last_contribution_month"]
        assert shown == assessed
        months = set(paid_months(session, FUND_NUMBER))
        return shown, months, registration._paid_months(session, FUND_NUMBER)


def test_a_month_that_was_taken_back_does_not_count_and_may_be_paid(reversed_october):
    assert told(reversed_october) == ("2026-09-01", {SEPTEMBER}, {SEPTEMBER})


def test_a_month_paid_anew_counts_again(reversed_october):
    with reversed_october.database.write() as session:
        book.post(session, reversed_october.remittance(FUND_NUMBER, 900, date(2026, 10, 31)))
    assert told(reversed_october) == ("2026-10-01", {SEPTEMBER, OCTOBER}, {SEPTEMBER, OCTOBER})


def test_the_latest_month_left_is_found_however_long_ago_it_was(books):
    books.open(balance_fen=0)
    with books.database.write() as session:
        book.post(session, books.remittance(FUND_NUMBER, 1_000, date(2023, 2, 20)))
        book.post(session, books.remittance(FUND_NUMBER, 1_000, date(2026, 10, 20)))
        book.post(session, taken_back(OCTOBER, 1_000))
    assert told(books)[0] == "2023-02-01"
