"""How programs connect to PostgreSQL: none waits for a dead server for good, none takes a read-only one."""

from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

STATEMENT_S = 15
# The server ends a statement itself: who has heard nothing for longer hears nothing at all.
SLACK_S = 2
ANSWER_S = STATEMENT_S + SLACK_S
# A server that works looks now and then whether anybody waits for it still, and stops where nobody does.
CHECKED = "client_connection_check_interval=5s"

CONNECT: dict[str, Any] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    # Of several hosts the one that was promoted; a single one is waited for until it is.
    "target_session_attrs": "read-write",
}

READ_ONLY = "25006"
# Demoted to a copy, shut down, crashed, starting.
_SERVER_GONE = frozenset({READ_ONLY, "57P01", "57P02", "57P03"})


def state_of(error: BaseException | None) -> str | None:
    """The five letters by which the server says what is wrong, if it said anything."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None


def server_gone(error: BaseException | None) -> bool:
    """What stands at the other end of this connection is no server for us any more."""
    return state_of(error) in _SERVER_GONE
