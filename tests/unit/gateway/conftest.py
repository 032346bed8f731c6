"""A gateway whose bus is answered by the test itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import OKPKey

from gateway.application import create_app
from gateway.calls import Calls
from gateway.cursors import Cursors
from gateway.hall import Hall
from gateway.revocations import Revocations
from gateway.sessions import Sessions
from gateway.settings import GatewaySettings
from services.common import subject
from services.common.clock import technical_now
from services.common.subject import Subject, sign_subject
from tests.unit.gateway.answering import FUND_NUMBER, AnsweringBus, TokenOf


@pytest.fixture(scope="session", autouse=True)
def _token_keys() -> Iterator[None]:
    pair = OKPKey.generate_key("Ed25519")
    patch = pytest.MonkeyPatch()
    for name, private in (("TOKEN_PRIVATE_KEY", True), ("TOKEN_PUBLIC_KEY", False)):
        patch.setenv(name, json.dumps(pair.as_dict(private=private)))
    subject._key.cache_clear()
    subject._verified.cache_clear()
    yield
    subject._key.cache_clear()
    subject._verified.cache_clear()
    patch.undo()


@pytest.fixture(scope="session")
def settings() -> GatewaySettings:
    return GatewaySettings(
        host="127.0.0.1",
        port=0,
        broker_url="amqp://gateway:none@127.0.0.1:1/hall",
        operation_key=b"operation key of a test",
        cursor_key=b"cursor key of a test",
        cookie_secure=False,
        rehearsal=True,
        hosts=frozenset({"localhost"}),
    )


@dataclass(frozen=True)
class Made:
    """One application for all tests: making its document takes longer than most of them."""

    app: Flask
    bus: AnsweringBus
    revocations: Revocations


@pytest.fixture(scope="session")
def _made(settings: GatewaySettings) -> Made:
    bus, revocations = AnsweringBus(), Revocations(3600)
    hall = Hall(Calls(bus, settings.operation_key), Cursors(settings.cursor_key))
    sessions = Sessions(revocations, secure=settings.cookie_secure)
    return Made(create_app(settings, hall, sessions, {"broker": lambda: True}), bus, revocations)


@pytest.fixture
def bus(_made: Made) -> AnsweringBus:
    _made.bus.asked.clear()
    _made.bus.answers.clear()
    return _made.bus


@pytest.fixture(autouse=True)
def revocations(_made: Made) -> Iterator[Revocations]:
    _made.revocations.loaded = True
    yield _made.revocations
    _made.revocations._ended.clear()


@pytest.fixture
def app(_made: Made) -> Flask:
    return _made.app


@pytest.fixture
def client(app: Flask, bus: AnsweringBus) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def token_of() -> TokenOf:
    def token(role: str = "citizen", *, person: str = FUND_NUMBER, session: str = "s1", **more: Any) -> str:
        now = int(technical_now())
        life = {"issued_at": now, "expires_at": now + more.pop("life_s", 600)}
        return sign_subject(Subject(id=person, role=role, session_id=session, **life | more))

    return token


@pytest.fixture
def citizen(token_of: TokenOf) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of()}"}


@pytest.fixture
def writing(citizen: dict[str, str]) -> dict[str, str]:
    return citizen | {"Idempotency-Key": "key-1"}
