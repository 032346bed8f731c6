"""30 June settles every open account once, to the fen, however often the job is stopped."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from services.common.clock import technical_at
from services.common.errors import Refusal
from services.common.importing.loading import ONE_IMPORT_AT_A_TIME
from services.common.ledger import book
from services.common.ledger.book import personal
from services.common.ledger.models import LedgerAccount
from services.common.ledger.turnover import trial_balance
from services.common.subject import Subject
from services.deposit import holds
from services.deposit.accounts import ledger_lines
from services.deposit.interest import checking, job, putting_off, views
from services.deposit.interest.job import Sizes
from services.deposit.interest.models import InterestRun
from services.deposit.models import BookImport
from services.deposit.service import DepositService
from tests.component.deposit.books import FUND_NUMBER, request

SETTLES_ON = date(2027, 6, 30)
YEAR_AFTER = date(2028, 6, 30)
TWO = Sizes(accounts=2, checked=2)
LATER = "370200999099"
MANY = [f"3702009990{place:02}" for place in range(7)]


@pytest.fixture(autouse=True)
def _first_of_july(monkeypatch):
    it_is(monkeypatch, SETTLES_ON + timedelta(days=1))


def it_is(monkeypatch, day):
    monkeypatch.setattr(job, "business_today", lambda: day)


def run(books, number="2027"):
    with books.database.read() as session:
        return session.get_one(InterestRun, number)


def years_of(books):
    with books.owner.connect() as connection:
        return list(connection.scalars(text("SELECT number FROM interest_runs ORDER BY number")))


def seen(books, number="2027"):
    """What staff see of a settlement."""
    with books.database.read() as session:
        return views.shown(session, session.get_one(InterestRun, number))


def do(books, act, *which):
    asked = request(uuid.uuid4().hex, which)
    asked = replace(
        asked, subject=Subject(id="li.na", role="supervisor", session_id="s", edition="professional")
    )
    return books.database.once(asked, act, *which)


def disagreeing(monkeypatch, *numbers):
    """The second computation comes to another amount for these; the way back to what is right."""
    right = checking.by_days
    wrong = set(numbers)
    monkeypatch.setattr(
        checking, "by_days", lambda session, run, number: right(session, run, number) + (number in wrong)
    )
    return wrong


def hours_pass(books):
    with books.owner.begin() as connection:
        connection.execute(text("UPDATE interest_deferrals SET try_after = now() - interval '1 hour'"))


def state_of(books, fund_number=FUND_NUMBER):
    with books.database.read() as session:
        kept = session.get_one(LedgerAccount, personal(fund_number))
        return kept.balance_fen, kept.carried_fen


def interest_lines(books):
    with books.owner.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT credit, amount_fen FROM postings"
                " WHERE voucher LIKE 'interest/%' AND credit LIKE '201-%' ORDER BY credit"
            )
        )
        return [tuple(row) for row in rows]


def pay_in(books, fund_number, amount_fen, value_on):
    with books.database.write() as session:
        book.post(session, books.remittance(fund_number, amount_fen, value_on))


def open_many(books):
    for place, number in enumerate(MANY):
        books.open(number, 100_000 * (place + 1))
        pay_in(books, number, 7_777, date(2027, 1, 1 + place))


@pytest.mark.parametrize("step", ["all at once", "batch by batch"])
def test_a_year_earns_what_the_rate_says(books, step):
    # 10,000.00 from 15 July 2026 on: 350 days at 1.5 % of 360.
    books.open(balance_fen=1_000_000)
    job.work(books.database, TWO, 60.0 if step == "all at once" else 0.001)
    job.work(books.database, TWO)
    assert interest_lines(books) == [(personal(FUND_NUMBER), 14_583)]
    assert state_of(books) == (1_014_583, 1_014_583)
    assert (run(books).state, run(books).accounts) == ("finished", 1)
    with books.database.read() as session:
        rows = trial_balance(session)
    assert sum(row.debit_fen for row in rows) == sum(row.credit_fen for row in rows)
    balances = {row.subject: row.balance_fen for row in rows}
    assert (balances["41101"], balances["211"]) == (14_583, 0)


def test_a_second_time_books_nothing(books):
    open_many(books)
    job.work(books.database, TWO)
    before = interest_lines(books)
    job.work(books.database, TWO)
    assert interest_lines(books) == before
    assert len(before) == len(MANY)


def test_each_account_is_told_of_once(books):
    open_many(books)
    job.work(books.database, TWO)
    with books.owner.connect() as connection:
        payloads = connection.execute(text("SELECT payload FROM outbox WHERE event = 'interest.settled'"))
        told = [one for row in payloads for one in row.payload["amounts_fen"].items()]
    assert sorted((personal(number), fen) for number, fen in told) == interest_lines(books)


def test_stopped_anywhere_it_ends_with_the_same_digest(books, owner, monkeypatch):
    open_many(books)
    job.work(books.database, TWO)
    whole = (run(books).digest, interest_lines(books))
    with owner.begin() as connection:
        connection.execute(
            text("TRUNCATE postings, interest_runs, interest_batches, interest_deferrals CASCADE")
        )
        connection.execute(text("UPDATE ledger_accounts SET balance_fen = 0"))
        connection.execute(text("TRUNCATE accounts CASCADE"))
        connection.execute(text("DELETE FROM ledger_accounts WHERE keeps_balance"))
    open_many(books)
    tell = job._tell
    for dies in (True, False, True, True, False):
        monkeypatch.setattr(job, "_tell", _fail if dies else tell)
        try:
            job.work(books.database, TWO, 0.0)
        except ConnectionError:
            assert run(books).digest is None
    assert len(interest_lines(books)) == 4
    job.work(books.database, TWO)
    assert (run(books).digest, interest_lines(books)) == whole


def _fail(*_):
    raise ConnectionError("the process died here")


def test_a_difference_stops_the_run_with_nothing_of_the_batch_booked(books, monkeypatch):
    open_many(books)
    disagreeing(monkeypatch, MANY[3])
    job.work(books.database, TWO)
    assert run(books).state == "halted"
    assert MANY[3] in run(books).trouble
    assert [account for account, _ in interest_lines(books)] == [personal(number) for number in MANY[:2]]
    job.work(books.database, TWO)
    assert len(interest_lines(books)) == 2


def test_a_resumed_run_computes_the_account_in_dispute_again(books, monkeypatch):
    open_many(books)
    wrong = disagreeing(monkeypatch, MANY[3])
    job.work(books.database, Sizes(accounts=7, checked=7))
    for _ in range(2):
        assert do(books, views.resume, "2027")["state"] == "booking"
        job.work(books.database, Sizes(accounts=7, checked=0))
        assert (run(books).state, interest_lines(books)) == ("halted", [])
        assert [one["fund_number"] for one in seen(books)["disputes"]] == [MANY[3]]
    wrong.clear()
    do(books, views.resume, "2027")
    job.work(books.database, Sizes(accounts=7, checked=0))
    assert (run(books).state, len(interest_lines(books))) == ("finished", len(MANY))
    assert (seen(books)["disputes"], MANY[3] in seen(books)["trouble"]) == ([], True)


def test_an_account_set_aside_lets_the_others_go_on_and_is_settled_later(books, monkeypatch):
    open_many(books)
    wrong = disagreeing(monkeypatch, MANY[3])
    job.work(books.database, TWO)
    shown = do(books, views.set_aside, "2027", MANY[3])
    assert (shown["accounts_put_off"], shown["disputes"][0]["set_aside"]) == (1, True)
    do(books, views.resume, "2027")
    job.work(books.database, TWO)
    assert (run(books).state, len(interest_lines(books))) == ("finished", len(MANY) - 1)
    assert seen(books)["put_off"][0]["reason"] == "differs"
    it_is(monkeypatch, YEAR_AFTER + timedelta(days=1))
    job.work(books.database, TWO)
    assert len(interest_lines(books)) == 2 * (len(MANY) - 1), "no year is booked over one that is open"
    assert seen(books, "2028")["put_off"][0]["reason"] == "earlier_year"
    wrong.clear()
    hours_pass(books)
    job.work(books.database, TWO)
    assert len(interest_lines(books)) == 2 * len(MANY)
    assert [(seen(books, year)["put_off"], seen(books, year)["disputes"]) for year in ("2027", "2028")] == [
        ([], []),
        ([], []),
    ]


@pytest.mark.parametrize(("role", "told"), [("operator", False), ("auditor", True), ("supervisor", True)])
def test_who_runs_the_system_is_told_how_many_accounts_are_in_dispute_and_not_which(
    books, monkeypatch, role, told
):
    open_many(books)
    disagreeing(monkeypatch, MANY[3])
    job.work(books.database, TWO)
    asked = replace(request("k", ()), subject=Subject(id="li.na", role=role, session_id="s"))
    shown = DepositService.interest_runs.__wrapped__(SimpleNamespace(database=books.database), {}, asked)
    assert shown["items"][0]["accounts_disputed"] == 1
    assert (MANY[3] in str(shown)) == told


def test_only_an_account_in_dispute_can_be_set_aside_and_once(books, monkeypatch):
    open_many(books)
    disagreeing(monkeypatch, MANY[3])
    job.work(books.database, TWO)
    with pytest.raises(Refusal):
        do(books, views.set_aside, "2027", MANY[0])
    do(books, views.set_aside, "2027", MANY[3])
    with pytest.raises(Refusal):
        do(books, views.set_aside, "2027", MANY[3])


def test_a_year_that_nobody_settled_bears_interest_in_the_next(books, monkeypatch):
    # 350 days of the first year, then 366 of the next on 14,583 fen more.
    books.open(balance_fen=1_000_000)
    it_is(monkeypatch, YEAR_AFTER + timedelta(days=1))
    job.work(books.database, TWO)
    assert years_of(books) == ["2027", "2028"]
    assert sorted(fen for _, fen in interest_lines(books)) == [14_583, 15_472]
    assert state_of(books) == (1_030_055, 1_030_055)


def test_a_halted_year_keeps_the_next_one_waiting(books, monkeypatch):
    open_many(books)
    wrong = disagreeing(monkeypatch, MANY[3])
    job.work(books.database, TWO)
    it_is(monkeypatch, YEAR_AFTER + timedelta(days=1))
    job.work(books.database, TWO)
    assert (years_of(books), len(interest_lines(books))) == (["2027"], 2)
    wrong.clear()
    do(books, views.resume, "2027")
    job.work(books.database, TWO)
    job.work(books.database, TWO)
    assert [run(books, year).state for year in years_of(books)] == ["finished", "finished"]
    assert len(interest_lines(books)) == 2 * len(MANY)


def test_an_account_taken_over_after_the_end_gets_its_years_too(books, monkeypatch):
    open_many(books)
    it_is(monkeypatch, YEAR_AFTER + timedelta(days=1))
    job.work(books.database, TWO)
    before, digest = interest_lines(books), run(books).digest
    books.open(LATER, 1_000_000)
    job.work(books.database, TWO)
    assert interest_lines(books) == before, "looked through already today"
    it_is(monkeypatch, YEAR_AFTER + timedelta(days=2))
    job.work(books.database, TWO)
    own = [line for line in interest_lines(books) if line[0] == personal(LATER)]
    assert sorted(fen for _, fen in own) == [14_583, 15_472]
    assert len(interest_lines(books)) == len(before) + 2
    assert (run(books).state, seen(books)["accounts_done"]) == ("finished", len(MANY) + 1)
    assert run(books).digest != digest
    with books.database.read() as session:
        rows = trial_balance(session)
    assert sum(row.debit_fen for row in rows) == sum(row.credit_fen for row in rows)


def test_nothing_is_settled_while_books_are_being_taken_over(books, owner):
    open_many(books)
    with owner.connect() as importing:
        importing.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_IMPORT_AT_A_TIME})
        job.work(books.database, TWO)
        assert (interest_lines(books), years_of(books)) == ([], [])
        importing.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ONE_IMPORT_AT_A_TIME})
    job.work(books.database, TWO)
    assert len(interest_lines(books)) == len(MANY)


@pytest.fixture
def begun(books):
    """An import of books that was begun and killed."""
    with books.owner.begin() as connection:
        connection.execute(text("INSERT INTO book_imports (folder_digest) VALUES ('a')"))


def waits_for(books):
    with books.database.read() as session:
        return views.runs(session)["waits_for"]


def accounts_taking_over(books):
    with books.database.read() as session:
        return views.runs(session)["accounts_taking_over"]


@pytest.mark.parametrize("ended", ["finished_at", "replaced_at"])
def test_nothing_is_settled_while_an_import_is_begun_and_not_finished(books, begun, ended):
    open_many(books)
    books.open(LATER, freeze_flag="taking_over")
    job.work(books.database, TWO)
    assert (interest_lines(books), years_of(books)) == ([], [])
    assert (waits_for(books)["running"], accounts_taking_over(books)) == (False, 1)
    with books.owner.begin() as connection:
        connection.execute(update(BookImport).values({ended: technical_at()}))
    assert (waits_for(books), accounts_taking_over(books)) == (None, 1)
    job.work(books.database, TWO)
    assert len(interest_lines(books)) == len(MANY)


def test_staff_see_whether_the_import_that_interest_waits_for_runs(books, begun):
    with books.owner.connect() as importing:
        importing.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_IMPORT_AT_A_TIME})
        assert waits_for(books)["running"] is True
        importing.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ONE_IMPORT_AT_A_TIME})
    assert waits_for(books)["running"] is False


def test_the_log_says_now_and_then_what_interest_waits_for(books, begun):
    def told():
        return books.row("SELECT told_at FROM book_imports")[0]

    job.work(books.database, TWO)
    first = told()
    job.work(books.database, TWO)
    assert told() == first is not None
    with books.owner.begin() as connection:
        connection.execute(text("UPDATE book_imports SET told_at = told_at - interval '11 minutes'"))
    job.work(books.database, TWO)
    assert told() > first


def test_an_account_whose_lines_were_never_compared_gets_its_interest_when_they_are(books):
    open_many(books)
    books.open(LATER, 1_000_000, freeze_flag="taking_over")
    job.work(books.database, TWO)
    job.work(books.database, TWO)
    assert (len(interest_lines(books)), run(books).state) == (len(MANY), "finished")
    assert seen(books)["put_off"] == [
        {
            "fund_number": LATER,
            "reason": "taking_over",
            "reason_label": "账簿导入核对中",
            "trouble": None,
        }
    ]
    with books.owner.begin() as connection:
        connection.execute(text("UPDATE accounts SET freeze_flag = 'none'"))
    job.work(books.database, TWO)
    assert (personal(LATER), 14_583) in interest_lines(books)


def test_a_day_on_which_nothing_is_owed_changes_nothing(books, monkeypatch):
    open_many(books)
    books.open(LATER, 0)
    job.work(books.database, TWO)
    before = (run(books).digest, interest_lines(books), run(books).finished_at)
    for days in (2, 3, 200):
        it_is(monkeypatch, SETTLES_ON + timedelta(days=days))
        job.work(books.database, TWO)
    assert (run(books).digest, interest_lines(books), run(books).finished_at) == before
    assert (years_of(books), run(books).round) == (["2027"], 1)


def test_an_account_that_was_closed_is_put_off_no_longer(books):
    books.open(balance_fen=1_000_000)
    ended = books.hold(None, closes=True)
    job.work(books.database, TWO)
    assert seen(books)["accounts_put_off"] == 1
    books.end(holds.settle, ended)
    job.work(books.database, TWO)
    assert seen(books)["accounts_put_off"] == 0


def test_trouble_with_one_account_put_off_does_not_stop_the_others(books, monkeypatch):
    held = {}
    for number in MANY[:3]:
        books.open(number, 1_000_000)
        held[number] = books.hold(None, closes=True, fund_number=number)
    job.work(books.database, TWO)
    for number in MANY[:3]:
        books.end(holds.release, held[number])
    wrong = disagreeing(monkeypatch, MANY[0])
    settle = putting_off._settle

    def settled(session, run, number, tell):
        if number == MANY[1]:
            raise LookupError("trouble of this account")
        settle(session, run, number, tell)

    monkeypatch.setattr(putting_off, "_settle", settled)
    job.work(books.database, TWO)
    assert interest_lines(books) == [(personal(MANY[2]), 14_583)]
    assert [one["fund_number"] for one in seen(books)["put_off"]] == MANY[:2]
    assert [one["fund_number"] for one in seen(books)["disputes"]] == MANY[:1]
    wrong.clear()
    monkeypatch.setattr(putting_off, "_settle", settle)
    hours_pass(books)
    job.work(books.database, TWO)
    assert (len(interest_lines(books)), seen(books)["put_off"], seen(books)["disputes"]) == (3, [], [])
    assert seen(books)["interest_fen"] == 3 * 14_583


def test_an_account_being_closed_is_settled_only_when_it_stays(books):
    stays, goes = MANY[:2]
    for number in (stays, goes):
        books.open(number, 1_000_000)
    kept, ended = (books.hold(None, closes=True, fund_number=number) for number in (stays, goes))
    job.work(books.database, TWO)
    assert interest_lines(books) == []
    books.end(holds.settle, ended)
    books.end(holds.release, kept)
    job.work(books.database, TWO)
    assert interest_lines(books) == [(personal(stays), 14_583)]
    assert state_of(books, goes)[0] == 0


def test_what_came_in_after_the_day_belongs_to_the_new_year(books):
    books.open(balance_fen=1_000_000)
    pay_in(books, FUND_NUMBER, 500, SETTLES_ON + timedelta(days=1))
    pay_in(books, FUND_NUMBER, 300, SETTLES_ON)
    job.work(books.database, TWO)
    assert state_of(books) == (1_000_800 + 14_583, 1_000_300 + 14_583)


def test_sealed_accounts_earn_and_closed_or_later_ones_do_not(books):
    books.open(MANY[0], 1_000_000, state="sealed")
    books.open(MANY[1], 1_000_000, state="closed_by_withdrawal")
    books.open(MANY[2], 0, opened_on=SETTLES_ON)
    job.work(books.database, TWO)
    assert [account for account, _ in interest_lines(books)] == [personal(MANY[0])]


def test_the_ledger_shows_the_line_to_its_owner(books):
    books.open(balance_fen=1_000_000)
    job.work(books.database, TWO)
    wanted = {"from_on": None, "to_on": None, "cursor": None, "limit": 5}
    with books.database.read() as session:
        newest = ledger_lines(session, FUND_NUMBER, wanted)["items"][0]
    assert (newest["kind_label"], newest["in_fen"], newest["balance_fen"]) == ("年终结息", 14_583, 1_014_583)


LINES = st.lists(
    st.tuples(st.dates(date(2025, 6, 1), SETTLES_ON + timedelta(days=5)), st.integers(1, 10**9)), max_size=12
)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(LINES, min_size=1, max_size=4))
def test_both_computations_agree_on_any_history(books, owner, histories):
    with owner.begin() as connection:
        connection.execute(text("TRUNCATE accounts, postings, interest_runs CASCADE"))
        connection.execute(text("DELETE FROM ledger_accounts WHERE keeps_balance"))
    for place, history in enumerate(histories):
        books.open(MANY[place], 0, opened_on=date(2025, 6, 1))
        for value_on, amount_fen in history:
            pay_in(books, MANY[place], amount_fen, value_on)
    job.work(books.database, Sizes(accounts=3, checked=3))
    assert run(books).state == "finished", run(books).trouble
