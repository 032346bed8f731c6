"""Bodies no form sends: amounts, fields, kinds, sizes; each refused with its place, without effect."""

import json
from typing import Any

import pytest

from ops.demo.citizen import Citizen
from ops.demo.device import new_key
from services.common.identifiers import id_check_digit
from tests.journeys.api.asserting import CHINESE, RENTING, SINGLE, WITHOUT_WORK, refused
from tests.journeys.halls import JourneyHall

NO_CODE = "000000"


@pytest.fixture(scope="module")
def renter(hall: JourneyHall) -> Citizen:
    """A renter who never gets a bill through here."""
    return hall.somebody(RENTING)


@pytest.fixture(autouse=True)
def without_effect(renter: Citizen) -> Any:
    """Whatever is sent, no bill and no hold is left."""
    yield
    assert renter.device.get("/withdrawals").body["items"] == []
    assert renter.device.get("/account").body["held"] == "0.00"


@pytest.fixture
def form(renter: Citizen) -> dict[str, Any]:
    """A whole registration, but for a code that was never sent."""
    return renter.registration("rent_quota", "1.00", SINGLE) | {"code": NO_CODE}


@pytest.mark.parametrize("amount", ["0", "0.00", "-1", "1.234", "1e3", "abc", "", "1,00", "一百", "9" * 14])
def test_an_amount_that_is_none(renter: Citizen, form: dict[str, Any], amount: str) -> None:
    refused(renter.device.post("/withdrawals", form | {"amount": amount}), 422, "fields_invalid", "#/amount")


def test_an_amount_above_the_ceiling_names_both_and_why(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    reply = citizen.register(citizen.registration("rent_quota", "8400.01", SINGLE))
    problem = refused(reply, 422, "amount_above_ceiling", "#/amount")
    assert problem["figures"] == {"申请金额": "8400.01", "可提取额": "8400.00"}
    assert "8,400.00 元" in problem["rule"]
    assert citizen.device.get("/withdrawals").body["items"] == []


@pytest.mark.feature("W-16")
def test_a_missing_or_outdated_affidavit(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    form = citizen.registration("rent_quota", "1.00", SINGLE)
    commitment = [one for one in form["documents"] if one["code"] != "single_status_affidavit"]
    old = [one | {"version": "2019-1"} for one in form["documents"]]
    coded = form | {"code": citizen.code_for("rent_quota", "1.00")}
    for documents, code in ((commitment, "document_not_signed"), (old, "document_outdated")):
        reply = citizen.device.post("/withdrawals", coded | {"documents": documents})
        refused(reply, 422, code, "#/documents/single_status_affidavit")
    assert citizen.device.get("/withdrawals").body["items"] == []


@pytest.mark.feature("W-12")
def test_an_amount_where_the_form_has_none(hall: JourneyHall) -> None:
    citizen = hall.somebody(WITHOUT_WORK)
    shown = citizen.assessed("unemployed_two_years")
    assert (shown["allowed"], shown["amount"]) == (True, "absent")
    form = citizen.registration("unemployed_two_years") | {"amount": "1.00"}
    refused(citizen.register(form), 422, "amount_not_asked", "#/amount")
    assert citizen.device.get("/withdrawals").body["items"] == []


@pytest.mark.feature("W-17")
def test_an_id_number_with_a_wrong_check_digit(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    digits = "11010519491231002"
    wrong = digits + ("1" if id_check_digit(digits) != "1" else "2")
    details = {
        "marital_status": "married",
        "spouse_name": "甄某",
        "spouse_id_number": wrong,
        "married_on": "2020-01-01",
    }
    reply = citizen.register(citizen.registration("rent_quota", "1.00", details))
    problem = refused(reply, 422, reply.code, "#/details/spouse_id_number")
    assert "校验位" in problem["errors"][0]["detail"]
    assert wrong not in reply.text


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"bonus": "1"}, "#/bonus"),
        ({"amount": 8400}, "#/amount"),
        ({"amount": None}, "#/amount"),
        ({"details": []}, "#/details"),
        ({"documents": {"code": "x"}}, "#/documents"),
        ({"documents": [{"code": "withdrawal_commitment", "version": "1", "seal": 1}]}, "#/documents/0/seal"),
        ({"reason": ["rent_quota"]}, "#/reason"),
        ({"reason": "../etc"}, "#/reason"),
        ({"code": 123456}, "#/code"),
        ({"code": "12345"}, "#/code"),
        ({"details": {"marital_status": "\u0000"}}, "#/details"),
    ],
)
def test_unknown_fields_and_wrong_kinds(
    renter: Citizen, form: dict[str, Any], change: dict[str, Any], pointer: str
) -> None:
    reply = renter.device.post("/withdrawals", form | change)
    problem = refused(reply, 422, "fields_invalid")
    assert problem["errors"][0]["pointer"].startswith(pointer)
    assert CHINESE.search(problem["errors"][0]["detail"])


def test_an_unknown_detail_is_refused(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    form = citizen.registration("rent_quota", "1.00", SINGLE)
    reply = citizen.register(form | {"details": SINGLE | {"favourite": "tea"}})
    refused(reply, 422, reply.code, "#/details/favourite")


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b'{"reason": "rent_quota",', "application/json", 400, "bad_request"),
        (b"\xff\xfe", "application/json", 400, "bad_request"),
        (b"", "application/json", 400, "bad_request"),
        (b"[]", "application/json", 422, "fields_invalid"),
        (b"null", "application/json", 422, "fields_invalid"),
        (b"reason=rent_quota", "application/x-www-form-urlencoded", 415, "content_not_json"),
        (b"<a/>", "application/xml", 415, "content_not_json"),
        (json.dumps({"reason": "x" * 10_000_000}).encode(), "application/json", 413, "body_too_large"),
    ],
)
def test_content_that_is_no_form(renter: Citizen, content: bytes, kind: str, status: int, code: str) -> None:
    headers = {"Content-Type": kind, "Idempotency-Key": new_key()}
    refused(renter.device.send("POST", "/withdrawals", data=content, headers=headers), status, code)


def test_ten_megabytes_without_a_length(renter: Citizen) -> None:
    def pieces() -> Any:
        yield from (b" " * 100_000 for _ in range(100))

    headers = {"Content-Type": "application/json", "Idempotency-Key": new_key()}
    reply = renter.device.send("POST", "/withdrawals", data=pieces(), headers=headers)
    refused(reply, 413, "body_too_large")


@pytest.mark.parametrize("key", ["", "a b", "键", "x" * 256])
def test_a_write_without_a_usable_key(renter: Citizen, form: dict[str, Any], key: str) -> None:
    headers = {"Idempotency-Key": key.encode()}
    refused(
        renter.device.send("POST", "/withdrawals", json=form, headers=headers), 400, "idempotency_key_missing"
    )


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": "x"}, {"from_on": "yesterday"}, {"cursor": "stolen"}, {"who": 1}]
)
def test_a_question_asked_wrongly(renter: Citizen, query: dict[str, Any]) -> None:
    reply = renter.device.get("/withdrawals", **query)
    assert reply.status in (400, 422)
    refused(reply, reply.status, reply.code)


@pytest.mark.parametrize(
    "path", ["/withdrawals/W1", "/withdrawals/W20261122999999", "/withdrawal-reasons/lottery", "/nothing"]
)
def test_what_does_not_exist(renter: Citizen, path: str) -> None:
    reply = renter.device.get(path)
    refused(reply, 404, reply.code)
