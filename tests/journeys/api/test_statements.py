"""Statements over HTTP: made, found again, verified by a stranger, refused to everybody else."""

import pytest

from tests.journeys.api.asserting import DEPOSITING, refused
from tests.journeys.halls import JourneyHall


def test_a_statement_is_made_and_verified_by_a_stranger(hall: JourneyHall) -> None:
    citizen, stranger = hall.somebody(DEPOSITING), hall.device()
    made = citizen.device.post("/statements", {})
    assert made.status == 201, made.text
    said = citizen.device.get(f"/statements/{made.body['number']}").body
    assert said["closing"] == citizen.device.get("/account").body["balance"]
    assert citizen.device.get("/statements").body["items"][0]["number"] == made.body["number"]
    tail = citizen.person["fund_number"][-4:]
    told = stranger.post("/verifications", {"code": said["code"], "tail": tail})
    assert (told.status, told.body["closing"]) == (200, said["closing"])
    assert citizen.person["name"] not in told.text


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"code": "2" * 16, "tail": "0001"}, 404, "paper_not_verified"),
        ({"code": "short", "tail": "0001"}, 422, "fields_invalid"),
        ({"code": "2" * 16, "tail": "x"}, 422, "fields_invalid"),
    ],
)
def test_what_cannot_be_verified_says_so(
    hall: JourneyHall, body: dict[str, str], status: int, code: str
) -> None:
    refused(hall.device().post("/verifications", body), status, code)


def test_anothers_statement_does_not_exist(hall: JourneyHall) -> None:
    number = hall.somebody(DEPOSITING).device.post("/statements", {}).body["number"]
    refused(hall.somebody(DEPOSITING).device.get(f"/statements/{number}"), 404, "no_such_statement")


def test_the_years_end_with_the_balance(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    years = citizen.device.get("/account/years").body["items"]
    assert years[-1]["balance"] == citizen.device.get("/account").body["balance"]
