"""Sessions of pages: they go on while somebody is at work, and never beyond what auth allows."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.calls import Missing, Outstanding
from services.common.errors import Fault, Unauthenticated
from services.common.subject import verify_subject
from tests.unit.gateway.pages.conftest import token_of
from tests.unit.gateway.pages.hall_double import HallDouble

HALF_USED_S = 1801


@pytest.fixture(autouse=True)
def _unpaused(app: Flask) -> None:
    app.extensions["entrance"]._renewals._paused_until = 0.0


def browser(app: Flask, role: str, *, age_s: int, restricted: bool = False) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", token_of(role, age_s=age_s, restricted=restricted))
    return client


def kept(client: FlaskClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def csrf_of(text: str) -> str:
    proof = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert proof is not None
    return proof[1]


def renewals(hall: HallDouble) -> list[str]:
    return [said for name, said in hall.said if name == "renew"]


@pytest.mark.parametrize(("role", "page"), [("citizen", "/account"), ("clerk", "/staff/counter")])
def test_a_page_renews_a_session_more_than_half_used(
    app: Flask, hall: HallDouble, role: str, page: str
) -> None:
    client = browser(app, role, age_s=HALF_USED_S)
    before = verify_subject(kept(client))
    assert client.get(page).status_code == 200
    after = verify_subject(kept(client))
    assert after.expires_at >= before.expires_at + HALF_USED_S
    assert (after.id, after.role, after.session_id) == (before.id, before.role, before.session_id)
    assert client.get(page).status_code == 200
    assert len(renewals(hall)) == 1


def test_a_fresh_session_is_left_alone(app: Flask, hall: HallDouble) -> None:
    client = browser(app, "citizen", age_s=1700)
    assert "Set-Cookie" not in client.get("/account").headers
    assert renewals(hall) == []


def test_pages_opened_at_once_renew_by_one_key(app: Flask, hall: HallDouble) -> None:
    token = token_of("citizen", age_s=HALF_USED_S)
    for page in ("/account", "/withdrawals", "/messages"):
        client = app.test_client()
        client.set_cookie("session", token)
        client.get(page)
    assert len(renewals(hall)) == 3
    assert len(set(renewals(hall))) == 1


def test_leaving_is_not_undone_by_a_renewal(app: Flask, hall: HallDouble) -> None:
    client = browser(app, "citizen", age_s=0)
    proof = csrf_of(client.get("/account").text)
    client.set_cookie("session", token_of("citizen", age_s=HALF_USED_S))
    assert client.post("/logout", data={"csrf_token": proof, "key": "k"}).status_code == 303
    assert client.get_cookie("session") is None
    assert renewals(hall) == []


def test_an_ended_session_stays_ended(app: Flask, hall: HallDouble) -> None:
    hall.refusing["renew"] = Unauthenticated("session_over", "登录已结束，请重新登录。")
    client = browser(app, "citizen", age_s=HALF_USED_S)
    token = kept(client)
    assert client.get("/account").status_code == 200
    assert kept(client) == token


@pytest.mark.parametrize("silence", [Missing("auth"), Outstanding("auth-1"), Fault("trace")])
def test_a_silent_auth_holds_up_one_page_and_no_more(
    app: Flask, hall: HallDouble, silence: Exception
) -> None:
    tried = []

    def renew(*_: object, seconds: float) -> dict[str, str]:
        tried.append(seconds)
        raise silence

    hall.renew = renew  # type: ignore[method-assign]
    client = browser(app, "citizen", age_s=HALF_USED_S)
    assert [client.get(page).status_code for page in ("/account", "/withdrawals")] == [200, 200]
    assert tried == [1.0]


def test_an_unfinished_login_is_not_prolonged(app: Flask, hall: HallDouble) -> None:
    client = browser(app, "clerk", age_s=HALF_USED_S, restricted=True)
    assert client.get("/staff/setup").status_code == 200
    assert renewals(hall) == []


def test_a_picture_or_the_api_renews_nothing(app: Flask, hall: HallDouble) -> None:
    client = browser(app, "citizen", age_s=HALF_USED_S)
    for path in ("/static/mark.svg", "/api/v1/account"):
        with client.get(path) as answer:
            assert "session=" not in str(answer.headers.getlist("Set-Cookie"))
    assert renewals(hall) == []
