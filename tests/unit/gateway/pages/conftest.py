"""The pages around a hall without services, with real sessions and real guards."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import OKPKey

from gateway import pages
from gateway.entrance import Entrance
from gateway.pages.menu import Titles
from gateway.printing.press import Press
from gateway.problems import register_problems
from gateway.revocations import Revocations
from gateway.sessions import Sessions
from gateway.settings import GatewaySettings
from services.common import subject as subjects
from services.common.subject import Subject, sign_subject
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.markup import Markup


class Reader(FlaskClient):
    """A browser whose every page has to write days, times and amounts in the one way there is."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Ask, and read what comes."""
        answer = super().open(*args, **kwargs)
        if answer.mimetype == "text/html":
            assert Markup(answer.text).otherwise_written() == []
        return answer


def token_of(
    role: str,
    *,
    restricted: bool = False,
    edition: str = "professional",
    age_s: int = 0,
    name: str = "",
    session_id: str = "s1",
) -> str:
    """A signed token of a person in `role`, good for an hour from `age_s` ago."""
    issued_at = int(time.time()) - age_s
    person = Subject(
        id="370200000001",
        role=role,
        session_id=session_id,
        edition=edition if role == "citizen" else "",
        restricted=restricted,
        issued_at=issued_at,
        expires_at=issued_at + 3600,
        name=name,
    )
    return sign_subject(person)


def build(double: HallDouble) -> Flask:
    """An application with nothing but the door and the pages."""
    settings = GatewaySettings(
        host="127.0.0.1",
        port=0,
        broker_url="",
        operation_key=b"o" * 32,
        cursor_key=b"c" * 32,
        cookie_secure=False,
        rehearsal=True,
        url="http://hall.test",
    )
    revocations = Revocations(settings.token_lifetime_s)
    revocations.loaded = True
    app = Flask("gateway", static_folder="static", template_folder="templates")
    app.test_client_class = Reader
    app.extensions["hall"] = double
    app.extensions["press"] = Press()
    Entrance(settings, Sessions(revocations, secure=False)).register(app)
    register_problems(app)
    pages.register(app)
    double.open = token_of
    return app


@pytest.fixture(scope="session", autouse=True)
def keys() -> Iterator[None]:
    """A pair of keys for the tokens of this run."""
    with pytest.MonkeyPatch.context() as patch:
        pair = OKPKey.generate_key("Ed25519")
        patch.setenv("TOKEN_PRIVATE_KEY", json.dumps(pair.as_dict(private=True)))
        patch.setenv("TOKEN_PUBLIC_KEY", json.dumps(pair.as_dict(private=False)))
        subjects._key.cache_clear()
        yield
        subjects._key.cache_clear()


@pytest.fixture
def hall() -> HallDouble:
    """The hall behind the pages of one test."""
    return HallDouble()


@pytest.fixture(scope="session")
def house(keys: None) -> Flask:
    """One application for all tests, so that its templates are compiled once."""
    return build(HallDouble())


@pytest.fixture
def app(house: Flask, hall: HallDouble) -> Flask:
    """The pages around this test's hall."""
    house.extensions.update(hall=hall, reason_titles=Titles())
    hall.open = token_of
    return house


@pytest.fixture
def nobody(app: Flask) -> FlaskClient:
    """A browser in which nobody is logged in."""
    return app.test_client()


@pytest.fixture
def citizen(app: Flask) -> FlaskClient:
    """A browser with a citizen's session."""
    client = app.test_client()
    client.set_cookie("session", token_of("citizen"))
    return client


@pytest.fixture
def normal(app: Flask) -> FlaskClient:
    """A browser with a session of the normal edition."""
    client = app.test_client()
    client.set_cookie("session", token_of("citizen", edition="normal"))
    return client


@pytest.fixture
def supervisor(app: Flask) -> FlaskClient:
    """A browser with a supervisor's session."""
    client = app.test_client()
    client.set_cookie("session", token_of("supervisor"))
    return client


@pytest.fixture
def operator(app: Flask) -> FlaskClient:
    """A browser with an operator's session."""
    client = app.test_client()
    client.set_cookie("session", token_of("operator"))
    return client


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    """One press for all tests that print: its process is slow to start."""
    made = Press(job_s=300)
    yield made
    made.stop()


@pytest.fixture
def _press_at_work(citizen: FlaskClient, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(citizen.application.extensions, "press", press)
