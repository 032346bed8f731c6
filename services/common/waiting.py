"""PostgreSQL connections that wait on eventlet's hub directly, where eventlet has patched this program.

psycopg's own wait builds a selector for every statement, and eventlet a second one around it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from eventlet.green import select
from eventlet.hubs import trampoline
from eventlet.patcher import is_monkey_patched
from psycopg.abc import PQGen
from psycopg.waiting import Ready, Wait
from sqlalchemy import PoolProxiedConnection

from services.common import connecting

_Result = TypeVar("_Result")


class ServerSilent(psycopg.OperationalError):
    """The server let the time pass in which it ends every statement itself; the connection is of no use."""


class HubConnection(psycopg.Connection[Any]):
    """Waits for its server without stopping the others, and not much longer than the server lets it.

    `patience_s` is how long, where it is another time than that of every statement (`patient`).
    """

    patience_s: float | None = None

    def wait(self, gen: PQGen[_Result], interval: float = 0.0, timeout: float | None = None) -> _Result:
        """Run psycopg's generator to its end. With a time limit of the client's own, psycopg's way."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            wanted = next(gen)
            patience_s = self.patience_s or connecting.ANSWER_S
            while True:
                wanted = gen.send(_ready(self.pgconn.socket, wanted, patience_s))
        except StopIteration as end:
            result: _Result = end.value
            return result
        except ServerSilent:
            self.pgconn.finish()
            raise


@contextmanager
def patient(pooled: PoolProxiedConnection, statement_s: int) -> Iterator[None]:
    """Meanwhile wait on this connection for a server that lets a statement take `statement_s`."""
    connection = pooled.driver_connection
    if not isinstance(connection, HubConnection):
        yield
        return
    connection.patience_s = statement_s + connecting.SLACK_S
    try:
        yield
    finally:
        # The pool hands the same connection to others.
        connection.patience_s = None


def _ready(fileno: int, wanted: Wait, patience_s: float) -> Ready:
    """Let others run until the socket is ready; the hub takes one direction of a socket at a time."""
    if wanted == Wait.R:
        trampoline(fileno, read=True, timeout=patience_s, timeout_exc=ServerSilent)
        return Ready.R
    readable, writable, _ = select.select([fileno], [fileno], [], patience_s)
    if not readable and not writable:
        raise ServerSilent
    return Ready.RW if readable else Ready.W


def connection_class() -> type[psycopg.Connection[Any]]:
    """What a pool of this program should open."""
    return HubConnection if is_monkey_patched("socket") else psycopg.Connection
