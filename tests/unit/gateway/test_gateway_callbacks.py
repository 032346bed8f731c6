"""Providers' reports reach the service that hears them exactly as they came, whoever sends them."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.callbacks import RECEIVERS
from gateway.revocations import Revocations
from gateway.settings import GatewaySettings
from services.common.callbacks import BODY_CHARACTERS
from services.common.errors import Forbidden, Unavailable, Unknown
from tests.unit.gateway.answering import AnsweringBus
from tests.unit.gateway.narrowing import narrow

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
        (SIGNED, b"\x01", 403),
        (SIGNED | {"X-Signature": "a" * 63 + "\x7f"}, BODY, 403),
        (SIGNED | {"X-Timestamp": "1\x01"}, BODY, 403),
        (SIGNED, b"{" + b" " * BODY_CHARACTERS + b"}", 413),
    ],
)
def test_what_cannot_be_a_report_reaches_no_service(
    client: FlaskClient, bus: AnsweringBus, provider: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    assert tell(client, provider, headers, body).status_code == status
    assert bus.asked == []


def test_rubbish_counts_for_its_sender_and_takes_nothing_of_the_providers(
    settings: GatewaySettings, app: Flask, revocations: Revocations, bus: AnsweringBus, provider: str
) -> None:
    client = narrow(settings, app, revocations, callbacks_per_minute=3, rubbish_per_minute=2)
    bus.answers[name(provider)] = Forbidden("callback_not_genuine", "无效。")
    rubbish = [told_from("203.0.113.9", client, provider) for _ in range(2)]
    malformed = [told_from("203.0.113.10", client, provider, headers={}) for _ in range(2)]
    unreadable = [told_from("203.0.113.12", client, provider, body=b"\x01") for _ in range(2)]
    senders = ("203.0.113.9", "203.0.113.10", "203.0.113.12")
    stopped = [told_from(sender, client, provider) for sender in senders]
    assert (rubbish, malformed, unreadable, stopped) == ([403] * 2, [403] * 2, [403] * 2, [429] * 3)
    assert len(bus.asked) == 2
    bus.answers[name(provider)] = {"received": True}
    genuine = [told_from("203.0.113.11", client, provider) for _ in range(4)]
    assert genuine == [200, 200, 200, 429]


def told_from(sender: str, client: FlaskClient, provider: str, body: bytes = BODY, **how: Any) -> int:
    told = {"method": "POST", "headers": SIGNED, "content_type": "application/json"} | how
    whence = {"REMOTE_ADDR": sender}
    path = f"/callbacks/{provider}"
    return client.open(path, data=body, environ_overrides=whence, **told).status_code


@pytest.mark.parametrize(("method", "below"), [("POST", "/nothing"), ("GET", ""), ("OPTIONS", "")])
def test_what_is_no_report_takes_nothing_of_the_providers(
    settings: GatewaySettings,
    app: Flask,
    revocations: Revocations,
    bus: AnsweringBus,
    provider: str,
    method: str,
    below: str,
) -> None:
    client = narrow(settings, app, revocations, callbacks_per_minute=2, anonymous_per_minute=3)
    anything = [told_from("203.0.113.9", client, provider + below, method=method) for _ in range(4)]
    assert (anything[-1], 429 in anything[:3]) == (429, False)
    bus.answers[name(provider)] = {"received": True}
    assert [told_from("203.0.113.9", client, provider) for _ in range(3)] == [200, 200, 429]
