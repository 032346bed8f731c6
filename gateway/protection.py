"""What guards every answer and every write: headers, origin, host, and the CSRF token of pages."""

import hmac
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from threading import Condition
from typing import Any

from flask import Request, Response, g
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.exceptions import NotImplemented as MethodUnknown

from gateway.visitor import Visitor
from services.common.addresses import counted_address
from services.common.errors import Forbidden, Unavailable

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Program = Callable[[Environ, StartResponse], Iterable[bytes]]

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
KNOWN_METHODS = SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
_HEADERS = (
    ("Content-Security-Policy", CONTENT_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    # Not no-referrer: browsers would send `Origin: null` with every form, and forms would be refused.
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_HTTPS_ONLY = (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),)
_NOT_KEPT = (("Cache-Control", "no-store"),)
_VISIT_BYTES = 18
_PLACE_WAIT_S = 0.25


class Guarded:
    """Adds the security headers to every answer; one that names no caching is kept by nobody."""

    def __init__(self, program: Program, *, secure: bool) -> None:
        self._program = program
        self._headers = [*_HEADERS, *(_HTTPS_ONLY if secure else ())]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        def start_guarded(line: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            kept = any(name == "Cache-Control" for name, _ in headers)
            return start_response(line, [*headers, *self._headers, *(() if kept else _NOT_KEPT)], *error)

        return self._program(environ, start_guarded)


def refuse_foreign_writes(request: Request) -> None:
    """Forbidden for a write that a browser sends from another site's page (ASVS 3.5)."""
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin != f"{request.scheme}://{request.host}"
    if foreign or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden("foreign_origin", "请求来源不被允许。")


def refuse_unknown_methods(request: Request) -> None:
    """NotImplemented (501) for a method that no address of any hall knows."""
    if request.method not in KNOWN_METHODS:
        raise MethodUnknown


def refuse_unknown_host(request: Request, hosts: frozenset[str]) -> None:
    """BadRequest when the gateway is called by a name it does not go by; an empty set means any."""
    if hosts and request.host.partition(":")[0] not in hosts:
        raise BadRequest("unknown host")


def refuse_large_bodies(request: Request) -> None:
    """RequestEntityTooLarge by the announced length, before a byte of the body is read."""
    most = request.max_content_length
    if most is not None and (request.content_length or 0) > most:
        raise RequestEntityTooLarge


class Bodies:
    """Reads bodies, at most so many at once: who sends a byte a minute may not keep every thread waiting.

    One address has a part of the places only, so that the others are left to everybody else. Nothing here can
    end a slow body: a proxy in front takes bodies in whole before it passes them on.
    """

    def __init__(self, most: int, *, of_one: int) -> None:
        self._most, self._of_one = most, of_one
        self._taken: Counter[str] = Counter()
        self._left = Condition()

    def read(self, request: Request, address: str) -> None:
        """Take the body in whole. Unavailable while too many others, or of this address, are being sent."""
        if request.method in SAFE_METHODS:
            return
        with self._place(counted_address(address)):
            request.get_data(cache=True)

    @contextmanager
    def _place(self, who: str) -> Iterator[None]:
        with self._left:
            # A body that is there already is read at once: many honest ones at a time come one after another.
            if not self._left.wait_for(lambda: self._has_place(who), _PLACE_WAIT_S):
                raise Unavailable("gateway")
            self._taken[who] += 1
        try:
            yield
        finally:
            with self._left:
                self._taken[who] -= 1
                # Without its zero: the addresses of the world would stay here.
                self._taken += Counter()
                self._left.notify_all()

    def _has_place(self, who: str) -> bool:
        return self._taken.total() < self._most and self._taken[who] < self._of_one


class CsrfTokens:
    """Tokens bound to the session, or to a random visit cookie before anybody has logged in."""

    def __init__(self, key: bytes, *, secure: bool) -> None:
        self._key = hmac.digest(key, b"csrf", sha256)
        self._secure = secure
        self.cookie = "__Host-visit" if secure else "visit"

    def token(self, request: Request, visitor: Visitor) -> str:
        """The token that forms of this visitor carry in a hidden field `csrf_token`."""
        return self._for(visitor.subject.session_id if visitor.subject else self._visit(request))

    def check(self, request: Request, visitor: Visitor) -> None:
        """Forbidden unless the write carries its visitor's token in the header or the form field."""
        given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
        # Compared as bytes: a text beyond ASCII is a wrong token, not an error.
        if not hmac.compare_digest(given.encode(), self.token(request, visitor).encode()):
            raise Forbidden("csrf_token_invalid", "页面已过期，请刷新后重试。")

    def leave_cookie(self, response: Response) -> None:
        """Send the visit cookie that a token of this answer was bound to."""
        if (visit := g.get("new_visit")) is not None:
            response.set_cookie(self.cookie, visit, secure=self._secure, httponly=True, samesite="Lax")

    def _visit(self, request: Request) -> str:
        known: str | None = request.cookies.get(self.cookie) or g.get("new_visit")
        if known is None:
            known = g.new_visit = secrets.token_urlsafe(_VISIT_BYTES)
        return known

    def _for(self, name: str) -> str:
        return hmac.digest(self._key, name.encode(), sha256).hex()
