"""Counters of a process and the small HTTP port that shows them with its health."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

CALLS = Counter("hall_calls_total", "Calls answered, by method and outcome", ["method", "outcome"])
CALL_SECONDS = Histogram("hall_call_seconds", "Seconds from taking a call to its answer", ["method"])
DROPPED = Counter("hall_calls_dropped_total", "Calls dropped before anything happened", ["why"])
EVENTS = Counter("hall_events_total", "Events handled, by name and outcome", ["event", "outcome"])
MISSING = Counter("hall_events_missing_total", "Events that did not come and were asked for", ["producer"])
PUBLISHED = Counter("hall_outbox_published_total", "Events published by the relay", ["service"])
WAITING = Gauge("hall_outbox_waiting", "Events that wait for the relay", ["service"])

Check = Callable[[], bool]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
HealthProgram = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class _Quiet(WSGIRequestHandler):
    """Writes no line for each probe, and waits for no caller that says nothing."""

    timeout = 5

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def serve_in_thread(host: str, port: int, program: HealthProgram) -> int:
    """Answer by a thread of its own until the process ends; the port it listens at (0 asks for any)."""
    server = make_server(host, port, program, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def health_app(checks: dict[str, Check], alive: Check = lambda: True) -> HealthProgram:
    """A WSGI program with /healthz (the process works), /readyz (what it needs answers) and /metrics."""

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/healthz":
            found = {"alive": alive()}
            start_response(_status(found), [("Content-Type", "application/json")])
            return [orjson.dumps(found)]
        if path == "/readyz":
            found = {name: check() for name, check in checks.items()}
            start_response(_status(found), [("Content-Type", "application/json")])
            return [orjson.dumps(found)]
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not found"]

    return answer


def _status(found: dict[str, bool]) -> str:
    return "200 OK" if all(found.values()) else "503 Service Unavailable"
