"""A contribution that was taken back (冲账) counts for no month; what was paid anew counts again."""

from datetime import date

import pytest

from services.common.clock import business_now
from services.common.ledger import book
from services.common.ledger.subjects import Subject
from services.deposit import accounts, holds, years
from services.deposit.contributed_months import paid_months
from services.deposit.contribution import registration
from tests.component.deposit.books import FUND_NUMBER

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
TODAY = date(2026, 11, 22)


def taken_back(month, amount_fen, *, employer_part_fen=None):
    """The reversal of a month's remittance, as an import books it."""
    line = book.Line(
        debit=book.personal(FUND_NUMBER),
        credit=Subject.FUND_AT_BANK,
        amount_fen=amount_fen,
        kind="remittance",
        for_month=month,
        employer_part_fen=employer_part_fen,
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
    assert told(reversed_october) == ("2026-09", {SEPTEMBER}, {SEPTEMBER})


def test_a_month_paid_anew_counts_again(reversed_october):
    with reversed_october.database.write() as session:
        book.post(session, reversed_october.remittance(FUND_NUMBER, 900, date(2026, 10, 31)))
    assert told(reversed_october) == ("2026-10", {SEPTEMBER, OCTOBER}, {SEPTEMBER, OCTOBER})


def test_the_latest_month_left_is_found_however_long_ago_it_was(books):
    books.open(balance_fen=0)
    with books.database.write() as session:
        book.post(session, books.remittance(FUND_NUMBER, 1_000, date(2023, 2, 20)))
        book.post(session, books.remittance(FUND_NUMBER, 1_000, date(2026, 10, 20)))
        book.post(session, taken_back(OCTOBER, 1_000))
    assert told(books)[0] == "2023-02"


def pages(books, limit):
    """All pages of the contributions, one after the other."""
    wanted, seen = {"from_on": None, "to_on": None, "cursor": None, "limit": limit}, []
    with books.database.read() as session:
        while not seen or wanted["cursor"]:
            page = accounts.contributions(session, FUND_NUMBER, wanted, TODAY)
            seen.append(page["items"])
            wanted["cursor"] = page["next_cursor"]
    return seen


@pytest.mark.parametrize("limit", [1, 2, 20])
def test_its_owner_sees_it_as_a_line_of_its_own_below_nothing_whatever_the_page(reversed_october, limit):
    items = [item for page in pages(reversed_october, limit) for item in page]
    told = ("booked_on", "reversal", "kind_label", "amount_fen")
    assert [tuple(item[name] for name in told) for item in items] == [
        ("2026-10-30", True, "汇缴（冲账）", -1_000),
        ("2026-10-20", False, "汇缴", 1_000),
        ("2026-09-20", False, "汇缴", 1_000),
    ]


def test_both_parts_of_it_are_below_nothing(books):
    books.open(balance_fen=5_000)
    with books.database.write() as session:
        book.post(session, taken_back(OCTOBER, 1_000, employer_part_fen=600))
    page = pages(books, 1)[0]
    assert (page[0]["employer_part_fen"], page[0]["person_part_fen"]) == (-600, -400)


def test_the_ledger_says_what_the_line_is(reversed_october):
    wanted = {"from_on": None, "to_on": None, "cursor": None, "limit": 1}
    with reversed_october.database.read() as session:
        (line,) = accounts.ledger_lines(session, FUND_NUMBER, wanted)["items"]
    assert (line["kind_label"], line["out_fen"]) == ("汇缴（冲账）", 1_000)


def drawn(amount_fen, *, reversal=False):
    """A withdrawal of the books, or its reversal."""
    account, bank = book.personal(FUND_NUMBER), Subject.FUND_AT_BANK
    line = book.Line(
        debit=bank if reversal else account,
        credit=account if reversal else bank,
        amount_fen=amount_fen,
        kind="part_withdrawal",
        reversal=reversal,
    )
    number = f"import/{amount_fen}"
    return book.Voucher(number=number, lines=[line], value_on=date(2026, 10, 31), booked_at=business_now())


def test_in_the_sums_of_its_year_nothing_came_in_and_nothing_was_drawn(reversed_october):
    with reversed_october.database.write() as session:
        book.post(session, drawn(300))
        book.post(session, drawn(200, reversal=True))
    with reversed_october.database.read() as session:
        (year,) = years.by_year(session, FUND_NUMBER, TODAY)["items"]
    assert year == {
        "year": 2026,
        "contributed_fen": 1_000,
        "interest_fen": 0,
        "other_fen": 0,
        "withdrawn_fen": 100,
        "balance_fen": 900,
    }
