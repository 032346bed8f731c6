"""Writes: keys bound to persons, unknown outcomes, codes checked before anything is registered."""

import pytest
from flask.testing import FlaskClient

from services.common.errors import Refusal, Unavailable, Unknown
from services.common.request import digest_of
from tests.unit.gateway.answering import AnsweringBus, TokenOf

REGISTRATION = {
    "reason": "rent",
    "amount": "8400.00",
    "details": {"marital_status": "single"},
    "documents": [{"code": "single_status_affidavit", "version": "2026-1"}],
    "code": "123456",
}
BILL = {"number": "W20261122000001", "reason": "rent", "state": "registered", "amount_fen": 840000}


@pytest.fixture
def ready(bus: AnsweringBus) -> AnsweringBus:
    bus.answers |= {"notify.check_code": {"receipt": "signed"}, "withdrawal.register": BILL}
    return bus


@pytest.mark.feature("N-08", "W-05", "W-20")
def test_a_registration_carries_fen_and_the_receipt_of_its_code(
    client: FlaskClient, writing: dict[str, str], ready: AnsweringBus
) -> None:
    response = client.post("/api/v1/withdrawals", json=REGISTRATION, headers=writing)
    assert (response.status_code, response.headers["Location"]) == (
        201,
        f"/api/v1/withdrawals/{BILL['number']}",
    )
    assert response.get_json()["amount"] == "8400.00"
    sent = ready.question("withdrawal.register").arguments
    assert (sent["amount_fen"], sent["receipt"]) == (840000, "signed")
    assert "code" not in sent and "amount" not in sent


@pytest.mark.feature("N-08")
def test_the_code_is_issued_and_checked_for_this_reason_and_amount(
    client: FlaskClient, writing: dict[str, str], ready: AnsweringBus
) -> None:
    ready.answers["notify.issue_code"] = {"sent": True, "expires_at": "", "next_at": ""}
    wish = {"purpose": "withdrawal", "reason": "rent", "amount": "8400"}
    assert client.post("/api/v1/verification-codes", json=wish, headers=writing).status_code == 201
    client.post("/api/v1/withdrawals", json=REGISTRATION, headers=writing)
    wanted = digest_of({"reason": "rent", "amount_fen": 840000})
    for name in ("notify.issue_code", "notify.check_code"):
        assert ready.question(name).arguments["digest"] == wanted


def test_a_wrong_code_registers_nothing(
    client: FlaskClient, writing: dict[str, str], ready: AnsweringBus
) -> None:
    ready.answers["notify.check_code"] = Refusal("code_wrong", "验证码不正确。", pointer="/code")
    assert client.post("/api/v1/withdrawals", json=REGISTRATION, headers=writing).status_code == 409
    assert [question.service for question in ready.asked] == ["notify"]


def test_a_code_check_without_answer_is_missing_and_not_unknown(
    client: FlaskClient, writing: dict[str, str], ready: AnsweringBus
) -> None:
    ready.answers["notify.check_code"] = Unknown("late")
    response = client.post("/api/v1/withdrawals", json=REGISTRATION, headers=writing)
    assert (response.status_code, response.get_json()["missing"]) == (503, ["notify"])


@pytest.mark.failure("N7")
def test_an_unknown_outcome_is_accepted_and_can_be_looked_up(
    client: FlaskClient, writing: dict[str, str], citizen: dict[str, str], ready: AnsweringBus
) -> None:
    ready.answers["withdrawal.register"] = Unknown("late")
    response = client.post("/api/v1/withdrawals", json=REGISTRATION, headers=writing)
    assert (response.status_code, response.get_json()["state"]) == (202, "unknown")
    ready.answers["withdrawal.operation"] = {"state": "done", "answer": BILL}
    found = client.get(response.headers["Location"], headers=citizen).get_json()
    assert found["op_id"] == ready.question("withdrawal.register").op_id
    assert found["answer"]["amount"] == "8400.00"


def test_a_write_that_was_never_sent_is_not_called_unknown(
    client: FlaskClient, writing: dict[str, str], bus: AnsweringBus
) -> None:
    bus.answers["withdrawal.pay"] = Unavailable("withdrawal")
    response = client.post("/api/v1/withdrawals/W20261122000001/payment", headers=writing)
    assert (response.status_code, response.get_json()["missing"]) == (503, ["withdrawal"])


def test_an_operation_of_no_service_is_not_found(client: FlaskClient, citizen: dict[str, str]) -> None:
    assert client.get("/api/v1/operations/bank-1234", headers=citizen).status_code == 404


@pytest.mark.failure("N1")
def test_a_repeat_is_the_same_operation_and_another_body_is_told_apart(
    client: FlaskClient, writing: dict[str, str], ready: AnsweringBus
) -> None:
    for body in (REGISTRATION, REGISTRATION, REGISTRATION | {"amount": "8300"}):
        client.post("/api/v1/withdrawals", json=body, headers=writing)
    first, again, other = (one for one in ready.asked if one.method == "register")
    assert (first.op_id, first.digest) == (again.op_id, again.digest)
    assert other.op_id == first.op_id and other.digest != first.digest


def test_the_equal_key_of_another_person_is_another_operation(
    client: FlaskClient, writing: dict[str, str], token_of: TokenOf, ready: AnsweringBus
) -> None:
    other = writing | {"Authorization": f"Bearer {token_of(person='370200000002')}"}
    for headers in (writing, other):
        client.post("/api/v1/withdrawals", json=REGISTRATION, headers=headers)
    mine, theirs = (one.op_id for one in ready.asked if one.method == "register")
    assert mine != theirs


def test_the_digest_of_a_body_cannot_be_recomputed_without_the_key(
    client: FlaskClient, writing: dict[str, str], ready: AnsweringBus
) -> None:
    client.post("/api/v1/withdrawals", json=REGISTRATION, headers=writing)
    assert ready.question("withdrawal.register").digest != digest_of(REGISTRATION)


def test_a_document_changed_since_it_was_read_is_not_acted_on(
    client: FlaskClient, writing: dict[str, str], citizen: dict[str, str], bus: AnsweringBus
) -> None:
    bus.answers |= {"withdrawal.withdrawal": BILL, "withdrawal.pay": BILL | {"state": "held"}}
    tag = client.get(f"/api/v1/withdrawals/{BILL['number']}", headers=citizen).headers["ETag"]
    address = f"/api/v1/withdrawals/{BILL['number']}/payment"
    assert client.post(address, headers=writing | {"If-Match": tag}).status_code == 200
    bus.answers["withdrawal.withdrawal"] = BILL | {"state": "paid"}
    response = client.post(address, headers=writing | {"If-Match": tag})
    assert (response.status_code, response.get_json()["code"]) == (412, "document_changed")


def test_a_document_one_has_already_is_not_sent_again(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus
) -> None:
    bus.answers["withdrawal.withdrawal"] = BILL
    address = f"/api/v1/withdrawals/{BILL['number']}"
    first = client.get(address, headers=citizen)
    tag = first.headers["ETag"]
    # By a program that kept it itself: no cache on a shared computer's disk may.
    assert first.headers["Cache-Control"] == "no-store"
    response = client.get(address, headers=citizen | {"If-None-Match": tag})
    assert (response.status_code, response.data) == (304, b"")
