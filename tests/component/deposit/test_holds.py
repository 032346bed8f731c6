"""Money set aside ends once, is never spent twice, and the book balances after everything."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.common.clock import technical_now
from services.common.errors import Refusal, Unknown, WrongState
from services.common.ledger import book
from services.common.ledger.turnover import trial_balance
from services.deposit import holds
from services.deposit.accounts import profile
from tests.component.deposit.books import FUND_NUMBER, request


def refusal(call, *args, **kwargs):
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    return caught.value


def test_a_hold_leaves_the_balance_and_takes_from_what_is_available(books):
    books.open(balance_fen=1_000_000)
    books.hold(300_000)
    shown = profile(books.database, FUND_NUMBER)
    assert (shown["balance_fen"], shown["held_fen"], shown["available_fen"]) == (1_000_000, 300_000, 700_000)


def test_more_than_is_available_is_refused_with_both_figures(books):
    books.open(balance_fen=1_000_000)
    books.hold(600_000)
    refused = refusal(books.hold, 400_001)
    assert refused.code == "not_enough_available"
    assert refused.figures == {"available": "4000.00", "wanted": "4000.01"}
    assert books.kept() == (1_000_000, 600_000)


def test_the_same_key_holds_once(books):
    books.open()
    assert books.hold(100, key="W1/1/hold") == books.hold(100, key="W1/1/hold")
    assert books.kept() == (1_000_000, 100)


def test_holds_at_once_never_exceed_the_balance(books):
    books.open(balance_fen=1_000)

    def attempt(_):
        try:
            return books.hold(300)
        except Refusal:
            return None

    with ThreadPoolExecutor(8) as threads:
        held = [one for one in threads.map(attempt, range(8)) if one]
    assert len(held) == 3
    assert books.kept() == (1_000, 900)


def test_a_settled_hold_is_booked_once_and_cannot_be_released(books):
    books.open(balance_fen=1_000)
    held = books.hold(300)
    books.end(holds.settle, held)
    books.end(holds.settle, held)
    assert books.kept() == (700, 0)
    with pytest.raises(WrongState):
        books.end(holds.release, held)
    assert books.posted() == 700


def test_a_bill_is_booked_under_its_own_number_and_never_for_a_second_hold(books):
    books.open(balance_fen=1_000)
    first, second = (books.hold(300, bill_number="W7") for _ in range(2))
    assert books.end(holds.settle, first)["voucher"] == "settle/W7"
    with pytest.raises(book.AlreadyBooked):
        books.end(holds.settle, second)
    assert books.kept() == (700, 300)


def test_a_released_hold_gives_everything_back_and_cannot_be_settled(books):
    books.open(balance_fen=1_000)
    held = books.hold(300)
    books.end(holds.release, held)
    assert books.kept() == (1_000, 0)
    with pytest.raises(WrongState):
        books.end(holds.settle, held)
    assert books.posted() == 1_000


def test_a_hold_that_is_not_there_is_said_to_be_missing_and_not_the_account(books):
    books.open()
    assert refusal(books.end, holds.settle, {"hold_id": "never asked for"}).code == "no_hold"


@pytest.mark.parametrize("end", [holds.release, holds.settle])
def test_a_hold_of_another_bill_is_not_there(books, end):
    books.open()
    held = books.hold(300, bill_number="W2")
    books.bills[held["hold_id"]] = "W3"
    assert refusal(books.end, end, held).code == "no_hold"
    assert books.kept() == (1_000_000, 300)


def test_a_hold_that_was_released_before_it_came_sets_nothing_aside(books):
    """Its call waits for a connection while its caller gives it up, cancels and has it released."""
    books.open()
    for _ in range(2):
        books.end(holds.release, {"hold_id": "W1/1/hold"})
    assert refusal(books.hold, 300, key="W1/1/hold").code == "hold_released"
    assert refusal(books.hold, None, closes=True, key="W1/1/hold").code == "hold_released"
    assert books.kept() == (1_000_000, 0)
    assert books.hold(300, key="W1/2/hold")["amount_fen"] == 300


def test_a_hold_and_its_release_at_once_leave_nothing_held(books):
    books.open()

    def attempt(place):
        key = f"W{place // 2}/1/hold"
        try:
            if place % 2:
                books.end(holds.release, {"hold_id": key})
            else:
                books.hold(300, key=key, bill_number="W1")
        except Refusal as no:
            return no.code
        return "done"

    with ThreadPoolExecutor(8) as threads:
        told = set(threads.map(attempt, range(16)))
    assert told <= {"done", "hold_released"}
    assert books.kept() == (1_000_000, 0)


def test_a_command_whose_caller_has_stopped_waiting_has_no_effect(books):
    """It was in time when it came, and then waited for a connection."""
    books.open()
    late = replace(request("W1/1/hold"), deadline=technical_now() - 1)
    with pytest.raises(Unknown):
        books.database.once(late, lambda *_: {"number": "W1"})
    assert books.database.answered(late) is None


@pytest.mark.parametrize(
    ("flag", "label"),
    [("no_movement", "不收不付"), ("no_paying_out", "只收不付")],
)
def test_a_frozen_account_holds_nothing(books, flag, label):
    books.open(freeze_flag=flag)
    assert refusal(books.hold, 1).figures == {"state": label}


@pytest.mark.feature("W-06")
def test_a_closing_bill_takes_all_with_interest_to_the_day_and_closes_the_account(books):
    books.open(balance_fen=10_000_000)
    held = books.hold(None, closes=True)
    assert held["principal_fen"] == 10_000_000
    assert held["interest_fen"] > 0
    assert held["amount_fen"] == held["principal_fen"] + held["interest_fen"]
    books.end(holds.settle, held)
    assert books.kept() == (0, 0)
    assert books.row("SELECT state, closed_on IS NOT NULL FROM accounts") == ("closed_by_withdrawal", True)
    assert books.row("SELECT count(*) FROM outbox WHERE event = 'account.closed'") == (1,)
    assert refusal(books.hold, 1).code == "account_not_paying_out"


def test_a_closing_bill_waits_for_other_bills(books):
    books.open()
    books.hold(1)
    assert refusal(books.hold, None, closes=True).code == "money_in_flight"


def test_an_empty_account_has_nothing_to_withdraw(books):
    books.open(balance_fen=0)
    assert refusal(books.hold, None, closes=True).code == "nothing_to_withdraw"


def test_debits_equal_credits_in_the_trial_balance(books):
    books.open(balance_fen=10_000_000)
    books.end(holds.settle, books.hold(None, closes=True))
    with books.database.read() as session:
        rows = trial_balance(session)
    assert sum(row.debit_fen for row in rows) == sum(row.credit_fen for row in rows) > 0
    assert {row.subject for row in rows} == {"101", "201", "211", "41101"}


def test_a_voucher_is_booked_once(books):
    books.open(balance_fen=0)
    voucher = books.remittance(FUND_NUMBER, 500)
    with books.database.write() as session:
        book.post(session, voucher)
    with pytest.raises(book.AlreadyBooked), books.database.write() as session:
        book.post(session, voucher)
    assert books.kept() == (500, 0)


@pytest.mark.parametrize("table", ["postings", "holds", "hold_resolutions", "transitions"])
def test_the_service_cannot_rewrite_its_history(books, table):
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):  # noqa: S608  # names of ours
        with pytest.raises(DBAPIError), books.database.write() as session:
            session.execute(text(statement))


def test_the_database_itself_refuses_a_balance_below_its_holds(books):
    books.open(balance_fen=1_000)
    books.hold(900)
    with pytest.raises(IntegrityError), books.database.write() as session:
        session.execute(text("UPDATE ledger_accounts SET balance_fen = 100 WHERE keeps_balance"))


def test_any_order_of_holds_settlements_and_releases_keeps_the_book_true(books):
    class AnyOrder(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            with books.owner.begin() as connection:
                connection.execute(
                    text("TRUNCATE accounts, postings, holds, hold_resolutions, operations CASCADE")
                )
                connection.execute(text("DELETE FROM ledger_accounts WHERE keeps_balance"))
            books.open(balance_fen=10_000)
            self.balance, self.open = 10_000, []

        @rule(amount=strategies.integers(1, 6_000))
        def hold(self, amount):
            if amount > self.balance - sum(fen for _, fen in self.open):
                assert refusal(books.hold, amount).code == "not_enough_available"
            else:
                self.open.append((books.hold(amount), amount))

        @precondition(lambda self: self.open)
        @rule(settled=strategies.booleans(), place=strategies.integers(0, 100))
        def end(self, settled, place):
            held, amount = self.open.pop(place % len(self.open))
            books.end(holds.settle if settled else holds.release, held)
            self.balance -= amount if settled else 0

        @invariant()
        def the_book_is_true(self):
            assert books.kept() == (self.balance, sum(fen for _, fen in self.open))
            assert books.posted() == self.balance

    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
