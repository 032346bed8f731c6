"""Bills in trouble and in each other's way: failed, unknown, twice, at once, and in other people's hands."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from ops.demo.citizen import Citizen
from ops.demo.device import new_key, wanted
from services.common.ledger.book import personal
from tests.journeys.api.asserting import RENTING, SINGLE, refused, until
from tests.journeys.halls import JourneyHall

UNPAID = "登记完成，请及时点[申请支付]完成结算操作"
BUTTONS = ("payment", "payment-check", "settlement-cancellation")


def _failing(hall: JourneyHall, citizen: Citizen, mode: str = "fail") -> str:
    """The number of a bill whose first payment goes wrong."""
    hall.outside.arrange("bank.payouts", mode, times=1, card_number=citizen.person["card"]["card_number"])
    return str(citizen.draw("rent_quota", "1.00", SINGLE)["number"])


@pytest.mark.feature("W-28", "W-29")
def test_a_failed_payment_is_cancelled_first_and_deleted_then(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    number = _failing(hall, citizen)
    assert citizen.settled(number, "payment_failed")["actions"] == ["cancel_settlement"]
    refused(citizen.device.delete(f"/withdrawals/{number}"), 409, "wrong_state")
    cancelled = citizen.press(number, "settlement-cancellation")
    assert cancelled["actions"] == ["pay", "delete"]
    deleted = citizen.device.delete(f"/withdrawals/{number}").body
    assert (deleted["state"], deleted["actions"]) == ("deleted", [])
    assert citizen.device.get("/account").body["held"] == "0.00"
    assert citizen.device.get("/withdrawals").body["items"] == []


@pytest.mark.feature("W-25")
def test_a_cancelled_bill_is_paid_after_all(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    number = _failing(hall, citizen)
    citizen.press(number, "settlement-cancellation")
    bill = citizen.press(number, "payment")
    assert citizen.settled(number, "booked")["order_number"] == f"{number}-2"
    assert bill["number"] == number
    assert [line["outcome"] for line in citizen.outside.payouts(number)] == [1, 0]


@pytest.mark.feature("W-25")
def test_an_unpaid_bill_waits_at_home_for_its_button(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    number = _failing(hall, citizen)
    citizen.press(number, "settlement-cancellation")
    waiting = citizen.device.get("/home").body["waiting"]
    assert [(bill["number"], bill["actions"]) for bill in waiting] == [(number, ["pay", "delete"])]


@pytest.mark.feature("W-24", "W-25")
def test_a_bill_whose_hold_was_refused_says_unpaid_and_is_paid_by_its_button(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    body = citizen.registration("rent_quota", "1.00", SINGLE)
    with _nothing_left_once_looked_at(hall, citizen.person["fund_number"]):
        bill = wanted(citizen.register(body))
    assert (bill["state"], bill["notice"]) == ("registered", UNPAID)
    assert "余额" in bill["problem"]
    (waiting,) = citizen.device.get("/home").body["waiting"]
    assert (waiting["number"], waiting["actions"][0]) == (bill["number"], "pay")
    assert citizen.outside.payouts(bill["number"]) == []
    citizen.press(bill["number"], "payment")
    citizen.settled(bill["number"], "booked")
    assert [line["outcome"] for line in citizen.outside.payouts(bill["number"])] == [0]


@contextmanager
def _nothing_left_once_looked_at(hall: JourneyHall, fund_number: str) -> Iterator[None]:
    """Between the look at the account and the hold of its money, another takes all there is."""
    account = personal(fund_number)
    with hall.database("deposit") as taking, ThreadPoolExecutor(1) as pool:
        # Until the commit the account reads as before, and a hold waits.
        taking.autocommit = False
        taking.execute("UPDATE ledger_accounts SET held_fen = balance_fen WHERE number = %s", (account,))
        committed = pool.submit(_commit_when_waited_for, hall, taking)
        yield
        committed.result(timeout=30)
    with hall.database("deposit") as giving_back:
        giving_back.execute("UPDATE ledger_accounts SET held_fen = 0 WHERE number = %s", (account,))


def _commit_when_waited_for(hall: JourneyHall, taking: "psycopg.Connection[Any]") -> None:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = 'deposit' AND wait_event_type = 'Lock'"
    with hall.database("deposit") as looking:
        until(lambda: looking.execute(waiting).fetchall(), 1)
    taking.commit()


@pytest.mark.feature("W-27")
def test_a_check_finds_a_payment_whose_answer_was_lost(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    hall.outside.arrange("bank.query", "down")
    try:
        number = _failing(hall, citizen, "lose_answer")
        assert citizen.settled(number, "payment_unknown")["actions"] == ["check"]
        refused(citizen.device.post(f"/withdrawals/{number}/settlement-cancellation"), 409, "wrong_state")
    finally:
        hall.outside.mend("bank.query")
    citizen.press(number, "payment-check")
    assert "check" in [line["action"] for line in citizen.settled(number, "booked")["timeline"]]
    assert [line["outcome"] for line in citizen.outside.payouts(number)] == [0]


def test_a_second_bill_of_the_reason_waits_for_the_first(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    number = _failing(hall, citizen)
    citizen.settled(number, "payment_failed")
    problem = refused(
        citizen.register(citizen.registration("rent_quota", "2.00", SINGLE)), 409, "bill_in_flight"
    )
    assert problem["figures"]["在办单据"] == number
    assert [bill["number"] for bill in citizen.device.get("/withdrawals").body["items"]] == [number]


def test_a_key_again_gives_the_answer_again_and_no_second_bill(hall: JourneyHall) -> None:
    citizen, key = hall.somebody(RENTING), new_key()
    body = citizen.registration("rent_quota", "1.00", SINGLE) | {
        "code": citizen.code_for("rent_quota", "1.00")
    }
    first = citizen.device.post("/withdrawals", body, key)
    again = citizen.device.post("/withdrawals", body, key)
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    other = citizen.device.post("/withdrawals", body | {"details": {"marital_status": "married"}}, key)
    refused(other, 422, "key_reused")
    assert len(citizen.device.get("/withdrawals").body["items"]) == 1


def test_a_hundred_at_once_make_one_bill(hall: JourneyHall) -> None:
    citizen, key = hall.somebody(RENTING), new_key()
    body = citizen.registration("rent_quota", "1.00", SINGLE) | {
        "code": citizen.code_for("rent_quota", "1.00")
    }
    with ThreadPoolExecutor(25) as pool:
        replies = list(pool.map(lambda _: citizen.device.post("/withdrawals", body, key), range(100)))
    assert {reply.status for reply in replies} <= {201, 202, 409, 429, 503}
    numbers = {reply.body["number"] for reply in replies if reply.status == 201}
    number = citizen.device.get("/withdrawals").body["items"][0]["number"]
    assert numbers <= {number}
    citizen.settled(number, "booked")
    assert len(citizen.device.get("/withdrawals").body["items"]) == 1
    assert len(citizen.outside.payouts(number)) == 1


def test_another_citizens_key_is_another_operation(hall: JourneyHall) -> None:
    one, other, key = hall.somebody(RENTING), hall.somebody(RENTING), new_key()
    numbers = []
    for citizen in (one, other):
        body = citizen.registration("rent_quota", "1.00", SINGLE)
        numbers.append(citizen.register(body, key).body["number"])
    assert numbers[0] != numbers[1]
    assert [bill["number"] for bill in other.device.get("/withdrawals").body["items"]] == numbers[1:]


def test_another_citizens_bill_does_not_exist(hall: JourneyHall) -> None:
    owner, other = hall.somebody(RENTING), hall.somebody(RENTING)
    number = _failing(hall, owner)
    before = owner.settled(number, "payment_failed")
    refused(other.device.get(f"/withdrawals/{number}"), 404, "no_such_bill")
    for button in BUTTONS:
        refused(other.device.post(f"/withdrawals/{number}/{button}"), 404, "no_such_bill")
    refused(other.device.delete(f"/withdrawals/{number}"), 404, "no_such_bill")
    assert owner.bill(number) == before
