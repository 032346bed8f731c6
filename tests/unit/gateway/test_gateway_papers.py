"""Slips and verification over the API: which service is asked, what an answer that does not come means."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.common.errors import NotFound, TooMany, Unknown, WrongState
from tests.unit.gateway.answering import AnsweringBus
from tests.unit.gateway.pages.paper_double import CODE, a_slip

PAPER = {"code": CODE, "tail": "0001"}
UNKNOWN = NotFound("paper_not_verified", "没有查到。")
TOLD = {"kind": "slip", "number": "RW20261122000001", "name_masked": "甄**", "amount_fen": 840000}


def verify(client: FlaskClient) -> Any:
    return client.post("/api/v1/verifications", json=PAPER, headers={"Idempotency-Key": "k"})


@pytest.mark.parametrize(
    ("number", "service"),
    [
        ("W20261122000001", "withdrawal"),
        ("C20261122000001", "deposit"),
        ("T20261122000001", "deposit"),
        ("F20261122000001", "deposit"),
    ],
)
def test_a_slip_is_asked_of_the_service_that_keeps_the_bill(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus, number: str, service: str
) -> None:
    bus.answers[f"{service}.make_slip"] = {"number": f"R{number}", "amount_fen": 840000}
    for _ in range(2):
        answer = client.get(f"/api/v1/slips/{number}", headers=citizen)
        assert (answer.status_code, answer.get_json()["amount"]) == (200, "8400.00")
    keys = {one.op_id for one in bus.asked}
    assert (len(bus.asked), len(keys)) == (2, 1), "asking again is the same operation"


@pytest.mark.parametrize("number", ["A20261122000001", "W1", "W2026112200000x", "w20261122000001"])
def test_what_no_bill_is_called_asks_nobody(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus, number: str
) -> None:
    answer = client.get(f"/api/v1/slips/{number}", headers=citizen)
    assert (answer.status_code, answer.get_json()["code"], bus.asked) == (404, "bill_unknown", [])


def test_a_slip_without_an_answer_in_time_may_be_asked_for_again(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus
) -> None:
    bus.answers["withdrawal.make_slip"] = Unknown("late")
    answer = client.get("/api/v1/slips/W20261122000001", headers=citizen)
    assert (answer.status_code, answer.get_json()["missing"]) == (503, ["withdrawal"])


def test_a_bill_that_is_not_booked_says_where_it_stands(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus
) -> None:
    bus.answers["withdrawal.make_slip"] = WrongState("slip_not_yet", "该单据目前为“支付完成”。")
    for path in ("/api/v1/slips/W20261122000001", "/api/v1/slips/W20261122000001/pdf"):
        answer = client.get(path, headers=citizen)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "slip_not_yet")


def test_the_file_is_a_download_that_nobody_keeps(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus
) -> None:
    bus.answers["withdrawal.make_slip"] = a_slip()
    answer = client.get("/api/v1/slips/W20261122000007/pdf", headers=citizen)
    client.application.extensions["press"].stop()
    assert (answer.status_code, answer.mimetype, answer.data[:4]) == (200, "application/pdf", b"%PDF")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="slip-RW20261122000007.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/api/v1/slips/W20261122000001", "/api/v1/slips/W20261122000001/pdf"])
def test_nobody_gets_a_slip_without_a_session(client: FlaskClient, bus: AnsweringBus, path: str) -> None:
    assert (client.get(path).status_code, bus.asked) == (401, [])


@pytest.mark.parametrize("service", ["deposit", "withdrawal"])
def test_a_paper_is_found_with_whoever_has_made_it(
    client: FlaskClient, bus: AnsweringBus, service: str
) -> None:
    bus.answers |= {"deposit.verify_paper": UNKNOWN, "withdrawal.verify_paper": UNKNOWN}
    bus.answers[f"{service}.verify_paper"] = TOLD
    answer = verify(client)
    assert (answer.status_code, answer.get_json()["amount"]) == (200, "8400.00")


def test_a_paper_is_none_of_ours_only_when_everybody_says_so(client: FlaskClient, bus: AnsweringBus) -> None:
    bus.answers |= {"deposit.verify_paper": UNKNOWN, "withdrawal.verify_paper": UNKNOWN}
    assert (verify(client).status_code, len(bus.asked)) == (404, 2)
    for silent in ("deposit", "withdrawal"):
        bus.answers |= {"deposit.verify_paper": UNKNOWN, "withdrawal.verify_paper": UNKNOWN}
        bus.answers[f"{silent}.verify_paper"] = Unknown("late")
        answer = verify(client)
        assert (answer.status_code, answer.get_json()["missing"]) == (503, [silent])


def test_a_paper_is_found_while_another_service_is_away(client: FlaskClient, bus: AnsweringBus) -> None:
    bus.answers |= {"deposit.verify_paper": Unknown("late"), "withdrawal.verify_paper": TOLD}
    assert verify(client).status_code == 200


def test_who_has_asked_too_often_is_not_passed_on(client: FlaskClient, bus: AnsweringBus) -> None:
    too_many = TooMany("verifications_by_address", "核验过于频繁。", retry_after_s=60)
    bus.answers |= {"deposit.verify_paper": too_many, "withdrawal.verify_paper": TOLD}
    assert (verify(client).status_code, len(bus.asked)) == (429, 1)
