"""Runs one service: `python -m services.common.run withdrawal`. Patches for eventlet before all else."""

import os
import sys

# psycopg's C wait would stop the whole hub; it reads this at import.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet

    eventlet.monkey_patch()

import signal
from importlib import import_module
from typing import Any

from eventlet import wsgi
from nameko import config
from nameko.containers import ServiceContainer
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from services.common.database import DatabaseAccess
from services.common.logs import get_logger, set_up_logs
from services.common.metrics import health_app
from services.common.settings import settings

log = get_logger(__name__)

WORKERS_MOST = 64


class HubStalls(Exception):
    """A query stops the whole process: psycopg does not wait by eventlet."""


def refuse_stalling_hub(database: DatabaseAccess) -> None:
    """Raise HubStalls unless other greenthreads run while a query waits (N18)."""
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        while True:
            eventlet.sleep(0.005)
            ticks += 1

    ticker = eventlet.spawn(tick)
    with database.read() as session:
        session.execute(text("SELECT pg_sleep(0.1)"))
    ticker.kill()
    if ticks == 0:
        raise HubStalls("a query stopped the event loop; is PSYCOPG_WAIT_FUNC set?")


def serve_health(database: DatabaseAccess, container: ServiceContainer) -> None:
    """Answer /healthz, /readyz and /metrics on the process's own port."""

    def database_answers() -> bool:
        try:
            with database.read() as session:
                session.execute(text("SELECT 1"))
            return True
        except SQLAlchemyError:
            return False

    def broker_linked() -> bool:
        return all(one.link.connected for one in container.extensions if hasattr(one, "link"))

    listener = eventlet.listen((settings().metrics_host, settings().metrics_port))
    app = health_app({"database": database_answers, "broker": broker_linked})
    eventlet.spawn(wsgi.server, listener, app, log_output=False)


def main(service: str, module: str) -> None:
    """Run the service class that `module` names as SERVICE, until SIGTERM or SIGINT."""
    os.environ.setdefault("HALL_SERVICE", service)
    set_up_logs(service)
    database = DatabaseAccess(settings().database_url)
    refuse_stalling_hub(database)
    config.setup({"max_workers": WORKERS_MOST})
    container = ServiceContainer(import_module(module).SERVICE)

    def stop(*_: Any) -> None:
        eventlet.spawn_n(container.stop)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    container.start()
    if settings().metrics_port:
        serve_health(database, container)
    log.info("service runs")
    container.wait()
    log.info("service stopped")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else f"services.{sys.argv[1]}.service")
