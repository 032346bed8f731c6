"""Who asks for slow things does not get every thread: requests under way, by address and by person."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.observation import Observed
from gateway.revocations import Revocations
from gateway.settings import GatewaySettings
from tests.unit.gateway.answering import AnsweringBus, TokenOf
from tests.unit.gateway.narrowing import narrow

THREADS, OF_ADDRESS, OF_PERSON, OF_REPORTS = 16, 4, 8, 4
REPORT = {"X-Timestamp": "1800000000", "X-Signature": "a" * 64}
LIMIT_S = 20


class Slow:
    """A hall in which the profile, the captcha and what the bank tells take until they may end."""

    def __init__(self, client: FlaskClient, bus: AnsweringBus) -> None:
        self._app = client.application
        self._begun, self._may_end = Semaphore(0), Event()
        self._pool = ThreadPoolExecutor(THREADS)
        self._under_way: list[Future[TestResponse]] = []
        for method in ("deposit.profile", "auth.issue_captcha", "deposit.bank_callback"):
            bus.answers[method] = self._answer

    def _answer(self, _: Any) -> dict[str, Any]:
        self._begun.release()
        assert self._may_end.wait(LIMIT_S)
        return {}

    def ask(self, token: str = "", address: str = "203.0.113.9", **more: Any) -> TestResponse:
        """One request, answered."""
        headers = {"Authorization": f"Bearer {token}"} if token else {"Idempotency-Key": "key-1"}
        path, method = ("/api/v1/account", "GET") if token else ("/api/v1/captchas", "POST")
        asked = {"path": path, "method": method, "headers": headers} | more
        return self._app.test_client().open(environ_overrides={"REMOTE_ADDR": address}, **asked)

    def report(self) -> TestResponse:
        """One report of the bank, answered."""
        told = {"data": b"{}", "headers": REPORT, "content_type": "application/json"}
        return self.ask(path="/callbacks/bank", method="POST", **told)

    def begin(self, times: int, ask: Any, *how: str) -> None:
        """Have so many requests under way."""
        self._under_way += [self._pool.submit(ask, *how) for _ in range(times)]
        for _ in range(times):
            assert self._begun.acquire(timeout=LIMIT_S)

    def end(self) -> list[int]:
        """Let all requests end; how they were answered."""
        self._may_end.set()
        return [one.result(LIMIT_S).status_code for one in self._under_way]


@pytest.fixture
def slow(
    settings: GatewaySettings, app: Flask, revocations: Revocations, bus: AnsweringBus
) -> Iterator[Slow]:
    made = Slow(narrow(settings, app, revocations, threads=THREADS), bus)
    yield made
    made.end()


def test_one_address_keeps_a_part_of_the_threads_and_is_told_at_once(slow: Slow, token_of: TokenOf) -> None:
    slow.begin(OF_ADDRESS, slow.ask)
    refused = slow.ask()
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) == 1
    restricted = slow.ask(token_of(restricted=True))
    assert restricted.status_code == 429
    slow.begin(1, slow.ask, token_of())
    slow.begin(1, slow.ask, "", "203.0.113.10")
    assert 429 not in slow.end()
    assert slow.ask().status_code != 429


def test_of_a_rush_from_many_addresses_nobody_is_refused(slow: Slow) -> None:
    for place in range(THREADS):
        slow.begin(1, slow.ask, "", f"203.0.113.{10 + place}")
    assert not {429, 503} & set(slow.end())


def test_one_person_leaves_threads_to_everybody_else(slow: Slow, token_of: TokenOf) -> None:
    token = token_of()
    slow.begin(OF_PERSON, slow.ask, token)
    assert slow.ask(token).status_code == 429
    slow.begin(1, slow.ask, token_of(person="370200000002"))


def test_reports_leave_threads_to_people(slow: Slow) -> None:
    slow.begin(OF_REPORTS, slow.report)
    assert slow.report().status_code == 503
    assert slow.ask(path="/callbacks/bank", method="GET", headers={}).status_code == 405
    slow.begin(1, slow.ask)


def test_a_page_says_so_too(slow: Slow) -> None:
    slow.begin(OF_ADDRESS, slow.ask)
    refused = slow.ask(path="/login", method="GET", headers={})
    assert (refused.status_code, refused.mimetype) == (429, "text/html")
    assert "同时进行的操作过多" in refused.text


def test_what_is_not_answered_for_long_is_known_to_be_stuck() -> None:
    def program(_: Any, __: Any) -> list[bytes]:
        assert (observed.stuck(-1), observed.stuck(3600)) == (1, 0)
        return [b"asked"]

    observed = Observed(program)
    assert observed({}, lambda *_: None) == [b"asked"]
    assert observed.stuck(-1) == 0
