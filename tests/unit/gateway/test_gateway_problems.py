"""Whatever goes otherwise is a problem document with a Chinese sentence, a code and a trace number."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.calls import Missing
from services.common.errors import Fault, Invalid, Refusal, TooMany, Unknown
from tests.unit.gateway.answering import AnsweringBus

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "errors", "trace_id"}
REGISTRATION = {"reason": "rent", "amount": "8400.00", "code": "123456"}
BAD_BODIES: list[tuple[dict[str, Any], str]] = [
    ({"reason": "rent"}, "#/code"),
    (REGISTRATION | {"amount": "-1"}, "#/amount"),
    (REGISTRATION | {"amount": "0"}, "#/amount"),
    (REGISTRATION | {"amount": "0.00"}, "#/amount"),
    (REGISTRATION | {"amount": "1.001"}, "#/amount"),
    (REGISTRATION | {"amount": 8400}, "#/amount"),
    (REGISTRATION | {"amount": "8400\n"}, "#/amount"),
    (REGISTRATION | {"amount": None}, "#/amount"),
    (REGISTRATION | {"surprise": 1}, "#/surprise"),
    (REGISTRATION | {"details": {"spouse_amount": 1.5}}, "#/details"),
    (REGISTRATION | {"details": []}, "#/details"),
    (REGISTRATION | {"details": {"a": {"b": {"c": {"d": 1}}}}}, "#/details"),
    (REGISTRATION | {"documents": [{"code": "affidavit"}]}, "#/documents/0/version"),
    (REGISTRATION | {"documents": "x"}, "#/documents"),
    (REGISTRATION | {"code": "12345"}, "#/code"),
    (REGISTRATION | {"reason": "rent\x00"}, "#/reason"),
]


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/problem+json"
    body: dict[str, Any] = response.get_json()
    assert body.keys() >= MEMBERS
    assert (body["status"], body["code"]) == (status, code)
    assert body["trace_id"] == response.headers["X-Trace-Id"]
    return body


@pytest.mark.parametrize(("body", "pointer"), BAD_BODIES)
def test_a_wrong_member_is_pointed_at(
    client: FlaskClient, writing: dict[str, str], bus: AnsweringBus, body: dict[str, Any], pointer: str
) -> None:
    found = problem(client.post("/api/v1/withdrawals", json=body, headers=writing), 422, "fields_invalid")
    assert pointer in {error["pointer"] for error in found["errors"]}
    assert bus.asked == []


def test_a_body_that_is_no_object_is_pointed_at_as_a_whole(
    client: FlaskClient, writing: dict[str, str]
) -> None:
    found = problem(client.post("/api/v1/withdrawals", json=[1], headers=writing), 422, "fields_invalid")
    assert found["errors"][0]["pointer"] == "#"


def test_broken_json_is_a_bad_request(client: FlaskClient, writing: dict[str, str]) -> None:
    response = client.post(
        "/api/v1/withdrawals", data=b'{"reason":', headers=writing, content_type="application/json"
    )
    problem(response, 400, "bad_request")


def test_another_content_type_is_refused(client: FlaskClient, writing: dict[str, str]) -> None:
    response = client.post(
        "/api/v1/withdrawals", data=b"reason=rent", headers=writing, content_type="text/plain"
    )
    problem(response, 415, "content_not_json")


@pytest.mark.failure("N17")
def test_a_body_too_large_is_refused_unread(client: FlaskClient, writing: dict[str, str]) -> None:
    huge = b'{"reason": "' + b"x" * 10_000_000 + b'"}'
    response = client.post("/api/v1/withdrawals", data=huge, headers=writing, content_type="application/json")
    problem(response, 413, "body_too_large")


def test_a_body_too_large_is_refused_where_none_is_asked_for(
    client: FlaskClient, writing: dict[str, str]
) -> None:
    response = client.post(
        "/api/v1/withdrawals/W20261122000001/payment", data=b"x" * 100_000, headers=writing
    )
    problem(response, 413, "body_too_large")


@pytest.mark.failure("N17")
def test_a_body_too_large_of_unannounced_length_is_refused(
    client: FlaskClient, writing: dict[str, str]
) -> None:
    endless = {"wsgi.input": BytesIO(b" " * 10_000_000), "wsgi.input_terminated": True}
    response = client.post(
        "/api/v1/withdrawals", headers=writing, content_type="application/json", environ_overrides=endless
    )
    problem(response, 413, "body_too_large")


def test_an_unknown_address_is_not_found(client: FlaskClient) -> None:
    problem(client.get("/api/v1/nothing"), 404, "not_found")


def test_a_path_segment_of_another_form_is_not_found(client: FlaskClient, citizen: dict[str, str]) -> None:
    problem(client.get("/api/v1/withdrawals/W%20%27OR%271", headers=citizen), 404, "not_found")


def test_a_number_no_bill_can_have_is_not_found(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus
) -> None:
    problem(client.get("/api/v1/withdrawals/W1", headers=citizen), 404, "bill_unknown")
    assert bus.asked == []


def test_another_method_is_told_which_are_allowed(client: FlaskClient) -> None:
    response = client.patch("/api/v1/withdrawals")
    problem(response, 405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize("key", [None, "", "a b", "k" * 256, "schlüssel"])
def test_a_write_needs_a_key(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus, key: str | None
) -> None:
    headers = (
        citizen if key is None else citizen | {"Idempotency-Key": key.encode("latin-1").decode("latin-1")}
    )
    problem(
        client.post("/api/v1/withdrawals/W20261122000001/payment", headers=headers),
        400,
        "idempotency_key_missing",
    )
    assert bus.asked == []


def test_a_refusal_keeps_rule_figures_and_first_day(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus
) -> None:
    bus.answers["withdrawal.assess"] = Refusal(
        "too_soon",
        "未满一年。",
        rule="条例",
        figures={"上次": "2026-01-02"},
        passes_on=date(2027, 1, 2),
        pointer="/reason",
    )
    found = problem(client.get("/api/v1/withdrawal-reasons/rent", headers=citizen), 409, "too_soon")
    assert (found["rule"], found["figures"], found["passes_on"]) == (
        "条例",
        {"上次": "2026-01-02"},
        "2027-01-02",
    )
    assert found["errors"] == [{"pointer": "#/reason", "detail": "未满一年。"}]


def test_a_limit_says_when_to_come_back(
    client: FlaskClient, writing: dict[str, str], bus: AnsweringBus
) -> None:
    bus.answers["notify.issue_code"] = TooMany("too_many_codes", "太频繁。", retry_after_s=60)
    body = {"purpose": "withdrawal", "reason": "rent", "amount": "1"}
    response = client.post("/api/v1/verification-codes", json=body, headers=writing)
    problem(response, 429, "too_many_codes")
    assert response.headers["Retry-After"] == "60"


@pytest.mark.parametrize("silence", [Unknown("late"), Missing("deposit")])
def test_a_question_without_answer_names_the_missing_part(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus, silence: Exception
) -> None:
    bus.answers["deposit.profile"] = silence
    response = client.get("/api/v1/account", headers=citizen)
    found = problem(response, 503, "service_missing")
    assert found["missing"] == ["deposit"]
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.failure("N16")
@pytest.mark.parametrize(
    "bug", [Fault("abc"), RuntimeError("id_number 370200199001011234 postgresql://u:p@h")]
)
def test_a_bug_shows_a_trace_number_and_nothing_else(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus, bug: Exception
) -> None:
    bus.answers["deposit.profile"] = bug
    response = client.get("/api/v1/account", headers=citizen)
    problem(response, 500, "internal_error")
    assert "3702001990" not in response.get_data(as_text=True)
    assert "postgresql" not in response.get_data(as_text=True)


def test_an_invalid_value_found_by_a_service_is_pointed_at_too(
    client: FlaskClient, writing: dict[str, str], bus: AnsweringBus
) -> None:
    bus.answers["deposit.bind_card"] = Invalid("card_not_allowed", "不是一类卡。", pointer="/card_number")
    body = {"bank_code": "ICBC", "card_number": "6222020000000000"}
    found = problem(client.put("/api/v1/card", json=body, headers=writing), 422, "card_not_allowed")
    assert found["errors"][0]["pointer"] == "#/card_number"
