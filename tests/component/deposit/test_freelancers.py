"""An account is a freelancer's by the kind of its employer, and owes a month by the base of that month."""

from datetime import date

from sqlalchemy import insert, update

from services.common.clock import business_now
from services.deposit import freelancers
from services.deposit.accounts import account_of
from services.deposit.models import Account, BaseAdjustment, Employer
from tests.component.deposit.books import FUND_NUMBER

UNDER_OFFICE, FIRM = "000532720001", "000532000001"


def under(books, number, kind):
    with books.owner.begin() as connection:
        connection.execute(
            insert(Employer).values(
                number=number, name="单位", kind=kind, state="normal", opened_on=date(2016, 11, 1)
            )
        )
        connection.execute(update(Account.__table__).values(employer_number=number))


def adjusted(books, number, effective_on, after_fen, state):
    with books.database.write() as session:
        row = BaseAdjustment(
            number=number,
            fund_number=FUND_NUMBER,
            state=state,
            contribution_year=effective_on.year,
            effective_on=effective_on,
            before_fen=500_000,
            after_fen=after_fen,
            registered_at=business_now(),
        )
        session.add(row)


def owed(books, month):
    with books.database.read() as session:
        return freelancers.contribution_for(session, account_of(session, FUND_NUMBER), month).total_fen


def is_freelancer(books):
    with books.database.read() as session:
        return freelancers.is_freelancer(session, account_of(session, FUND_NUMBER))


def test_the_kind_of_the_employer_makes_a_freelancer(books):
    books.open()
    assert not is_freelancer(books)
    under(books, FIRM, "private_enterprise")
    assert not is_freelancer(books)
    under(books, UNDER_OFFICE, "freelancer")
    assert is_freelancer(books)


def test_a_month_is_owed_by_the_base_it_had_and_an_undone_change_does_not_count(books):
    books.open()
    adjusted(books, "B1", date(2025, 8, 1), 550_000, "undone")
    adjusted(books, "B2", date(2026, 8, 1), 600_000, "registered")
    assert [owed(books, date(2026, month, 1)) for month in (7, 8)] == [120_000, 144_000]
