"""短信定制 over the API: saved with a code to the right phone or not at all; messages follow."""

import secrets
from datetime import date
from typing import Any

import pytest

from ops.books.situations import Depositor, Household
from ops.demo.cast import Part
from ops.demo.citizen import Citizen
from ops.demo.device import Reply, new_key, wanted
from tests.journeys.api.asserting import DEPOSITING, RENTING, SINGLE, refused, until
from tests.journeys.halls import JourneyHall

PATH = "/sms-subscription"


def new_phone() -> str:
    """A phone that nobody has."""
    return f"1510{secrets.randbelow(10**7):07d}"


def choice(*items: str, **changes: Any) -> dict[str, Any]:
    """The items wanted, on the verified phone unless changed."""
    return {"items": list(items), "receiver": "verified", "version": 0} | changes


def code_for(hall: JourneyHall, citizen: Citizen, body: dict[str, Any], phone: str | None = None) -> str:
    """Ask for the code of a saving and read it from the phone it went to."""
    place = phone or citizen.person["phone"]
    hall.pass_time(61)
    seen = len(hall.outside.messages(place))
    reply = citizen.device.post(f"{PATH}/code", body)
    assert reply.status == 201, reply.text
    assert wanted(reply)["sent_to"] == f"{place[:3]}****{place[-4:]}"
    return hall.outside.code_after(place, seen)


def saved(hall: JourneyHall, citizen: Citizen, body: dict[str, Any], phone: str | None = None) -> Reply:
    """Save with the code."""
    return citizen.device.put(PATH, body | {"code": code_for(hall, citizen, body, phone)})


@pytest.mark.feature("N-01", "N-02", "N-03", "N-04", "N-16")
def test_items_and_phone_are_chosen_and_messages_follow(hall: JourneyHall) -> None:
    citizen, phone = hall.somebody(RENTING), new_phone()
    first = wanted(citizen.device.get(PATH))
    assert (first["version"], first["receiver"]) == (0, "verified")
    assert {item["code"] for item in first["items"] if item["fixed"]} == {"account"}
    receipt = wanted(saved(hall, citizen, choice("withdrawal", receiver="other", phone=phone), phone))
    assert receipt["removed"] and receipt["phone_masked"] == f"{phone[:3]}****{phone[-4:]}"
    assert wanted(citizen.device.get(f"{PATH}/changes/{receipt['number']}")) == receipt
    assert wanted(citizen.device.get(PATH))["receiver"] == "kept"
    hall.pass_time(61)
    bill = citizen.draw("rent_quota", "1.00", SINGLE)
    citizen.settled(bill["number"], "booked")
    texts = until(lambda: [one for one in hall.outside.messages(phone) if "记账" in one["text"]], 1)
    assert bill["number"] in texts[0]["text"]
    own = [one["text"] for one in hall.outside.messages(citizen.person["phone"])]
    assert any("短信接收手机号已变更" in text for text in own)
    assert not any(bill["number"] in text for text in own)
    until(lambda: [one for one in _messages(citizen) if one["state"] == "delivered"], 3)
    assert phone not in citizen.device.get(PATH).text + citizen.device.get("/messages").text


def _messages(citizen: Citizen) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = wanted(citizen.device.get("/messages"))["items"]
    return found


def _not_heard_of(hall: JourneyHall, number: str) -> set[str]:
    """What withdrawal has told of a bill that it paid and booked, and notify has not taken in yet."""
    asked = "SELECT message_id FROM outbox WHERE aggregate = %s AND event = ANY(%s)"
    with hall.database("withdrawal") as database:
        events = ["withdrawal.paid", "withdrawal.booked"]
        told = {row[0] for row in database.execute(asked, [f"withdrawal:{number}", events])}
    assert len(told) == len(events)
    with hall.database("notify") as database:
        asked = "SELECT message_id FROM inbox WHERE message_id = ANY(%s)"
        heard = {row[0] for row in database.execute(asked, [list(told)])}
    return told - heard


@pytest.mark.feature("N-02")
def test_what_is_taken_off_is_not_sent_and_can_be_added_again(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    wanted(saved(hall, citizen, choice("contribution")))
    hall.pass_time(61)
    bill = citizen.draw("rent_quota", "1.00", SINGLE)
    citizen.settled(bill["number"], "booked")
    until(lambda: [1] * (not _not_heard_of(hall, bill["number"])), 1, 45)
    assert not [one for one in _messages(citizen) if bill["number"] in one["text"]]
    again = wanted(saved(hall, citizen, choice("contribution", "withdrawal", version=1)))
    assert again["added"] == ["提取变动"]


@pytest.mark.feature("N-04")
def test_a_phone_that_was_never_verified_is_not_saved(hall: JourneyHall) -> None:
    citizen, phone = hall.somebody(RENTING), new_phone()
    body = choice("withdrawal", receiver="other", phone=phone)
    refused(citizen.device.put(PATH, body | {"code": "123456"}), 409, "code_not_asked", "#/code")
    own = code_for(hall, citizen, choice("withdrawal"))
    refused(citizen.device.put(PATH, body | {"code": own}), 409, "code_for_something_else", "#/code")
    code = code_for(hall, citizen, body, phone)
    other = body | {"phone": new_phone(), "code": code}
    refused(citizen.device.put(PATH, other), 409, "code_for_something_else", "#/code")
    assert wanted(citizen.device.get(PATH))["receiver"] == "verified"


def test_one_code_saves_once_and_the_same_key_again_is_the_same_saving(hall: JourneyHall) -> None:
    citizen, key = hall.somebody(DEPOSITING), new_key()
    body = choice("contribution")
    filled = body | {"code": code_for(hall, citizen, body)}
    first = citizen.device.put(PATH, filled, key)
    assert (first.status, citizen.device.put(PATH, filled, key).body) == (200, first.body)
    refused(citizen.device.put(PATH, filled), 412, "subscription_changed")
    refused(citizen.device.put(PATH, choice("base", code="123456"), key), 422, "key_reused")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"phone": "12345678901"}, "#/phone"),
        ({"phone": "１２１０００００００１"}, "#/phone"),
        ({"receiver": "everybody"}, "#/receiver"),
        ({"items": "all"}, "#/items"),
        ({"items": ["x"] * 41}, "#/items"),
        ({"items": ["Drop table"]}, "#/items/0"),
        ({"version": 1.5}, "#/version"),
        ({"version": "0"}, "#/version"),
        ({"more": 1}, "#/more"),
    ],
)
def test_what_is_not_a_choice_is_refused_where_it_is_wrong(
    hall: JourneyHall, changes: dict[str, Any], pointer: str
) -> None:
    citizen = hall.citizen("home_owner")
    body = choice("base", receiver="other", phone=new_phone()) | changes
    refused(citizen.device.post(f"{PATH}/code", body), 422, "fields_invalid", pointer)


def test_an_item_there_is_not_and_one_that_stays_are_refused(hall: JourneyHall) -> None:
    citizen = hall.citizen("home_owner")
    for code in ("gossip", "account"):
        refused(citizen.device.post(f"{PATH}/code", choice(code)), 422, "item_unknown", "#/items")


def test_nobody_reads_anothers_saving(hall: JourneyHall) -> None:
    citizen, other = hall.somebody(DEPOSITING), hall.somebody(DEPOSITING)
    number = wanted(saved(hall, citizen, choice("contribution")))["number"]
    refused(other.device.get(f"{PATH}/changes/{number}"), 404, "change_unknown")
    refused(other.device.get(f"{PATH}/changes/W20261122000001"), 404, "change_unknown")
    refused(hall.device().get(PATH), 401, "not_logged_in")


def test_the_operator_sees_how_sending_is_doing(hall: JourneyHall) -> None:
    seen = wanted(hall.operator().get("/staff/sms"))
    assert [provider["name"] for provider in seen["providers"]] == ["sms", "sms_second"]
    assert {"issued", "approved", "alarm"} == set(seen["codes"])
    refused(hall.citizen("home_owner").device.get("/staff/sms"), 403, "role_not_allowed")


def test_a_silent_provider_is_passed_by(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    hall.outside.arrange("sms.messages", "fail")
    try:
        wanted(saved(hall, citizen, choice("base")))
    finally:
        hall.outside.mend("sms.messages")


def test_an_sms_reported_as_lost_comes_by_the_second_provider(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    hall.outside.arrange("sms.messages", "undelivered")
    try:
        wanted(saved(hall, citizen, choice("base")))
    finally:
        hall.outside.mend("sms.messages")


def test_a_forged_report_changes_nothing(hall: JourneyHall) -> None:
    device = hall.device()
    device.url = device.url.removesuffix("/api/v1")
    headers = {"X-Timestamp": "1800000000", "X-Signature": "0" * 64}
    body = {"message_number": "S2026112200000001", "state": "failed"}
    reply = device.send("POST", "/callbacks/sms", json=body, headers=headers)
    refused(reply, 403, "callback_not_genuine")


def _without_agreement(household: Household, depositor: Depositor, today: date) -> bool:
    return depositor.professional_since is None and depositor.plan.closed_on is None


@pytest.mark.feature("A-03", "N-04")
def test_the_normal_edition_keeps_its_messages_and_its_password(hall: JourneyHall) -> None:
    citizen = hall.somebody(Part((), _without_agreement))
    assert wanted(citizen.device.get("/sessions"))["items"][0]["edition"] == "normal"
    receipt = wanted(saved(hall, citizen, choice("withdrawal")))
    assert "withdrawal" not in receipt["removed"]
    assert wanted(citizen.device.get(PATH))["version"] == 1
    hall.pass_time(61)
    code = citizen.take_code("/password/code")
    body = {"password": citizen.password, "new_password": "another-Lamp-28", "code": code}
    assert citizen.device.put("/password", body).status == 200
    wish = {"purpose": "withdrawal", "reason": "rent_quota", "amount": "1.00"}
    refused(citizen.device.post("/verification-codes", wish), 403, "professional_needed")
