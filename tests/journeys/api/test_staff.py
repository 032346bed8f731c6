"""The operator reads what is stuck, what was given up, and the trial balance; nobody else does."""

import pytest

from services.common.money import parse_yuan
from tests.journeys.api.asserting import RENTING, SINGLE, refused
from tests.journeys.halls import JourneyHall

VIEWS = ("/staff/trial-balance", "/staff/stuck-withdrawals", "/staff/dead-letters")


def test_the_trial_balance_balances_to_the_fen(hall: JourneyHall) -> None:
    book = hall.operator().get("/staff/trial-balance").body
    sums = [sum(parse_yuan(line[side]) for line in book["items"]) for side in ("debit", "credit")]
    assert sums[0] == sums[1] == parse_yuan(book["debit"])
    assert book["balanced"] is True


def test_a_failed_payment_shows_up_as_stuck_without_the_person(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    hall.outside.arrange("bank.payouts", "fail", times=1, card_number=citizen.person["card"]["card_number"])
    number = citizen.draw("rent_quota", "1.00", SINGLE)["number"]
    citizen.settled(number, "payment_failed")
    hall.pass_time(31)
    line = next(
        one
        for one in hall.operator().get("/staff/stuck-withdrawals").body["owners"]["items"]
        if one["number"] == number
    )
    assert line["label"] == "支付失败"
    assert citizen.person["fund_number"] not in str(line)


@pytest.mark.parametrize("path", VIEWS)
def test_a_citizen_and_nobody_may_not_look(hall: JourneyHall, path: str) -> None:
    refused(hall.citizen("home_owner").device.get(path), 403, "role_not_allowed")
    refused(hall.device().get(path), 401, "not_logged_in")


def test_an_operator_is_no_citizen(hall: JourneyHall) -> None:
    operator = hall.operator()
    for path in ("/home", "/account", "/withdrawals"):
        refused(operator.get(path), 403, "role_not_allowed")
