"""One person's phone: asks the hall's API with a bearer token, from an address of its own, no cookies."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

ANSWER_LIMIT_S = 30.0


@dataclass(frozen=True)
class Reply:
    """What the hall answered; `body` is {} where the answer is no JSON object."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]
    text: str

    @property
    def code(self) -> str:
        """The problem's code, empty for an answer that is no problem."""
        return str(self.body.get("code", "")) if self.status >= 400 else ""


class Unexpected(Exception):
    """The hall answered otherwise than the story goes; the text says what was asked and what came."""


class Device:
    """Asks under `/api/v1`. Every write carries an Idempotency-Key, a fresh one unless it is given."""

    def __init__(self, hall_url: str, address: str | None = None) -> None:
        self.url = f"{hall_url.rstrip('/')}/api/v1"
        self.address = address or any_address()
        self.token: str | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get(self, path: str, **query: str | int) -> Reply:
        """Read."""
        return self.send("GET", path, params=query)

    def post(self, path: str, body: Any = None, key: str | None = None) -> Reply:
        """Write; a body is sent as JSON."""
        return self.send("POST", path, json=body, headers=_keyed(key))

    def put(self, path: str, body: Any, key: str | None = None) -> Reply:
        """Replace."""
        return self.send("PUT", path, json=body, headers=_keyed(key))

    def delete(self, path: str, key: str | None = None) -> Reply:
        """Remove."""
        return self.send("DELETE", path, headers=_keyed(key))

    def send(self, method: str, path: str, **options: Any) -> Reply:
        """Any request; headers given here are added to the device's own."""
        headers = self._headers() | options.pop("headers", {})
        answer = self._session.request(
            method, self.url + path, headers=headers, timeout=ANSWER_LIMIT_S, allow_redirects=False, **options
        )
        is_json = "json" in answer.headers.get("Content-Type", "")
        body = answer.json() if is_json and answer.content else {}
        return Reply(answer.status_code, body, answer.headers, answer.text)

    def _headers(self) -> dict[str, str]:
        headers = {"X-Forwarded-For": self.address, "User-Agent": "hall-demo"}
        return headers | ({"Authorization": f"Bearer {self.token}"} if self.token else {})


def any_address() -> str:
    """An address of the private network 10.0.0.0/8, so that limits by address see different people."""
    return ".".join(str(part) for part in (10, *(secrets.randbelow(254) + 1 for _ in range(3))))


def new_key() -> str:
    """A fresh Idempotency-Key."""
    return secrets.token_urlsafe(18)


def wanted(reply: Reply, *statuses: int) -> dict[str, Any]:
    """The body of a reply with one of the statuses. Raises Unexpected with the hall's own sentence."""
    if reply.status not in (statuses or (200, 201, 204)):
        raise Unexpected(f"{reply.status} {reply.code} {reply.body.get('detail', reply.text[:200])}")
    return reply.body


def _keyed(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key or new_key()}
