"""With a service stopped the hall goes on; what was killed comes back; silent registers are waited for."""

import os
import signal

import pytest

from ops.demo.citizen import Citizen
from ops.state import RUNNING, seen
from tests.journeys.api.asserting import BOOKED, RENTING, SINGLE, refused, until
from tests.journeys.halls import JourneyHall
from tests.journeys.stopping import pid_of, stopped

PAGES = {
    "/account": "deposit",
    "/contributions": "deposit",
    "/ledger-lines": "deposit",
    "/card": "deposit",
    "/withdrawal-reasons": "withdrawal",
    "/withdrawals": "withdrawal",
    "/messages": "notify",
    "/sessions": "auth",
}
PAID = "支付完成，请等待记账！稍后可登录个人网银查看资金是否到账"
AT_HOME = ("deposit", "withdrawal", "loan", "notify")


@pytest.fixture(scope="module")
def citizen(hall: JourneyHall) -> Citizen:
    """Somebody logged in."""
    return hall.somebody(RENTING)


@pytest.mark.parametrize("name", ["auth", *AT_HOME])
def test_with_one_service_stopped_home_names_it_and_the_rest_works(
    hall: JourneyHall, citizen: Citizen, name: str
) -> None:
    with stopped(hall, citizen, name):
        home = citizen.device.get("/home")
        assert home.status == 200
        assert home.body["missing"] == ([name] if name in AT_HOME else [])
        assert (home.body["account"] is None) == (name == "deposit")
        for path, owner in PAGES.items():
            reply = citizen.device.get(path)
            if owner == name:
                assert refused(reply, 503, "service_missing")["missing"] == [name]
            else:
                assert reply.status == 200, f"{path}: {reply.text}"


@pytest.mark.parametrize("name", ["loan", "withdrawal"])
def test_a_killed_service_comes_back_by_itself(hall: JourneyHall, citizen: Citizen, name: str) -> None:
    before = pid_of(hall, name)
    os.kill(before, signal.SIGKILL)
    row = until(
        lambda: [one for one in seen(hall.home) if one.name == name and one.pid not in (0, before)], 1, 30
    )[0]
    assert row.pid != before
    until(lambda: [one for one in seen(hall.home) if one.name == name and one.state == RUNNING], 1, 60)
    until(lambda: [1] * (citizen.device.get("/home").body["missing"] == []), 1)


def test_a_command_to_a_stopped_service_is_unknown_and_done_once_later(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    body = citizen.registration("rent_quota", "1.00", SINGLE)
    body |= {"code": citizen.code_for("rent_quota", "1.00")}
    with stopped(hall, citizen, "withdrawal"):
        reply = citizen.device.post("/withdrawals", body, "the-same-key")
    assert (reply.status, reply.body["state"]) == (202, "unknown")
    again = citizen.device.post("/withdrawals", body, "the-same-key")
    assert again.status == 201, again.text
    listed = citizen.device.get("/withdrawals").body["items"]
    assert [bill["number"] for bill in listed] == [again.body["number"]]
    done = citizen.device.get(f"/operations/{reply.body['op_id']}").body
    assert (done["state"], done["answer"]["number"]) == ("done", again.body["number"])


@pytest.mark.feature("W-26")
def test_a_paid_bill_says_so_while_the_booking_lags(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    hall.outside.arrange("bank.query", "down")
    hall.outside.arrange(
        "bank.payouts", "lose_answer", times=1, card_number=citizen.person["card"]["card_number"]
    )
    try:
        number = citizen.draw("rent_quota", "1.00", SINGLE)["number"]
        citizen.settled(number, "payment_unknown")
        with stopped(hall, citizen, "deposit"):
            hall.outside.mend("bank.query")
            paid = citizen.settled(number, "paid")
            assert (paid["label"], paid["notice"]) == ("支付完成", PAID)
            assert paid["booked_on"] is None
            waiting = citizen.device.get("/home").body["withdrawals_under_way"]
            assert [(bill["number"], bill["notice"]) for bill in waiting] == [(number, PAID)]
    finally:
        hall.outside.mend("bank.query")
    assert citizen.settled(number, "booked")["notice"] == BOOKED
    assert [line["outcome"] for line in citizen.outside.payouts(number)] == [0]


@pytest.mark.feature("V-17")
def test_a_silent_register_is_waited_for_and_nothing_is_paid(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    hall.outside.arrange("registers.property", "down")
    try:
        bill = citizen.draw("rent_quota", "1.00", SINGLE)
        assert (bill["state"], bill["label"]) == ("awaiting_evidence", "待核验")
        assert citizen.device.get("/account").body["held"] == "0.00"
        assert citizen.outside.payouts(bill["number"]) == []
    finally:
        hall.outside.mend("registers.property")
    citizen.press(bill["number"], "payment-check")
    booked = citizen.settled(bill["number"], "booked")
    assert {"await_evidence", "verify"} <= {line["action"] for line in booked["timeline"]}
    assert len(citizen.outside.payouts(bill["number"])) == 1
