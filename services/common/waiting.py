"""PostgreSQL connections that wait on eventlet's hub directly, where eventlet has patched this program.

psycopg's own wait builds a selector for every statement, and eventlet a second one around it.
"""

from typing import Any, TypeVar

import psycopg
from eventlet.green import select
from eventlet.hubs import trampoline
from eventlet.patcher import is_monkey_patched
from psycopg.abc import PQGen
from psycopg.waiting import Ready, Wait

from services.common import connecting

_Result = TypeVar("_Result")


class ServerSilent(psycopg.OperationalError):
    """The server let the time pass in which it ends every statement itself; the connection is of no use."""


class HubConnection(psycopg.Connection[Any]):
    """Waits for its server without stopping the others, and not much longer than the server lets it."""

    def wait(self, gen: PQGen[_Result], interval: float = 0.0, timeout: float | None = None) -> _Result:
        """Run psycopg's generator to its end. With a time limit of the client's own, psycopg's way."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            wanted = next(gen)
            while True:
                wanted = gen.send(_ready(self.pgconn.socket, wanted))
        except StopIteration as end:
            result: _Result = end.value
            return result
        except ServerSilent:
            self.pgconn.finish()
            raise


def _ready(fileno: int, wanted: Wait) -> Ready:
    """Let others run until the socket is ready; the hub takes one direction of a socket at a time."""
    if wanted == Wait.R:
        trampoline(fileno, read=True, timeout=connecting.ANSWER_S, timeout_exc=ServerSilent)
        return Ready.R
    readable, writable, _ = select.select([fileno], [fileno], [], connecting.ANSWER_S)
    if not readable and not writable:
        raise ServerSilent
    return Ready.RW if readable else Ready.W


def connection_class() -> type[psycopg.Connection[Any]]:
    """What a pool of this program should open."""
    return HubConnection if is_monkey_patched("socket") else psycopg.Connection
