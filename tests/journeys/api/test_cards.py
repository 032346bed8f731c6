"""The one bound card (借记卡变更): class I, of five banks, checked by the bank; no payout is redirected."""

import pytest

from ops.demo.device import new_key
from services.common.identifiers import mask_card
from tests.journeys.api.asserting import RENTING, SINGLE, refused
from tests.journeys.halls import JourneyHall

GOOD = "6291030000009900017"
WRONG = {
    "not_of_five_banks": ("308", GOOD, "#/bank_code"),
    "class_two": ("103", "6291039999020000017", "#/card_number"),
    "closed": ("103", "6291039999030000017", "#/card_number"),
    "another_holder": ("103", "6291039999040000017", "#/card_number"),
}


@pytest.mark.feature("W-30", "W-32", "W-33", "W-34", "W-35", "W-102")
def test_a_new_card_takes_the_place_of_the_old_and_receives_the_money(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    old = citizen.person["card"]["card_number"]
    assert citizen.device.get("/card").body["card"]["card_number"] == mask_card(old)
    body, key = {"bank_code": "103", "card_number": GOOD}, new_key()
    bound = citizen.device.put("/card", body, key)
    assert (bound.status, citizen.device.put("/card", body, key).body) == (200, bound.body)
    assert citizen.device.get("/card").body["card"] == bound.body["card"]
    assert bound.body["card"]["card_number"] == mask_card(GOOD)
    bill = citizen.draw("rent_quota", "1.00", SINGLE)
    assert bill["card_masked"] == mask_card(GOOD)


@pytest.mark.feature("W-31")
@pytest.mark.parametrize("kind", WRONG)
def test_a_card_that_may_not_be_bound(hall: JourneyHall, kind: str) -> None:
    citizen = hall.somebody(RENTING)
    bank_code, number, pointer = WRONG[kind]
    before = citizen.device.get("/card").body
    reply = citizen.device.put("/card", {"bank_code": bank_code, "card_number": number})
    refused(reply, 422, "card_refused", pointer)
    assert number not in reply.text
    assert citizen.device.get("/card").body == before


@pytest.mark.feature("W-31")
@pytest.mark.parametrize("mode", ["down", "lose_answer", "unknown", "fail"])
def test_a_check_that_fails_or_stays_open_changes_nothing(hall: JourneyHall, mode: str) -> None:
    citizen = hall.somebody(RENTING)
    before = citizen.device.get("/card").body
    hall.outside.arrange("bank.card_checks", mode, card_number=GOOD)
    try:
        reply = citizen.device.put("/card", {"bank_code": "103", "card_number": GOOD})
    finally:
        hall.outside.mend("bank.card_checks")
    refused(reply, 422 if mode == "fail" else 409, "card_refused" if mode == "fail" else "bank_silent")
    assert citizen.device.get("/card").body == before


@pytest.mark.feature("W-31")
@pytest.mark.parametrize("number", ["12", "62 91", "六二二二", "6291030000009900017x"])
def test_a_number_that_is_no_card(hall: JourneyHall, number: str) -> None:
    device = hall.citizen("home_owner").device
    reply = device.put("/card", {"bank_code": "103", "card_number": number})
    refused(reply, 422, "fields_invalid", "#/card_number")


@pytest.mark.feature("W-30")
def test_a_card_changed_in_flight_does_not_redirect_the_payment(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    old = citizen.person["card"]["card_number"]
    hall.outside.arrange("bank.query", "down")
    hall.outside.arrange("bank.payouts", "lose_answer", times=1, card_number=old)
    try:
        number = citizen.draw("rent_quota", "1.00", SINGLE)["number"]
        assert citizen.device.put("/card", {"bank_code": "103", "card_number": GOOD}).status == 200
    finally:
        hall.outside.mend("bank.query")
    citizen.press(number, "payment-check")
    assert citizen.settled(number, "booked")["card_masked"] == mask_card(old)
    assert len(citizen.outside.payouts(number)) == 1
