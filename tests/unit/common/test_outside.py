"""What counts as an answer of the outside world, what does not, and that nothing is sent twice."""

import hashlib
import hmac
import io
from collections.abc import Mapping
from typing import Any

import eventlet
import pytest
import requests
from requests.adapters import BaseAdapter

from services.common import outside
from services.common.outside import ANSWER_LIMIT_BYTES, Answer, NoAnswer, Outside


class Line(BaseAdapter):
    """Stands where the network would be: keeps what is sent, answers or breaks as told."""

    def __init__(
        self, http_status: int = 200, content: bytes = b"{}", trouble: Exception | None = None
    ) -> None:
        super().__init__()
        self.sent: list[requests.PreparedRequest] = []
        self.options: list[dict[str, Any]] = []
        self._http_status, self._trouble = http_status, trouble
        self.body: io.IOBase = io.BytesIO(content)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        self.sent.append(request)
        self.options.append(options)
        if self._trouble:
            raise self._trouble
        response = requests.Response()
        response.status_code, response.raw, response.request = (
            self._http_status,
            self.body,
            request,
        )
        response.headers["Location"] = "http://elsewhere.test/"
        return response

    def close(self) -> None:
        """Nothing is open."""


def _over(line: Line, base_url: str = "http://bank.test") -> Outside:
    asked = Outside(base_url, "key")
    asked._session.adapters.clear()
    asked._session.mount("http://", line)
    return asked


def _post(line: Line, body: Mapping[str, Any] | None = None) -> Answer:
    return _over(line).post("/pay", body or {}, 5)


@pytest.mark.parametrize("http_status", [200, 201, 400, 404, 409, 422])
def test_success_and_refusal_are_answers(http_status: int) -> None:
    assert _post(Line(http_status, b'{"outcome": 1}')) == Answer(http_status, {"outcome": 1})


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]"])
def test_a_refusal_needs_no_json(content: bytes) -> None:
    assert _post(Line(404, content)) == Answer(404, {})


@pytest.mark.parametrize("http_status", [301, 307, 500, 502, 503, 504])
def test_a_server_error_or_a_redirection_is_no_answer(http_status: int) -> None:
    line = Line(http_status, b'{"outcome": 0}')
    with pytest.raises(NoAnswer):
        _post(line)
    assert len(line.sent) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"<html>", b"[]", b"null", b'{"a": NaN}'])
def test_a_success_that_is_no_json_object_is_no_answer(content: bytes) -> None:
    with pytest.raises(NoAnswer):
        _post(Line(200, content))


@pytest.mark.parametrize(
    "trouble",
    [requests.ReadTimeout(), requests.ConnectTimeout(), requests.ConnectionError(), ConnectionResetError()],
)
def test_a_broken_line_is_no_answer_and_nothing_is_sent_again(trouble: Exception) -> None:
    line = Line(trouble=trouble)
    with pytest.raises(NoAnswer):
        _post(line)
    assert len(line.sent) == 1


def test_an_endless_answer_is_given_up() -> None:
    with pytest.raises(NoAnswer, match="too large"):
        _post(Line(200, b" " * (ANSWER_LIMIT_BYTES + 1)))


class Dripping(io.RawIOBase):
    """A body that always has one more byte, each well within any timeout for a single read."""

    def read(self, size: int = -1) -> bytes:
        eventlet.sleep(0.01)
        return b" "


def test_an_answer_that_drips_past_the_deadline_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "ANSWER_LIMIT_BYTES", 1_000_000_000)
    line = Line(200)
    line.body = Dripping()
    with pytest.raises(NoAnswer, match="too slow"):
        _over(line).post("/pay", {}, 0.1)


def test_timestamp_path_and_body_are_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "technical_now", lambda: 1_800_000_000.9)
    line = Line()
    _over(line, "http://bank.test/v1/").post("/pay", {"name": "张"}, 5)
    lines = b"1800000000\n/v1/pay\n" + '{"name":"张"}'.encode()
    sent = line.sent[0]
    assert sent.url == "http://bank.test/v1/pay"
    assert sent.headers["X-Timestamp"] == "1800000000"
    assert sent.headers["X-Signature"] == hmac.new(b"key", lines, hashlib.sha256).hexdigest()


def test_the_deadline_is_handed_to_the_line() -> None:
    line = Line()
    _over(line).post("/pay", {}, 2.5)
    assert line.options[0]["timeout"] == 2.5


def test_what_was_sent_is_in_no_exception() -> None:
    with pytest.raises(NoAnswer) as caught:
        _post(
            Line(trouble=requests.ConnectionError("6222021234567890123")),
            {"card_number": "6222021234567890123"},
        )
    assert "6222" not in repr(caught.value)
    assert caught.value.__suppress_context__
