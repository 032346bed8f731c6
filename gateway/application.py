"""The gateway's application: API and pages as two adapters around one hall."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Flask
from flask.json.provider import JSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway import callbacks, pages
from gateway.api import registration
from gateway.calls import Calls
from gateway.cursors import Cursors
from gateway.entrance import Entrance
from gateway.hall import Hall
from gateway.observation import IN_FLIGHT, LATE_REPLIES, Observed, record, register_health
from gateway.printing.press import Press
from gateway.problems import register_problems
from gateway.protection import Guarded
from gateway.revocations import Revocations
from gateway.rpc import Bus
from gateway.sessions import Sessions
from gateway.settings import GatewaySettings
from services.common.metrics import HealthProgram, health_app

BODY_BYTES_MAX = 64 * 1024
_FORM_PARTS_MAX = 200
# Far beyond every deadline: a gateway whose threads are all held for so long is as good as dead.
STUCK_S = 120.0


class HallApp(Flask):
    """Flask without its look for coroutines before every function it calls: there are none here."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func


class FastJson(JSONProvider):
    """Flask's own JSON by orjson."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """The JSON text of `obj`."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """The value of a JSON text."""
        return orjson.loads(s)


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """A running gateway's parts, from the application to the connection behind it.

    `health` answers apart from `app`: it never waits behind the requests of people.
    """

    app: Flask
    bus: Bus
    revocations: Revocations
    health: HealthProgram

    def start(self) -> None:
        """Connect to the bus and begin to load the revocations."""
        self.revocations.start(self.bus)
        self.bus.start()

    def stop(self) -> None:
        """Close the connection."""
        self.revocations.stop()
        self.bus.stop()


def create_app(
    settings: GatewaySettings, hall: Hall, sessions: Sessions, checks: dict[str, Callable[[], bool]]
) -> Flask:
    """The Flask application around `hall`; `checks` are what /readyz asks."""
    app = HallApp("gateway", static_folder="static", template_folder="templates")
    app.json = FastJson(app)
    app.config.update(MAX_CONTENT_LENGTH=BODY_BYTES_MAX, MAX_FORM_PARTS=_FORM_PARTS_MAX)
    app.extensions["hall"] = hall
    app.extensions["press"] = Press()
    Entrance(settings, sessions).register(app)
    app.after_request(record)
    register_problems(app)
    register_health(app, checks)
    registration.register(app)
    callbacks.register(app)
    pages.register(app)
    _set_outermost(app, settings)
    return app


def build(settings: GatewaySettings) -> Gateway:
    """A whole gateway by its settings, not started yet."""
    revocations = Revocations(settings.token_lifetime_s)
    bus = Bus(settings.broker_url, on_event=revocations.hear, on_ready=revocations.want)
    hall = Hall(Calls(bus, settings.operation_key), Cursors(settings.cursor_key))
    sessions = Sessions(revocations, secure=settings.cookie_secure)
    IN_FLIGHT.set_function(lambda: bus.in_flight)
    LATE_REPLIES.set_function(lambda: bus.late_replies)
    checks = {"broker": lambda: bus.ready, "revocations": lambda: revocations.loaded}
    app = create_app(settings, hall, sessions, checks)
    observed: Observed = app.extensions["observed"]
    health = health_app(checks, lambda: observed.stuck(STUCK_S) < settings.threads)
    return Gateway(app=app, bus=bus, revocations=revocations, health=health)


def _set_outermost(app: Flask, settings: GatewaySettings) -> None:
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    guarded = Guarded(app.wsgi_app, secure=settings.cookie_secure)
    app.extensions["observed"] = observed = Observed(guarded)
    app.wsgi_app = observed  # type: ignore[method-assign]
