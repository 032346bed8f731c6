"""Who gets in: tokens, cookies, CSRF, origins, hosts, rates and the headers that every answer carries."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.entrance import csrf_token
from gateway.revocations import Revocations
from gateway.sessions import Sessions
from gateway.settings import GatewaySettings, gateway_settings
from services.common.settings import OUTSIDE_URLS, UnsafeSettings
from tests.unit.gateway.answering import FUND_NUMBER, AnsweringBus, TokenOf
from tests.unit.gateway.narrowing import narrow

ACCOUNT = "/api/v1/account"


@pytest.fixture(autouse=True)
def _profile(bus: AnsweringBus) -> None:
    bus.answers |= {"deposit.profile": {"fund_number": FUND_NUMBER}, "auth.log_out": {}}


def code_of(client: FlaskClient, token: str) -> tuple[int, str | None]:
    response = client.get(ACCOUNT, headers={"Authorization": f"Bearer {token}"})
    return response.status_code, response.get_json().get("code")


def test_a_signed_token_opens_the_door(client: FlaskClient, token_of: TokenOf, bus: AnsweringBus) -> None:
    token = token_of()
    assert code_of(client, token) == (200, None)
    assert bus.question("deposit.profile").token == token


def test_nobody_is_asked_to_log_in(client: FlaskClient) -> None:
    response = client.get(ACCOUNT)
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("value", ["Basic YTpi", "Bearer", "Bearer x.y.z", "nonsense"])
def test_a_token_nobody_signed_is_refused(client: FlaskClient, value: str) -> None:
    assert client.get(ACCOUNT, headers={"Authorization": value}).status_code == 401


def test_a_token_with_one_letter_changed_is_refused(client: FlaskClient, token_of: TokenOf) -> None:
    head, body, signature = token_of().split(".")
    forged = ".".join((head, body[:-2] + ("AA" if body[-2:] != "AA" else "BB"), signature))
    assert code_of(client, forged) == (401, "token_invalid")


def test_an_expired_token_is_refused(client: FlaskClient, token_of: TokenOf) -> None:
    assert code_of(client, token_of(life_s=-1)) == (401, "token_expired")


def test_a_revoked_session_is_refused_from_the_broadcast_on(
    client: FlaskClient, token_of: TokenOf, revocations: Revocations
) -> None:
    event = (
        b'{"event":"session.revoked","payload":{"session_id":"s1","expires_at":"2099-01-01T00:00:00+00:00"}}'
    )
    revocations.hear("session.revoked", event)
    assert code_of(client, token_of()) == (401, "session_ended")
    assert code_of(client, token_of(session="s2")) == (200, None)


def test_nobody_is_trusted_before_the_revocations_are_known(
    client: FlaskClient, token_of: TokenOf, revocations: Revocations
) -> None:
    revocations.loaded = False
    assert code_of(client, token_of()) == (503, "service_missing")


@pytest.mark.feature("A-14")
def test_a_session_of_an_unfinished_first_visit_opens_nothing(client: FlaskClient, token_of: TokenOf) -> None:
    assert code_of(client, token_of(restricted=True)) == (403, "first_visit_unfinished")


def test_roles_are_kept_apart(client: FlaskClient, token_of: TokenOf) -> None:
    assert code_of(client, token_of("operator")) == (403, "role_not_allowed")
    headers = {"Authorization": f"Bearer {token_of()}"}
    assert client.get("/api/v1/staff/trial-balance", headers=headers).status_code == 403


def test_a_cookie_reads_but_does_not_write_without_its_csrf_token(
    app: Flask, client: FlaskClient, token_of: TokenOf
) -> None:
    client.set_cookie("session", token_of())
    assert client.get(ACCOUNT).status_code == 200
    address, key = "/api/v1/sessions/current", {"Idempotency-Key": "k"}
    refused = client.delete(address, headers=key)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "csrf_token_invalid")
    with client:
        client.get(ACCOUNT)
        token = csrf_token()
    assert client.delete(address, headers=key | {"X-CSRF-Token": token}).status_code == 204
    wrong = client.delete(address, headers=key | {"X-CSRF-Token": token[::-1]})
    assert wrong.status_code == 403


def test_a_bearer_writes_without_a_csrf_token(client: FlaskClient, writing: dict[str, str]) -> None:
    assert client.delete("/api/v1/sessions/current", headers=writing).status_code == 204


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_write_from_another_site_is_refused(
    client: FlaskClient, writing: dict[str, str], headers: dict[str, str]
) -> None:
    response = client.delete("/api/v1/sessions/current", headers=writing | headers)
    assert (response.status_code, response.get_json()["code"]) == (403, "foreign_origin")


def test_a_write_from_our_own_page_is_not_foreign(client: FlaskClient, writing: dict[str, str]) -> None:
    response = client.delete("/api/v1/sessions/current", headers=writing | {"Origin": "http://localhost"})
    assert response.status_code == 204


def test_another_name_is_not_served(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400


def test_too_many_requests_are_told_when_to_come_back(
    settings: GatewaySettings, app: Flask, revocations: Revocations
) -> None:
    client = narrow(settings, app, revocations, anonymous_per_minute=2)
    codes = [client.get(ACCOUNT).status_code for _ in range(3)]
    assert codes == [401, 401, 429]
    assert 0 < int(client.get(ACCOUNT).headers["Retry-After"]) <= 60


@pytest.mark.parametrize("address", [ACCOUNT, "/api/v1/nothing", "/docs", "/openapi.json", "/healthz"])
def test_every_answer_is_guarded(client: FlaskClient, citizen: dict[str, str], address: str) -> None:
    headers = client.get(address, headers=citizen).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Trace-Id"])


def test_a_personal_answer_is_kept_by_nobody(client: FlaskClient, citizen: dict[str, str]) -> None:
    assert client.get(ACCOUNT, headers=citizen).headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask, token_of: TokenOf) -> None:
    sessions = Sessions(Revocations(3600), secure=True)
    with app.test_request_context():
        response = app.response_class()
        sessions.open_cookie(response, "t", _subject(token_of))
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=t;")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie


def _subject(token_of: TokenOf):  # type: ignore[no-untyped-def]
    from services.common.subject import verify_subject

    return verify_subject(token_of())


class Dripping(BytesIO):
    """A body that does not end before it is told to."""

    def __init__(self, started: Event, ended: Event) -> None:
        super().__init__(b"{}")
        self._started, self._ended = started, ended

    def readinto(self, buffer: Any, /) -> int:
        self._started.set()
        assert self._ended.wait(20)
        return super().readinto(buffer)


def test_slow_bodies_leave_threads_to_everybody_else(
    settings: GatewaySettings, app: Flask, revocations: Revocations, writing: dict[str, str]
) -> None:
    program = narrow(settings, app, revocations, threads=16).application
    ended, places, of_one = Event(), 8, 4
    begun = [Event() for _ in range(places)]

    def post(address: str, **body: Any) -> TestResponse:
        place = {"REMOTE_ADDR": address}
        return program.test_client().post(
            "/api/v1/sessions/renewal", headers=writing, environ_overrides=place, **body
        )

    def drip(address: str, started: Event) -> int:
        return post(address, input_stream=Dripping(started, ended), content_length=2).status_code

    with ThreadPoolExecutor(places) as slow:
        answers = [slow.submit(drip, "10.0.0.1", started) for started in begun[:of_one]]
        assert all(started.wait(20) for started in begun[:of_one])
        greedy, other = post("10.0.0.1"), post("10.0.0.2")
        answers += [slow.submit(drip, "10.0.0.3", started) for started in begun[of_one:]]
        assert all(started.wait(20) for started in begun)
        turned_away = post("10.0.0.4")
        served = program.test_client().get(ACCOUNT, headers=writing).status_code
        ended.set()
    assert (greedy.status_code, other.status_code == 503) == (503, False)
    assert (turned_away.status_code, "Retry-After" in turned_away.headers, served) == (503, True, 200)
    assert 503 not in [answer.result() for answer in answers]


def test_a_request_beyond_the_limit_takes_no_place_for_its_body(
    settings: GatewaySettings, app: Flask, revocations: Revocations
) -> None:
    client = narrow(settings, app, revocations, anonymous_per_minute=1)
    assert client.get(ACCOUNT).status_code == 401
    body = Dripping(Event(), Event())
    answer = client.post("/api/v1/captchas", input_stream=body, content_length=2)
    assert (answer.status_code, body._started.is_set()) == (429, False)


def test_made_up_tokens_count_for_their_address_and_shut_out_nobody_who_is_logged_in(
    settings: GatewaySettings, app: Flask, revocations: Revocations, citizen: dict[str, str]
) -> None:
    client = narrow(settings, app, revocations, anonymous_per_minute=3)
    forged = {"Authorization": "Bearer made.up.token"}
    answers = [client.get(ACCOUNT, headers=forged) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert client.get(ACCOUNT, headers=citizen).status_code == 200


def test_a_stale_cookie_counts_for_its_address(
    settings: GatewaySettings, app: Flask, revocations: Revocations
) -> None:
    client = narrow(settings, app, revocations, anonymous_per_minute=3)
    client.set_cookie("session", "made.up.token")
    assert [client.get(ACCOUNT).status_code for _ in range(5)] == [401, 401, 401, 429, 429]


@pytest.mark.feature("A-14")
def test_a_first_visit_that_anybody_begins_counts_for_its_address(
    settings: GatewaySettings, app: Flask, revocations: Revocations, token_of: TokenOf
) -> None:
    client = narrow(settings, app, revocations, anonymous_per_minute=3)
    codes = [
        client.get(ACCOUNT, headers={"Authorization": f"Bearer {token_of(person=person, restricted=True)}"})
        for person in ("370200000001", "370200000002", "370200000003", "370200000004")
    ]
    assert [answer.status_code for answer in codes] == [403, 403, 403, 429]


@pytest.mark.parametrize("address", ["/docs", "/openapi.json"])
def test_the_document_is_counted_for_its_address(
    settings: GatewaySettings, app: Flask, revocations: Revocations, address: str
) -> None:
    client = narrow(settings, app, revocations, anonymous_per_minute=2)
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]


def test_a_method_that_nobody_knows_is_refused_and_takes_no_name_of_its_own(
    client: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    for address in (ACCOUNT, "/login", "/nowhere"):
        answer = client.open(address, method="INVENTED")
        assert (answer.status_code, answer.get_json()["code"]) == (501, "method_unknown")
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Trace-Id"])
    metrics = client.get("/metrics").text
    assert 'method="other"' in metrics and "INVENTED" not in metrics
    assert '"method":"other"' in (logged := capfd.readouterr().out) and "INVENTED" not in logged


def test_good_tokens_are_not_counted_against_their_address(
    settings: GatewaySettings, app: Flask, revocations: Revocations, citizen: dict[str, str]
) -> None:
    client = narrow(settings, app, revocations, anonymous_per_minute=3)
    assert {client.get(ACCOUNT, headers=citizen).status_code for _ in range(9)} == {200}


def test_a_subscribers_many_addresses_have_one_limit(
    settings: GatewaySettings, app: Flask, revocations: Revocations
) -> None:
    client = narrow(settings, app, revocations, anonymous_per_minute=3)
    places = [{"REMOTE_ADDR": f"2001:db8:1:2::{n}"} for n in range(1, 6)]
    codes = [client.get(ACCOUNT, environ_overrides=place).status_code for place in places]
    assert codes == [401, 401, 401, 429, 429]


def test_captchas_have_a_limit_of_their_own(
    settings: GatewaySettings, app: Flask, revocations: Revocations, bus: AnsweringBus
) -> None:
    picture = {"captcha_id": "c", "image_png": "", "question": "", "expires_at": "2026-11-22T09:00:00+08:00"}
    bus.answers["auth.issue_captcha"] = picture
    client = narrow(settings, app, revocations, captchas_per_minute=2)
    drawn = [client.post("/api/v1/captchas", headers={"Idempotency-Key": f"k{n}"}) for n in range(3)]
    assert [answer.status_code for answer in drawn] == [201, 201, 429]
    assert client.get("/login/normal").status_code == 429
    assert client.get(ACCOUNT).status_code == 401


@pytest.mark.parametrize(
    ("socket", "forwarded", "code"),
    [
        ("127.0.0.1", None, 200),
        ("203.0.113.9", None, 404),
        ("203.0.113.9", "127.0.0.1", 404),
        ("127.0.0.1", "203.0.113.9", 404),
    ],
)
def test_the_metrics_are_for_this_machine_whatever_a_header_says(
    settings: GatewaySettings,
    app: Flask,
    revocations: Revocations,
    socket: str,
    forwarded: str | None,
    code: int,
) -> None:
    client = narrow(settings, app, revocations, proxies=1)
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    answer = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": socket})
    assert answer.status_code == code


TOLD = {
    "BROKER_URL": "amqps://x",
    "GATEWAY_PORT": "1",
    "OPERATION_KEY": "o",
    "CURSOR_KEY": "c",
    "GATEWAY_URL": "https://hall.example/",
}


def test_production_says_by_which_names_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("GATEWAY", "HALL", *OUTSIDE_URLS))]:
        monkeypatch.delenv(name)
    for name, value in TOLD.items():
        monkeypatch.setenv(name, value)
    gateway_settings.cache_clear()
    with pytest.raises(UnsafeSettings, match="GATEWAY_HOSTS"):
        gateway_settings()
    monkeypatch.setenv("GATEWAY_HOSTS", '["hall.example"]')
    told = gateway_settings()
    assert (told.hosts, told.url) == (frozenset({"hall.example"}), "https://hall.example")
    gateway_settings.cache_clear()
