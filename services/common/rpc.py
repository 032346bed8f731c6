"""Calls on the bus, server side: nameko entrypoints that answer questions and keyed commands.

nameko is the edge and not the guarantee: a call may come twice (the key makes it one effect), late (the
deadline is checked before anything happens) or malformed (it is dropped, never raised into the framework).
"""

from collections.abc import Callable, Collection
from functools import cache, wraps
from time import perf_counter
from typing import Any

from amqp import AMQPError
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from services.common.database import is_passing
from services.common.editions import is_business
from services.common.errors import (
    Forbidden,
    Invalid,
    Refusal,
    Unauthenticated,
    Unavailable,
    Unknown,
)
from services.common.link import Link
from services.common.logs import get_logger, tracing
from services.common.metrics import CALL_SECONDS, CALLS, DROPPED
from services.common.request import Request
from services.common.settings import settings
from services.common.shape import Shape, loaded
from services.common.subject import Subject, require_professional, verify_subject
from services.common.topology import request_queue
from services.common.wire import Reply, read_request, written_reply

log = get_logger(__name__)

Method = Callable[[Any, dict[str, Any], Request], Any]

PREFETCH = 64
# Looking a child up by its labels costs more than counting; methods and outcomes are few.
_count = cache(CALLS.labels)
_timing = cache(CALL_SECONDS.labels)
CITIZENS_ONLY = frozenset({"citizen"})


class Face:
    """Who may call a method, in which roles, with arguments of which shape; commands carry a key."""

    def __init__(
        self,
        shape: type[Shape] | None,
        callers: Collection[str],
        roles: Collection[str] | None,
        *,
        keyed: bool,
    ) -> None:
        self.shape = shape
        self.callers = frozenset(callers)
        self.roles = frozenset(roles) if roles is not None else None
        self.keyed = keyed

    def subject_of(self, request: Request, caller: str) -> Subject | None:
        """The verified subject; raises Forbidden or Unauthenticated where caller or role may not."""
        if caller not in self.callers:
            raise Forbidden("caller_not_allowed", "不允许的调用。")
        if self.roles is None:
            return verify_subject(request.token) if request.token else None
        if request.token is None:
            raise Unauthenticated("not_logged_in", "请先登录。")
        subject = verify_subject(request.token)
        if subject.role not in self.roles or subject.restricted:
            raise Forbidden("role_not_allowed", "当前身份不能办理此业务。")
        if self.keyed and self.roles == CITIZENS_ONLY:
            _refuse_normal_edition(subject, request)
        return subject


def _refuse_normal_edition(subject: Subject, request: Request) -> None:
    if is_business(f"{settings().service}.{request.method}"):
        require_professional(subject)


def query(
    shape: type[Shape] | None = None,
    *,
    callers: Collection[str] = ("gateway",),
    roles: Collection[str] | None = ("citizen",),
) -> Callable[[Method], Method]:
    """A method that only answers. `roles=None` means no subject is needed."""
    return _exposed(Face(shape, callers, roles, keyed=False))


def command(
    shape: type[Shape] | None = None,
    *,
    callers: Collection[str] = ("gateway",),
    roles: Collection[str] | None = ("citizen",),
) -> Callable[[Method], Method]:
    """A method with an effect: it carries a key, and a repeat of the key gets the answer already given.

    One for citizens alone is a transaction of the professional edition, unless `editions.py` says otherwise.
    """
    return _exposed(Face(shape, callers, roles, keyed=True))


def _exposed(face: Face) -> Callable[[Method], Method]:
    def decorate(method: Method) -> Method:
        @wraps(method)
        def answer(service: Any, arguments: dict[str, Any], request: Request) -> Reply:
            return _reply(face, method, service, arguments, request)

        exposed: Method = Call.decorator(answer)
        return exposed

    return decorate


def _reply(face: Face, method: Method, service: Any, arguments: dict[str, Any], request: Request) -> Reply:
    began_at = perf_counter()
    with tracing(request.trace):
        reply = _outcome(face, method, service, arguments, request)
    _timing(request.method).observe(perf_counter() - began_at)
    _count(request.method, next(iter(reply))).inc()
    return reply


def _outcome(face: Face, method: Method, service: Any, arguments: dict[str, Any], request: Request) -> Reply:
    try:
        return {"answer": _answer(face, method, service, arguments, request)}
    except Refusal as refusal:
        log.info("refused", method=request.method, refusal=refusal.code, caller=request.caller)
        return {"refusal": refusal.on_wire()}
    except Unknown:
        return {"unknown": True}
    except Unavailable as missing:
        return {"unavailable": str(missing)}
    except (DBAPIError, PoolExhausted) as error:
        return _database_trouble(face, request, error)
    except Exception:
        log.exception("fault", method=request.method, caller=request.caller)
        return {"fault": request.trace}


def _database_trouble(face: Face, request: Request, error: DBAPIError | PoolExhausted) -> Reply:
    cause = error.orig if isinstance(error, DBAPIError) else error
    log.error("database trouble", method=request.method, error=type(cause).__name__)
    if not is_passing(error):
        return {"fault": request.trace}
    # A commit whose answer was lost may have happened: a command's outcome is unknown, never failed.
    return {"unknown": True} if face.keyed else {"unavailable": settings().service}


def _answer(face: Face, method: Method, service: Any, arguments: dict[str, Any], request: Request) -> Any:
    subject = face.subject_of(request, request.caller)
    request = _with_subject(request, subject)
    if face.keyed:
        if not request.op_id or not request.digest:
            raise Invalid("key_missing", "缺少幂等键。", pointer="/Idempotency-Key")
        if (stored := service.database.answered(request)) is not None:
            return stored
        if request.remaining_s() <= 0:
            # It waited too long for a worker: its caller may have been told by now that it did not happen.
            DROPPED.labels("late").inc()
            raise Unknown(request.method)
    return method(service, loaded(face.shape, arguments), request)


def _with_subject(request: Request, subject: Subject | None) -> Request:
    if subject is None:
        return request
    return Request(
        method=request.method,
        caller=request.caller,
        trace=request.trace,
        deadline=request.deadline,
        token=request.token,
        subject=subject,
        op_id=request.op_id,
        digest=request.digest,
    )


class CallServer(ProviderCollector, SharedExtension):  # type: ignore[misc]
    """The connection on which all calls to this service arrive and are answered."""

    def setup(self) -> None:
        """Make the link; nothing arrives before `start`."""
        self.queue = request_queue(self.container.service_name)
        self.link = Link(settings().broker_url, "calls", self._open)

    def start(self) -> None:
        """Begin to serve."""
        self.container.spawn_managed_thread(self.link.run, identifier="calls")

    def stop(self) -> None:
        """Take no more calls."""
        self.link.stop()
        super().stop()

    def _open(self, link: Link) -> None:
        link.channel.basic_qos(0, PREFETCH, False)
        link.channel.basic_consume(self.queue, callback=self._deliver)

    def _deliver(self, message: Any) -> None:
        channel = self.link.channel
        call = read_request(message.body, message.properties)
        entrypoint = self._entrypoint(call)
        if call is None or entrypoint is None or call[1].remaining_s() <= 0:
            DROPPED.labels("malformed" if entrypoint is None else "late").inc()
            self._acknowledge(channel, message)
            return
        arguments, request = call
        self.container.spawn_worker(
            entrypoint,
            (arguments, request),
            {},
            handle_result=lambda _, result, exc_info: self._respond(channel, message, result, exc_info),
        )

    def _entrypoint(self, call: tuple[dict[str, Any], Request] | None) -> Any:
        if call is None:
            return None
        return next((one for one in self._providers if one.method_name == call[1].method), None)

    def _respond(self, channel: Any, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        reply = result if exc_info is None else {"fault": ""}
        try:
            self.link.send(
                written_reply(reply),
                "replies",
                message.properties["reply_to"],
                correlation_id=message.properties["correlation_id"],
                delivery_mode=1,
            )
            self._acknowledge(channel, message)
        except (OSError, AMQPError):
            # The effect is committed and its answer stored by key; the caller asks again.
            log.warning("reply not sent")
        return result, exc_info

    def _acknowledge(self, channel: Any, message: Any) -> None:
        # A tag counts on its own channel only: on a later one it is unknown, or another call's.
        if self.link.channel is channel:
            channel.basic_ack(message.delivery_info["delivery_tag"])


class Call(Entrypoint):  # type: ignore[misc]
    """The nameko entrypoint of one exposed method."""

    server = CallServer()

    def setup(self) -> None:
        """Join the service's call server."""
        self.server.register_provider(self)

    def stop(self) -> None:
        """Leave it."""
        self.server.unregister_provider(self)
