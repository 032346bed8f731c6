"""A freelancer's base: filed in its months, once a contribution year, for the next month, undone before."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import update

from services.common.clock import CHINA
from services.common.errors import Invalid, NotFound, Refusal, WrongState
from services.common.subject import Subject
from services.deposit import base_adjustments, freelancers, rules
from services.deposit.accounts import account_of
from services.deposit.models import Account
from tests.component.deposit.books import FUND_NUMBER, request
from tests.component.deposit.test_freelancers import FIRM, UNDER_OFFICE, under


class Year:
    """A freelancer through the year: `on` moves the day."""

    def __init__(self, books, monkeypatch):
        self.books, self._monkeypatch = books, monkeypatch
        self.on(date(2027, 7, 15))

    def on(self, day):
        at = datetime(day.year, day.month, day.day, 9, tzinfo=CHINA)
        self._monkeypatch.setattr(base_adjustments, "business_today", lambda: day)
        self._monkeypatch.setattr(base_adjustments, "business_now", lambda: at)
        self.day = day

    def command(self, function, value, person=FUND_NUMBER, key=None):
        subject = Subject(id=person, role="citizen", session_id="s", edition="professional")
        asked = replace(request(key or uuid.uuid4().hex, value), subject=subject)
        return self.books.database.once(asked, function, value)

    def file(self, base_fen, **how):
        return self.command(base_adjustments.register, base_fen, **how)

    def undo(self, number, **how):
        return self.command(base_adjustments.undo, number, **how)

    def shown(self):
        with self.books.database.read() as session:
            return base_adjustments.shown(session, FUND_NUMBER, self.day)

    def run(self):
        return base_adjustments.take_effect(self.books.database, self.day)

    def owed(self, month):
        with self.books.database.read() as session:
            return freelancers.contribution_for(session, account_of(session, FUND_NUMBER), month).total_fen


@pytest.fixture
def year(books, monkeypatch):
    books.open()
    under(books, UNDER_OFFICE, "freelancer")
    return Year(books, monkeypatch)


@pytest.mark.feature("D-22")
def test_a_base_filed_in_july_counts_from_august(year):
    filed = year.file(800_000)
    assert (filed["effective_on"], filed["state_label"], filed["monthly_fen"]) == (
        "2027-08-01",
        "待生效",
        192_000,
    )
    year.on(date(2027, 7, 31))
    assert (year.run(), year.shown()["base_fen"]) == (0, 500_000)
    year.on(date(2027, 8, 1))
    assert (year.run(), year.run()) == (1, 0)
    shown = year.shown()
    assert (shown["base_fen"], shown["monthly_fen"]) == (800_000, 192_000)
    assert [item["state_label"] for item in shown["items"]] == ["已生效"]


@pytest.mark.feature("D-22")
def test_a_month_before_the_change_is_owed_by_the_old_base_even_later(year):
    year.file(800_000)
    year.on(date(2027, 10, 1))
    year.run()
    assert [year.owed(date(2027, month, 1)) for month in (7, 8, 10)] == [120_000, 192_000, 192_000]


def test_trouble_with_one_account_does_not_keep_the_others_from_their_base(year, books, monkeypatch):
    other = books.open("370200999002")
    with books.owner.begin() as connection:
        connection.execute(update(Account.__table__).values(employer_number=UNDER_OFFICE))
    year.file(800_000)
    year.file(900_000, person=other)
    year.on(date(2027, 8, 1))
    contribution = rules.monthly_contribution

    def broken(base_fen, *rates):
        if base_fen == 800_000:
            raise ArithmeticError("trouble of this account")
        return contribution(base_fen, *rates)

    monkeypatch.setattr(rules, "monthly_contribution", broken)
    assert year.run() == 1
    monkeypatch.setattr(rules, "monthly_contribution", contribution)
    assert year.run() == 1


@pytest.mark.feature("D-22")
@pytest.mark.parametrize("day", [date(2027, 6, 30), date(2027, 10, 1), date(2026, 11, 22)])
def test_outside_its_months_the_next_time_is_told(year, day):
    year.on(day)
    with pytest.raises(Refusal, match="window_closed") as refused:
        year.file(800_000)
    assert refused.value.passes_on == date(2028 if day.month == 10 else 2027, 7, 1)
    assert year.shown()["because"] == refused.value.sentence


@pytest.mark.parametrize("day", [date(2027, 7, 1), date(2027, 9, 30)])
def test_first_and_last_day_are_in(year, day):
    year.on(day)
    assert year.file(800_000)["state"] == "registered"


@pytest.mark.feature("D-22")
@pytest.mark.parametrize("base_fen", [499_999, 3_000_001])
def test_a_base_out_of_its_limits_is_refused_with_them(year, base_fen):
    with pytest.raises(Invalid, match="base_out_of_limits") as refused:
        year.file(base_fen)
    assert refused.value.figures == {"base_lower": "5000.00", "base_upper": "30000.00"}


def test_the_same_base_is_no_adjustment(year):
    with pytest.raises(Invalid, match="base_unchanged"):
        year.file(500_000)


@pytest.mark.feature("D-22")
def test_once_a_contribution_year(year):
    year.file(800_000)
    with pytest.raises(Refusal, match="adjusted_this_year"):
        year.file(900_000)
    year.on(date(2028, 7, 1))
    year.run()
    assert year.file(900_000)["before_fen"] == 800_000


def test_the_same_key_files_once(year):
    first, second = (year.file(800_000, key="k" * 20) for _ in range(2))
    assert first == second
    assert len(year.shown()["items"]) == 1


def test_many_at_once_file_one(year):
    def one(base_fen):
        try:
            return year.file(base_fen)["state"]
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(one, range(600_000, 600_010)))
    assert outcomes == ["adjusted_this_year"] * 9 + ["registered"]


@pytest.mark.feature("D-22")
def test_before_it_counts_it_may_be_undone_and_filed_again(year):
    number = year.file(800_000)["number"]
    assert year.undo(number)["state_label"] == "已撤销"
    assert year.file(900_000)["before_fen"] == 500_000
    year.on(date(2027, 8, 1))
    assert year.run() == 1
    assert year.shown()["base_fen"] == 900_000


def test_from_its_month_on_it_cannot_be_undone_even_before_the_job_ran(year):
    number = year.file(800_000)["number"]
    year.on(date(2027, 8, 1))
    for _ in range(2):
        with pytest.raises(WrongState, match="adjustment_over"):
            year.undo(number)
        year.run()


def test_nobody_undoes_anothers(year):
    number = year.file(800_000)["number"]
    year.books.open("370200999002", balance_fen=0)
    with pytest.raises(NotFound, match="no_adjustment"):
        year.undo(number, person="370200999002")


def test_an_employee_is_told_that_the_employer_adjusts(books, monkeypatch):
    books.open()
    under(books, FIRM, "private_enterprise")
    year = Year(books, monkeypatch)
    with pytest.raises(Refusal, match="not_a_freelancer"):
        year.file(800_000)
    assert (year.shown()["freelancer"], year.shown()["allowed"]) == (False, False)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "sealed"),
        ("state", "closed_by_withdrawal"),
        ("freeze_flag", "no_movement"),
    ],
)
def test_an_account_at_rest_has_no_base_to_adjust(year, column, value):
    with year.books.owner.begin() as connection:
        connection.execute(update(Account.__table__).values({column: value}))
    with pytest.raises(Refusal, match="account_at_rest"):
        year.file(800_000)


def test_from_its_first_minute_a_base_is_shown_as_it_counts_before_the_books_are_changed(year):
    year.file(800_000)
    assert [item["actions"] for item in year.shown()["items"]] == [["undo"]]
    year.on(date(2027, 8, 1))
    shown = year.shown()
    assert (shown["base_fen"], shown["monthly_fen"]) == (800_000, 192_000)
    assert [(item["state_label"], item["actions"]) for item in shown["items"]] == [("已生效", [])]
    year.run()
    assert year.shown() == shown
