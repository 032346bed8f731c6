"""Jobs that come round: they fire in every replica, an advisory lock lets one of them work.

nameko's own timer counts by the wall clock: set back by an hour it stops for one, set forward it makes up for
every round it thinks it missed, without a pause.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from eventlet import with_timeout
from eventlet.event import Event
from nameko.extensions import Entrypoint
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

        exposed: Callable[[Any], None] = Round.decorator(seconds)(run)
        return exposed

    return decorate


class Round(Entrypoint):  # type: ignore[misc]
    """The nameko entrypoint of a job: `interval` seconds of a clock nobody sets, then one round."""

    def __init__(self, interval: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.interval = interval
        self._stopping = Event()
        self._going: Any = None

    def start(self) -> None:
        """Begin with a pause."""
        self._going = self.container.spawn_managed_thread(self._go_round, identifier="rounds")

    def stop(self) -> None:
        """Let the present round come to its end."""
        self._stopping.send(True)
        self._going.wait()

    def kill(self) -> None:
        """End at once."""
        self._going.kill()

    def _go_round(self) -> None:
        while not self._stopped_within(self.interval):
            over = Event()

            def finished(_: Any, result: Any, exc_info: Any, over: Event = over) -> tuple[Any, Any]:
                over.send()
                return result, exc_info

            self.container.spawn_worker(self, (), {}, handle_result=finished)
            over.wait()

    def _stopped_within(self, seconds: float) -> bool:
        return bool(with_timeout(seconds, self._stopping.wait, timeout_value=False))


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
