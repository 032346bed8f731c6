"""Signed questions to the outside world: the bank, the text message provider, the registers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from eventlet import Timeout
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from services.common.callbacks import signature
from services.common.clock import technical_now

ANSWER_LIMIT_BYTES = 1_048_576
CHUNK_BYTES = 65_536
KEPT_CONNECTIONS = 50


class NoAnswer(Exception):
    """No answer that can be trusted came: it may or may not have been done outside.

    Ask by number what happened, never send again. `args` name the path and the cause, never what was sent.
    """


class Unreached(NoAnswer):
    """No connection was made, so nothing was handed over: the one silence that says something."""


@dataclass(frozen=True)
class Answer:
    """What the outside said: the HTTP status (2xx or 4xx) and the JSON object, empty when a 4xx had none."""

    status: int
    body: dict[str, Any]


class Outside:
    """One provider at `base_url`, asked with the shared `key`. Nothing is ever sent twice by this class.

    Proxies and .netrc of the environment are not used. Connections are kept for later questions.
    """

    def __init__(self, base_url: str, key: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._prefix = urlsplit(self._base_url).path
        self._key = key
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount(self._base_url, HTTPAdapter(pool_maxsize=KEPT_CONNECTIONS, max_retries=0))

    def post(self, path: str, body: Mapping[str, Any], timeout_s: float) -> Answer:
        """Ask `path` (starts with a slash) and wait at most `timeout_s` seconds in all. Raises NoAnswer."""
        try:
            # The library's own timeout starts anew with every byte that drips in.
            with Timeout(timeout_s, NoAnswer(path, "answer too slow")):
                return self._ask(path, orjson.dumps(body), timeout_s)
        except (requests.RequestException, OSError) as trouble:
            silence = Unreached if _never_connected(trouble) else NoAnswer
            raise silence(path, type(trouble).__name__) from None

    def _ask(self, path: str, content: bytes, timeout_s: float) -> Answer:
        with self._session.post(
            self._base_url + path,
            data=content,
            headers=self._headers(path, content),
            timeout=timeout_s,
            allow_redirects=False,
            stream=True,
        ) as response:
            return _answer(path, response.status_code, _read(path, response))

    def _headers(self, path: str, content: bytes) -> dict[str, str]:
        timestamp = str(int(technical_now()))
        return {
            "Content-Type": "application/json",
            "X-Timestamp": timestamp,
            "X-Signature": signature(self._key, timestamp, self._prefix + path, content),
        }


def _never_connected(trouble: Exception) -> bool:
    cause = trouble.args[0] if trouble.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _read(path: str, response: requests.Response) -> bytes:
    """The body, given up when it grows too large."""
    content = b""
    for chunk in response.iter_content(CHUNK_BYTES):
        content += chunk
        if len(content) > ANSWER_LIMIT_BYTES:
            raise NoAnswer(path, "answer too large")
    return content


def _answer(path: str, http_status: int, content: bytes) -> Answer:
    """Only a success with a JSON object, or a refusal (4xx), counts as answered."""
    if 400 <= http_status < 500:
        return Answer(http_status, _object(content) or {})
    body = _object(content)
    if not 200 <= http_status < 300 or body is None:
        raise NoAnswer(path, f"HTTP {http_status}")
    return Answer(http_status, body)


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
