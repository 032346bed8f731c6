"""Runs the gateway: Granian, one worker process, a few blocking threads, JSON logs on standard output."""

import atexit
import ctypes
import logging
import os
import signal
from collections.abc import Callable, Iterable
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server import MPServer

from gateway.settings import gateway_settings
from services.common.logs import set_up_logs
from services.common.metrics import serve_in_thread

_STOP_S = 8
_BACKLOG = 512
_PARENT_DEATH_SIGNAL = 1
_HEADER_BYTES = 64 * 1024


def load(_: str) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """The WSGI program, made in the worker: connections and threads do not survive a fork."""
    _die_with_parent()
    from gateway.application import build

    set_up_logs("gateway")
    # gateway.broker says in one line what pika says in five.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    settings = gateway_settings()
    gateway = build(settings)
    gateway.start()
    if settings.health_port:
        serve_in_thread(settings.health_host, settings.health_port, gateway.health)
    atexit.register(gateway.stop)
    return gateway.app


def _die_with_parent() -> None:
    # Granian's parent may be killed outright; a worker left behind would keep the port from its successor.
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(1)


def main() -> None:
    """Serve until SIGTERM or SIGINT; requests under way are answered first."""
    settings = gateway_settings()
    server = MPServer(
        "gateway",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.threads,
        backlog=_BACKLOG,
        websockets=False,
        http1_settings=HTTP1Settings(max_buffer_size=_HEADER_BYTES),
        workers_kill_timeout=_STOP_S,
        log_enabled=False,
    )
    server.serve(target_loader=load)


if __name__ == "__main__":
    main()
