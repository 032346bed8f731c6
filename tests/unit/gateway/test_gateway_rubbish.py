"""Rubbish in addresses, queries, forms, JSON and cookies is refused or not found, and is never an error."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule, UnicodeConverter

from gateway.entrance import csrf_token
from gateway.pages.steps import StepsCookie
from gateway.revocations import Revocations
from gateway.settings import GatewaySettings
from services.common.permissions import ROLES
from tests.unit.gateway.answering import AnsweringBus, TokenOf
from tests.unit.gateway.narrowing import narrow

GATEWAY = Path(__file__).parents[3] / "gateway"
RUBBISH = {
    "nul": "a\0b",
    "long": "x" * 5000,
    "beyond any float": "9" * 400,
    "half a character": "\ud800",
}
STAND_INS = {"segment": "W20261122000001", "login": "li.na", "path": "hall.css"}
STEPS = ("opening", "first_visit", "applicant", "told")
SAFE = {"GET", "HEAD", "OPTIONS"}
ARGUMENT = re.compile(r"<(?:any\((?P<choices>[^)]*)\)|(?P<converter>\w+)):\w+>")
MANY = 10**9


def by_bytes(value: str) -> bytes:
    return value.encode(errors="surrogatepass")


def names_of(folder: str, pattern: str, expression: str) -> list[str]:
    texts = [path.read_text() for path in sorted((GATEWAY / folder).rglob(pattern))]
    return sorted({name for text in texts for name in re.findall(expression, text)})


INPUTS = names_of("templates", "*.html", r'name="([a-z_]+)"')
ASKED = [*names_of("pages", "*.py", r'args\.get\("([a-z_]+)"'), "cursor", "from_on", "to_on", "limit"]


@pytest.fixture
def browser(
    settings: GatewaySettings, app: Flask, revocations: Revocations, bus: AnsweringBus
) -> Iterator[FlaskClient]:
    """A browser at a gateway that counts nothing."""
    limits = ("anonymous_per_minute", "person_per_minute", "captchas_per_minute", "callbacks_per_minute")
    client = narrow(settings, app, revocations, rubbish_per_minute=MANY, **dict.fromkeys(limits, MANY))
    yield client
    client.application.extensions["press"].stop()


def address(rule: Rule, value: str | None) -> str:
    """The address of a route, with `value` for each of its arguments, else with what could stand there."""

    def put(found: re.Match[str]) -> str:
        if found["choices"]:
            return found["choices"].split("'")[1]
        return STAND_INS[found["converter"]] if value is None else quote(by_bytes(value))

    return ARGUMENT.sub(put, rule.rule)


def members(app_document: dict[str, Any], rule: Rule, method: str) -> list[str]:
    """The members of the JSON body that the document promises for a route."""
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
    operation = app_document["paths"].get(path, {}).get(method.lower(), {})
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return list(app_document["components"]["schemas"].get(name, {}).get("properties", {}))


def requests(rules: list[Rule], document: dict[str, Any], value: str) -> Iterator[dict[str, Any]]:
    """Each route with rubbish for its arguments, and each with rubbish for all that it may be sent."""
    query = urlencode({name: by_bytes(value) for name in ASKED})
    form = urlencode({name: by_bytes(value) for name in INPUTS}).encode()
    for rule in rules:
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.arguments:
                yield {"path": address(rule, value), "method": method}
            sent: dict[str, Any] = {"path": address(rule, None), "method": method}
            if method in SAFE:
                yield sent | {"query_string": query}
            elif rule.rule.startswith(("/api/", "/callbacks/")):
                body = dict.fromkeys(members(document, rule, method), "RUBBISH")
                text = orjson.dumps(body).replace(b"RUBBISH", _in_json(value))
                yield sent | {"data": text, "content_type": "application/json"}
            else:
                yield sent | {"data": form, "content_type": "application/x-www-form-urlencoded"}


def _in_json(value: str) -> bytes:
    return b"\\ud800" if value == "\ud800" else orjson.dumps(value)[1:-1]


@pytest.mark.parametrize("role", ["", "citizen", *(role.code for role in ROLES)])
def test_no_rubbish_is_an_error(browser: FlaskClient, token_of: TokenOf, role: str) -> None:
    staff = role not in ("", "citizen")
    rules = [rule for rule in browser.application.url_map.iter_rules() if ("/staff" in rule.rule) == staff]
    document = browser.get("/openapi.json").get_json()
    if role:
        browser.set_cookie("session", token_of(role, edition="" if staff else "professional"))
    with browser:
        browser.get("/staff" if staff else "/login/normal")
        proof = {"X-CSRF-Token": csrf_token(), "Idempotency-Key": "key-1"}
    wrong = []
    for kind, value in RUBBISH.items():
        for name in STEPS:
            browser.set_cookie(name, by_bytes(value)[:4000].decode("latin-1"))
        for asked in requests(rules, document, value):
            code = browser.open(headers=proof, **asked).status_code
            if code >= 500:
                wrong.append((code, kind, asked["method"], asked["path"][:80]))
    assert wrong == []


@pytest.mark.parametrize("name", ["opening", "first_visit", "applicant"])
def test_a_cookie_of_steps_is_bound_to_this_host_where_cookies_are_secure(
    settings: GatewaySettings, app: Flask, revocations: Revocations, name: str
) -> None:
    secure = narrow(settings, app, revocations, cookie_secure=True).application
    with secure.test_request_context(headers={"Cookie": f"{name}=planted; __Host-{name}=5e0b"}):
        cookie, response = StepsCookie(name), secure.response_class()
        assert cookie.held() == "5e0b"
        cookie.keep(response, "5e0b")
        cookie.drop(response)
    kept, dropped = response.headers.getlist("Set-Cookie")
    assert kept.startswith(f"__Host-{name}=5e0b;") and dropped.startswith(f"__Host-{name}=;")
    for said in (kept, dropped):
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(said.split("; "))
        assert "Domain" not in said


def test_every_route_says_what_may_stand_in_its_address(app: Flask) -> None:
    bare = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if any(type(converter) is UnicodeConverter for converter in rule._converters.values())
    ]
    assert bare == []


@pytest.mark.parametrize("name", ["opening", "first_visit", "applicant"])
@pytest.mark.parametrize("held", ["a\0b", "a b", "", "x" * 81])
def test_a_cookie_of_steps_holds_a_number_or_nothing(app: Flask, name: str, held: str) -> None:
    with app.test_request_context(headers={"Cookie": f'{name}="{held}"'.replace("\0", "\\000")}):
        assert StepsCookie(name).held() == ""
    with app.test_request_context(headers={"Cookie": f"{name}=5e0b"}):
        assert StepsCookie(name).held() == "5e0b"
