"""Statements on a real database: frozen, their owner's alone, verified by anybody within limits."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.common.clock import business_today
from services.common.errors import Invalid, NotFound, Refusal, TooMany
from services.common.ledger import book
from services.deposit import holds, rules, years
from services.deposit.papers.face import VERIFYING
from services.deposit.statements import usecases
from tests.component.deposit.books import FUND_NUMBER
from tests.component.deposit.other_centre import Desk

DAYS = {"from_on": None, "to_on": None}
ADDRESS = "203.0.113.7"


@pytest.fixture
def desk(books):
    return Desk(books).opened(months=24)


def make(desk, key=None, **days):
    wanted = DAYS | days
    return usecases.make(desk.hall, wanted, desk.asked(key or uuid.uuid4().hex, wanted))


def one(desk, number):
    return usecases.one(desk.hall, {"number": number}, desk.asked(None, {}))


def verify(desk, code, tail=FUND_NUMBER[-4:], address=ADDRESS):
    return VERIFYING.verify(desk.books.database, {"code": code, "tail": tail, "address": address})


def refusal(call, *args, **kwargs):
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    return caught.value


def test_without_days_it_covers_the_last_year(desk):
    made = make(desk)
    today = business_today()
    assert (made["from_on"], made["to_on"]) == (rules.year_before(today).isoformat(), today.isoformat())


def test_none_is_made_of_an_account_whose_lines_are_not_all_there(desk, books):
    with books.owner.begin() as connection:
        connection.execute(text("UPDATE accounts SET freeze_flag = 'taking_over'"))
    assert refusal(make, desk).code == "account_being_taken_over"


def test_opening_lines_and_closing_add_up(desk):
    said = one(desk, make(desk)["number"])
    assert said["lines"] and said["opening_fen"] > 0
    assert said["opening_fen"] + said["in_fen"] - said["out_fen"] == said["closing_fen"] == desk.balance()
    assert said["lines"][0]["balance_fen"] == said["opening_fen"] + said["lines"][0]["in_fen"]
    assert said["lines"][-1]["balance_fen"] == said["closing_fen"]


def test_money_out_stands_in_its_own_column(desk):
    desk.books.end(holds.settle, desk.books.hold(50_000))
    said = one(desk, make(desk)["number"])
    assert said["out_fen"] == 50_000
    assert said["lines"][-1]["kind_label"] == "部分提取"


def test_what_is_booked_later_does_not_change_it(desk):
    number = make(desk)["number"]
    before = one(desk, number)
    with desk.books.database.write() as session:
        book.post(session, desk.books.remittance(FUND_NUMBER, 777))
    assert one(desk, number) == before
    assert one(desk, make(desk)["number"])["closing_fen"] == before["closing_fen"] + 777


def test_the_same_key_makes_one(desk):
    assert make(desk, "k")["number"] == make(desk, "k")["number"]
    assert desk.books.row("SELECT count(*) FROM statements") == (1,)


@pytest.mark.parametrize("table", ["statements"])
def test_a_statement_is_never_changed_or_removed(desk, table):
    make(desk)
    for statement in (f"UPDATE {table} SET code = 'x'", f"DELETE FROM {table}"):  # noqa: S608  # names of ours
        with pytest.raises(DBAPIError), desk.books.database.write() as session:
            session.execute(text(statement))


def test_its_content_is_sealed(desk):
    make(desk)
    (content,) = desk.books.row("SELECT content FROM statements")
    assert "甄测试".encode() not in bytes(content)


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"to_on": business_today() + timedelta(days=1)}, "day_not_yet"),
        ({"from_on": business_today(), "to_on": business_today() - timedelta(days=1)}, "days_out_of_order"),
    ],
)
def test_wrong_days_are_refused(desk, days, code):
    refused = refusal(make, desk, **days)
    assert (refused.code, type(refused)) == (code, Invalid)


def test_more_lines_than_a_statement_holds_are_refused_with_both_figures(desk, monkeypatch):
    figures = usecases.figure
    monkeypatch.setattr(
        usecases, "figure", lambda name: 3 if name == "statement_lines_most" else figures(name)
    )
    refused = refusal(make, desk)
    assert (refused.code, refused.figures["lines_most"]) == ("statement_too_long", "3")


def test_a_day_allows_so_many_even_at_once(desk, monkeypatch):
    figures = usecases.figure
    monkeypatch.setattr(usecases, "figure", lambda name: 2 if name == "statements_per_day" else figures(name))

    def attempt(_):
        try:
            return make(desk)
        except TooMany:
            return None

    with ThreadPoolExecutor(6) as threads:
        made = [one for one in threads.map(attempt, range(6)) if one]
    assert len(made) == 2


def test_what_was_refused_counts_for_the_day_too(desk, monkeypatch):
    figures = usecases.figure
    own = {"statements_per_day": 2, "statement_lines_most": 3}
    monkeypatch.setattr(usecases, "figure", lambda name: own.get(name) or figures(name))
    assert [refusal(make, desk).code for _ in range(3)] == [
        "statement_too_long",
        "statement_too_long",
        "statements_today",
    ]


def test_nobody_reads_anothers(desk, books):
    number = make(desk)["number"]
    with pytest.raises(NotFound):
        one(Desk(books, "370200999002"), number)


def test_own_ones_are_listed_newest_first_by_the_page(desk):
    numbers = [make(desk)["number"] for _ in range(3)]
    first = usecases.own(desk.hall, {"cursor": None, "limit": 2}, desk.asked(None, {}))
    rest = usecases.own(desk.hall, {"cursor": first["next_cursor"], "limit": 2}, desk.asked(None, {}))
    assert [line["number"] for line in first["items"] + rest["items"]] == numbers[::-1]
    assert rest["next_cursor"] is None


def test_anybody_with_code_and_digits_verifies_the_sums_and_sees_no_person(desk):
    made = make(desk)
    said, told = one(desk, made["number"]), verify(desk, made["code"])
    assert (told["closing_fen"], told["line_count"]) == (said["closing_fen"], len(said["lines"]))
    assert told["digest"] == said["digest"]
    assert told["name_masked"] == "甄**"
    assert FUND_NUMBER not in str(told)
    assert "lines" not in told


def test_a_wrong_code_and_wrong_digits_are_told_alike(desk):
    made = make(desk)
    wrong = [refusal(verify, desk, made["code"], "0000"), refusal(verify, desk, "2" * 16)]
    assert {(one.code, one.sentence) for one in wrong} == {(wrong[0].code, wrong[0].sentence)}
    assert type(wrong[0]) is NotFound


def test_an_address_asks_so_often_an_hour_and_others_are_not_touched(desk):
    made = make(desk)
    for _ in range(30):
        verify(desk, made["code"])
    refused = refusal(verify, desk, made["code"])
    assert (type(refused), 0 < refused.retry_after_s <= 3600) == (TooMany, True)
    assert verify(desk, made["code"], address="203.0.113.8")["number"] == made["number"]


def test_a_subscribers_many_addresses_have_one_limit(desk):
    made = make(desk)
    for last in range(30):
        verify(desk, made["code"], address=f"2001:db8:1:2::{last:x}")
    assert type(refusal(verify, desk, made["code"], address="2001:db8:1:2:ffff::1")) is TooMany
    assert verify(desk, made["code"], address="2001:db8:1:3::1")["number"] == made["number"]


def test_the_digits_of_a_paper_are_not_found_by_trying(desk):
    made, other = make(desk), make(desk)
    for tried in range(20):
        assert type(refusal(verify, desk, made["code"], f"{9900 + tried}", f"203.0.113.{tried}")) is NotFound
    right = refusal(verify, desk, made["code"], address="198.51.100.1")
    assert (right.code, 0 < right.retry_after_s <= 86_400) == ("verifications_by_code", True)
    assert verify(desk, other["code"], address="198.51.100.1")["number"] == other["number"]
    with desk.books.owner.begin() as connection:
        connection.execute(text("UPDATE verification_attempts SET at = at - interval '25 hours'"))
    assert verify(desk, made["code"], address="198.51.100.1")["number"] == made["number"]


def test_old_questions_are_forgotten_and_no_address_is_kept_in_clear(desk):
    made = make(desk)
    verify(desk, made["code"])
    (kept,) = desk.books.row("SELECT address_index FROM verification_attempts")
    assert ADDRESS.encode() not in bytes(kept)
    with desk.books.owner.begin() as connection:
        connection.execute(text("UPDATE verification_attempts SET at = at - interval '25 hours'"))
    VERIFYING.forget(desk.books.database)
    assert desk.books.row("SELECT count(*) FROM verification_attempts") == (0,)


def test_the_years_add_up_to_the_balance_and_leave_none_out(desk):
    desk.books.end(holds.settle, desk.books.hold(50_000))
    with desk.books.database.read() as session:
        items = years.by_year(session, FUND_NUMBER, business_today())["items"]
    assert [item["year"] for item in items] == list(range(items[0]["year"], business_today().year + 1))
    assert items[-1]["balance_fen"] == desk.balance()
    assert sum(item["withdrawn_fen"] for item in items) == 50_000
    assert sum(item["contributed_fen"] for item in items) == 24 * 120_000


@pytest.mark.parametrize("days", [{"from_on": date.min}, {"from_on": date(2019, 12, 31)}])
def test_it_begins_no_earlier_than_the_account(desk, days):
    made = make(desk, **days)
    assert (made["from_on"], made["to_on"]) == ("2020-01-01", business_today().isoformat())


def test_there_is_none_of_days_before_the_account(desk):
    refused = refusal(make, desk, from_on=None, to_on=date.min)
    assert (refused.code, "2020-01-01" in refused.sentence) == ("day_before_opening", True)
