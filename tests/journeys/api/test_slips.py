"""业务回单 over HTTP: made once a bill is booked, ever after the same, verified by anybody who holds it."""

import pytest

from ops.demo.citizen import Citizen
from ops.demo.device import wanted
from tests.journeys.api.asserting import RENTING, SINGLE, refused
from tests.journeys.halls import JourneyHall


@pytest.fixture(scope="module")
def drawn(hall: JourneyHall) -> tuple[Citizen, str]:
    """Somebody who drew for rent, and the bill, booked."""
    citizen = hall.somebody(RENTING)
    number = str(citizen.draw("rent_quota", "12.05", SINGLE)["number"])
    citizen.settled(number, "booked")
    return citizen, number


def test_a_booked_bill_has_a_slip_that_a_stranger_verifies(
    hall: JourneyHall, drawn: tuple[Citizen, str]
) -> None:
    citizen, number = drawn
    said = wanted(citizen.device.get(f"/slips/{number}"))
    assert (said["amount"], said["capitals"]) == ("12.05", "壹拾贰元零伍分")
    assert wanted(citizen.device.get(f"/slips/{number}")) == said
    tail = citizen.person["fund_number"][-4:]
    told = wanted(hall.device().post("/verifications", {"code": said["code"], "tail": tail}))
    assert (told["kind"], told["bill_number"], told["amount"]) == ("slip", number, "12.05")
    assert told["digest"] == said["digest"]
    refused(
        hall.device().post("/verifications", {"code": said["code"], "tail": "0000"}),
        404,
        "paper_not_verified",
    )


def test_it_comes_as_a_file_and_stands_once_in_the_log(drawn: tuple[Citizen, str]) -> None:
    citizen, number = drawn
    for _ in range(2):
        file = citizen.device.get(f"/slips/{number}/pdf")
        assert (file.status, file.headers["Content-Type"], file.text[:5]) == (200, "application/pdf", "%PDF-")
        assert number in file.headers["Content-Disposition"]
    lines = wanted(citizen.device.get("/operation-log"))["items"]
    made = [line["number"] for line in lines if line["title"] == "生成提取业务回单"]
    assert made == [number]


def test_anothers_bill_has_none(hall: JourneyHall, drawn: tuple[Citizen, str]) -> None:
    other = hall.somebody(RENTING)
    for path in (f"/slips/{drawn[1]}", f"/slips/{drawn[1]}/pdf"):
        refused(other.device.get(path), 404, "no_such_bill")
        refused(hall.device().get(path), 401, "not_logged_in")


def test_a_stranger_who_asks_first_keeps_nothing_from_the_owner(hall: JourneyHall) -> None:
    owner, stranger = hall.somebody(RENTING), hall.somebody(RENTING)
    number = str(owner.draw("rent_quota", "3.00", SINGLE)["number"])
    owner.settled(number, "booked")
    refused(stranger.device.get(f"/slips/{number}"), 404, "no_such_bill")
    assert wanted(owner.device.get(f"/slips/{number}"))["amount"] == "3.00"
    refused(stranger.device.get(f"/slips/{number}"), 404, "no_such_bill")


def test_a_bill_that_is_not_booked_says_where_it_stands(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    card = citizen.person["card"]["card_number"]
    hall.outside.arrange("bank.payouts", "fail", times=1, card_number=card)
    number = citizen.draw("rent_quota", "1.00", SINGLE)["number"]
    bill = citizen.settled(number, "payment_failed")
    told = refused(citizen.device.get(f"/slips/{number}/pdf"), 409, "slip_not_yet")
    assert bill["label"] in told["detail"]
