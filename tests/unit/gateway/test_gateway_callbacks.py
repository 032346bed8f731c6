"""Providers' reports reach the service that hears them exactly as they came, whoever sends them."""

import pytest
from flask.testing import FlaskClient

from gateway.callbacks import RECEIVERS
from services.common.callbacks import BODY_CHARACTERS
from services.common.errors import Forbidden, Unavailable, Unknown
from tests.unit.gateway.answering import AnsweringBus

SIGNED = {"X-Timestamp": "1800000000", "X-Signature": "a" * 64}
BODY = b'{"order_number": "P1"}'

pytestmark = pytest.mark.parametrize("provider", sorted(RECEIVERS))


def tell(client: FlaskClient, provider: str, headers: dict[str, str] = SIGNED, body: bytes = BODY):  # type: ignore[no-untyped-def]
    return client.post(f"/callbacks/{provider}", data=body, headers=headers, content_type="application/json")


def name(provider: str) -> str:
    return f"{RECEIVERS[provider].service}.{RECEIVERS[provider].method}"


def test_a_report_is_handed_on_unchanged(client: FlaskClient, bus: AnsweringBus, provider: str) -> None:
    bus.answers[name(provider)] = {"received": True}
    answer = tell(client, provider)
    assert (answer.status_code, answer.json) == (200, {"received": True})
    asked = bus.question(name(provider))
    assert asked.arguments["body"] == BODY.decode()
    assert asked.arguments["path"] == f"/callbacks/{provider}"
    assert asked.token is None


def test_the_same_report_is_the_same_operation(client: FlaskClient, bus: AnsweringBus, provider: str) -> None:
    bus.answers[name(provider)] = {"received": True}
    tell(client, provider)
    tell(client, provider)
    tell(client, provider, SIGNED | {"X-Signature": "b" * 64})
    names = [question.op_id for question in bus.asked]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize(
    ("answer", "status"),
    [(Unknown("x"), 503), (Unavailable("x"), 503), (Forbidden("callback_not_genuine", "无效。"), 403)],
)
def test_a_report_that_was_not_taken_is_never_answered_with_200(
    client: FlaskClient, bus: AnsweringBus, provider: str, answer: Exception, status: int
) -> None:
    bus.answers[name(provider)] = answer
    assert tell(client, provider).status_code == status


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, BODY, 403),
        (SIGNED | {"X-Signature": "a" * 63}, BODY, 403),
        (SIGNED | {"X-Timestamp": "1" * 13}, BODY, 403),
        (SIGNED, b"\xff", 403),
        (SIGNED, b"{" + b" " * BODY_CHARACTERS + b"}", 413),
    ],
)
def test_what_cannot_be_a_report_reaches_no_service(
    client: FlaskClient, bus: AnsweringBus, provider: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    assert tell(client, provider, headers, body).status_code == status
    assert bus.asked == []
