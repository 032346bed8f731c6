"""Every request once in the log and in the metrics, by the template of its route, never by its address."""

import os
import secrets
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache

import orjson
from flask import Flask, Response, g, request
from flask.globals import request_ctx
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from gateway.protection import KNOWN_METHODS, Environ, Program, StartResponse
from gateway.visitor import Visitor
from services.common.logs import current_trace, tracing

REQUESTS = Counter(
    "hall_requests_total", "HTTP requests, by route template and status", ["method", "route", "code"]
)
REQUEST_SECONDS = Histogram(
    "hall_request_seconds", "Seconds from a request to its answer", ["method", "route"]
)
IN_FLIGHT = Gauge("hall_calls_in_flight", "Calls to services that wait for an answer")
LATE_REPLIES = Gauge("hall_late_replies", "Replies that came after their deadline, since the start")
# Looking a child up by its labels costs more than counting.
_count = cache(REQUESTS.labels)
_timing = cache(REQUEST_SECONDS.labels)

TRACE_HEADER = "X-Trace-Id"
_TRACE_BYTES = 16
_STARTED = "hall.started"
# Anybody may invent methods, and a label is kept for good.
_INVENTED = "other"
_STANDARD_OUTPUT = 1
_LOOPBACK = ("127.0.0.1", "::1")


class Observed:
    """Gives each request its trace number before anything else happens, and times it."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._under_way: dict[str, float] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ[_STARTED] = started = time.perf_counter()
        trace = secrets.token_hex(_TRACE_BYTES)
        self._under_way[trace] = started
        try:
            with tracing(trace):
                return _whole(self._program(environ, start_response))
        finally:
            del self._under_way[trace]

    def stuck(self, seconds: float) -> int:
        """How many requests have been under way for longer than that."""
        before = time.perf_counter() - seconds
        return sum(started < before for started in list(self._under_way.values()))


def _whole(answer: Iterable[bytes]) -> list[bytes]:
    """The body in one piece: Granian sends a list at once, and streams whatever else it is given."""
    try:
        return [b"".join(answer)]
    finally:
        if (close := getattr(answer, "close", None)) is not None:
            close()


def record(response: Response) -> Response:
    """Count, time and log the request that `response` answers; for Flask's after_request."""
    visitor: Visitor | None = g.get("visitor")
    asked = request_ctx.request
    method = asked.method if asked.method in KNOWN_METHODS else _INVENTED
    route = asked.url_rule.rule if asked.url_rule is not None else "none"
    seconds = time.perf_counter() - asked.environ[_STARTED]
    _count(method, route, str(response.status_code)).inc()
    _timing(method, route).observe(seconds)
    response.headers[TRACE_HEADER] = current_trace()
    # By hand and in one piece: nothing personal is in it, and it must not cost more than the request.
    os.write(_STANDARD_OUTPUT, _line(method, route, response.status_code, seconds, visitor))
    return response


def _line(method: str, route: str, code: int, seconds: float, visitor: Visitor | None) -> bytes:
    subject = visitor.subject if visitor is not None else None
    line = {
        "event": "request",
        "level": "info",
        "timestamp": datetime.now(UTC).isoformat(),
        "service": "gateway",
        "method": method,
        "route": route,
        "status_code": code,
        "ms": round(seconds * 1000, 1),
        "role": subject.role if subject is not None else "anonymous",
        "trace": current_trace(),
    }
    return orjson.dumps(line) + b"\n"


def register_health(app: Flask, checks: dict[str, Callable[[], bool]]) -> None:
    """/healthz, /readyz and, for callers on this machine only, /metrics."""

    def healthz() -> Response:
        return _found({"alive": True}, ready=True)

    def readyz() -> Response:
        found = {name: check() for name, check in checks.items()}
        return _found(found, ready=all(found.values()))

    def metrics() -> tuple[bytes, int, dict[str, str]]:
        if not _from_this_machine():
            return b"", 404, {}
        return generate_latest(), 200, {"Content-Type": CONTENT_TYPE_LATEST}

    for path, view in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics)):
        app.add_url_rule(path, path.strip("/"), view)


def _from_this_machine() -> bool:
    """By the socket, whatever X-Forwarded-For says; and by the header too, for a proxy on this machine."""
    seen = request.environ.get("werkzeug.proxy_fix.orig", {}).get("REMOTE_ADDR", request.remote_addr)
    return seen in _LOOPBACK and request.remote_addr in _LOOPBACK


def _found(found: dict[str, bool], *, ready: bool) -> Response:
    return Response(orjson.dumps(found), status=200 if ready else 503, mimetype="application/json")
