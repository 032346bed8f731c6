"""The rehearsal's witness is told over HTTP, may be away, and is nobody in production."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from services.auth.adapters import CaptchaWitness, Witness
from services.common.settings import UnsafeSettings


class Listener(BaseHTTPRequestHandler):
    """Keeps what it is told."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((self.path, json.loads(body)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def sandbox() -> Iterator[HTTPServer]:
    """A listener in the sandbox's place."""
    server = HTTPServer(("127.0.0.1", 0), Listener)
    server.told = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_sandbox_is_told_the_answer(sandbox):
    CaptchaWitness(f"http://127.0.0.1:{sandbox.server_port}/").tell("c1", "AK9XY")
    assert sandbox.told == [("/captchas", {"captcha_id": "c1", "answer": "AK9XY"})]


def test_a_sandbox_that_is_away_stops_nobody(desk, capsys):
    desk.service.witness = CaptchaWitness("http://127.0.0.1:9")
    assert desk.ask("issue_captcha")["captcha_id"]
    assert "captcha witness not told" in capsys.readouterr().out


def test_without_an_address_nobody_is_told(sandbox):
    CaptchaWitness("").tell("c1", "AK9XY")
    assert sandbox.told == []


def test_production_with_a_witness_does_not_start(monkeypatch):
    monkeypatch.setenv("HALL_DEPLOYMENT", "production")
    monkeypatch.delenv("HALL_CLOCK_FILE", raising=False)
    monkeypatch.setenv("CAPTCHA_WITNESS_URL", "http://127.0.0.1:9")
    with pytest.raises(UnsafeSettings, match="CAPTCHA_WITNESS_URL"):
        Witness().setup()
