"""Jobs that come round: a nameko timer fires in every replica, an advisory lock lets one of them work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from nameko.timer import timer
from sqlalchemy import text

from services.common.database import DatabaseAccess, is_passing
from services.common.errors import Unavailable, Unknown
from services.common.logs import get_logger, tracing
from services.common.request import Request, background
from services.common.settings import settings

log = get_logger(__name__)

Job = Callable[[Any, Request], None]


def every(seconds: float, *, lock: str) -> Callable[[Job], Callable[[Any], None]]:
    """The method runs every `seconds` of real time, in one replica at a time; it must be idempotent."""

    def decorate(job: Job) -> Callable[[Any], None]:
        @wraps(job)
        def run(service: Any) -> None:
            request = background(settings().service)
            with tracing(request.trace):
                _run_alone(service, job, lock, request)

        exposed: Callable[[Any], None] = timer(interval=seconds)(run)
        return exposed

    return decorate


def _run_alone(service: Any, job: Job, lock: str, request: Request) -> None:
    try:
        with advisory_lock(service.database, lock) as got:
            if got:
                job(service, request)
    except Exception as error:
        if isinstance(error, Unknown | Unavailable) or is_passing(error):
            log.warning("job put off", job=lock, error=type(error).__name__)
        else:
            log.exception("job failed", job=lock)


@contextmanager
def advisory_lock(database: DatabaseAccess, name: str) -> Iterator[bool]:
    """True while this process alone holds the lock `name` of the service's database."""
    key = {"name": f"hall.{name}"}
    with database.read() as session:
        got = bool(session.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), key))
        try:
            yield got
        finally:
            if got:
                session.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), key)
