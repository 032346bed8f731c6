"""What was drawn before the hall, as deposit tells it to others: without what was taken back."""

from datetime import date

from services.deposit import drawn_before, holds
from services.deposit.models import ImportedWithdrawal
from tests.component.deposit.books import FUND_NUMBER

RENT, LOAN = "07", "06"


def imported(books, *lines):
    """Lines of the books: (day, national reason, fen); below nothing is a reversal."""
    with books.database.write() as session:
        for place, (drawn_on, reason, amount_fen) in enumerate(lines):
            session.add(
                ImportedWithdrawal(
                    line_number=f"L{place}",
                    fund_number=FUND_NUMBER,
                    national_reason=reason,
                    drawn_on=drawn_on,
                    amount_fen=amount_fen,
                )
            )


def told(books):
    """Days and amounts by reason, as the rules of a withdrawal hear them."""
    with books.database.read() as session:
        facts = holds.facts(session, FUND_NUMBER, date(2026, 11, 22))
    return [tuple(drawn.values()) for drawn in facts["drawn_before"]]


def test_the_oldest_comes_first_with_its_reason(books):
    books.open()
    imported(books, (date(2026, 9, 1), RENT, 840_000), (date(2025, 9, 1), "", 100))
    assert told(books) == [("", "2025-09-01", 100), (RENT, "2026-09-01", 840_000)]


def test_what_was_taken_back_does_not_count(books):
    books.open()
    imported(
        books,
        (date(2025, 9, 1), RENT, 840_000),
        (date(2026, 9, 1), LOAN, 840_000),
        (date(2026, 9, 2), RENT, 840_000),
        (date(2026, 9, 3), RENT, -840_000),
        (date(2026, 9, 4), LOAN, -40_000),
    )
    assert told(books) == [(RENT, "2025-09-01", 840_000), (LOAN, "2026-09-01", 800_000)]


def test_what_was_taken_back_the_same_day_is_found_whatever_the_lines_numbers(books):
    books.open()
    lines = [(date(2025, 9, 1), RENT, 840_000), (date(2026, 9, 1), RENT, -500_000)]
    imported(books, *lines, (date(2026, 9, 1), RENT, 500_000))
    assert told(books) == [(RENT, "2025-09-01", 840_000)]


def test_what_could_not_be_taken_back_is_told_to_the_operator(books, listen):
    books.open()
    lines = [(date(2025, 9, 1), RENT, 300), (date(2026, 9, 1), LOAN, 40), (date(2026, 9, 2), LOAN, -100)]
    imported(books, *lines)
    lines = listen("deposit")
    assert told(books) == [(RENT, "2025-09-01", 300)]
    (line,) = lines()
    assert (line["event"], line["line_number"], line["left_fen"]) == ("nothing left to take back", "L2", 60)


def test_of_a_spouse_nothing_is_told_before_the_lines_are_compared(books):
    books.open(freeze_flag="taking_over")
    with books.database.read() as session:
        assert drawn_before.of_another(session, FUND_NUMBER) == {"items": None}
        assert drawn_before.of_another(session, "370200999999") == {"items": []}
