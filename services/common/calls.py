"""Calls on the bus, client side of a service: every call has a deadline, every command a key."""

import uuid
from typing import Any

import orjson
from amqp import AMQPError
from eventlet import Timeout
from eventlet.event import Event
from nameko.extensions import DependencyProvider, SharedExtension

from services.common.clock import technical_now
from services.common.errors import Unavailable, Unknown
from services.common.link import Link
from services.common.request import Request, digest_of
from services.common.settings import settings
from services.common.wire import raise_from_reply

CALL_S = 3.0
# A question waits for no more than this share of what its own asker still waits: time to say what is missing.
QUESTION_SHARE = 0.8


class CallClient(SharedExtension):  # type: ignore[misc]
    """The connection of this process for its own calls, with one exclusive reply queue."""

    def setup(self) -> None:
        """Make the link and an empty list of who waits."""
        self._waiting: dict[str, Event] = {}
        self._ready = Event()
        self.link = Link(settings().broker_url, "own calls", self._open, self._give_up)
        self.reply_to = ""

    def start(self) -> None:
        """Connect."""
        self.container.spawn_managed_thread(self.link.run, identifier="own calls")

    def stop(self) -> None:
        """Close."""
        self.link.stop()

    def ask(self, service: str, body: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """The reply of `service`, or Unknown when none came in time."""
        correlation_id = uuid.uuid4().hex
        event = self._waiting[correlation_id] = Event()
        try:
            with Timeout(timeout_s, Unknown(service)):
                self._await_reply_queue()
                self._send(service, body, correlation_id, timeout_s)
                reply: dict[str, Any] = event.wait()
                return reply
        finally:
            del self._waiting[correlation_id]

    def _await_reply_queue(self) -> None:
        """A link just opened can send before replies can come: such a call would lose its answer."""
        if self.link.connected and not self.reply_to:
            self._ready.wait()

    def _send(self, service: str, body: dict[str, Any], correlation_id: str, timeout_s: float) -> None:
        try:
            self.link.send(
                orjson.dumps(body),
                "commands",
                f"{service}.{body['method']}",
                reply_to=self.reply_to,
                correlation_id=correlation_id,
                user_id=self.link.user,
                expiration=str(max(1, int(timeout_s * 1000))),
                delivery_mode=1,
            )
        except (OSError, AMQPError):
            raise Unknown(service) from None

    def _open(self, link: Link) -> None:
        queue = f"reply.{link.user}.{uuid.uuid4().hex}"
        link.channel.queue_declare(queue, exclusive=True, auto_delete=True, durable=False)
        link.channel.queue_bind(queue, "replies", queue)
        link.channel.basic_consume(queue, no_ack=True, callback=self._receive)
        self.reply_to = queue
        self._ready.send()

    def _receive(self, message: Any) -> None:
        event = self._waiting.get(message.properties.get("correlation_id", ""))
        if event is not None and not event.ready():
            event.send(orjson.loads(message.body))

    def _give_up(self) -> None:
        ready, self._ready, self.reply_to = self._ready, Event(), ""
        if not ready.ready():
            ready.send_exception(Unknown("broker"))
        for event in list(self._waiting.values()):
            if not event.ready():
                event.send_exception(Unknown("broker"))


class ServiceAccess:
    """Another service, as this one calls it."""

    def __init__(self, name: str, client: CallClient) -> None:
        self.name = name
        self._client = client

    def call(self, method: str, arguments: dict[str, Any], request: Request) -> Any:
        """Ask a question; Unavailable when no answer comes before the deadline."""
        try:
            return self._ask(method, arguments, request, None)
        except Unknown:
            raise Unavailable(self.name) from None

    def command(self, method: str, arguments: dict[str, Any], request: Request, *, key: str) -> Any:
        """Ask for an effect under `key`; Unknown when no answer comes: ask again with the same key."""
        return self._ask(method, arguments, request, key)

    def _ask(self, method: str, arguments: dict[str, Any], request: Request, key: str | None) -> Any:
        share = 1.0 if key else QUESTION_SHARE
        timeout_s = min(CALL_S, request.remaining_s() * share)
        if timeout_s <= 0:
            raise Unknown(self.name)
        body = {
            "method": method,
            "args": arguments,
            "subject": request.token,
            "trace": request.trace,
            "deadline": technical_now() + timeout_s,
            "op_id": key,
            "digest": digest_of(arguments) if key else None,
        }
        return raise_from_reply(self._client.ask(self.name, body, timeout_s), self.name)


class Service(DependencyProvider):  # type: ignore[misc]
    """`deposit = Service("deposit")` on a service class gives its workers a `ServiceAccess`."""

    client = CallClient()

    def __init__(self, service: str) -> None:
        self.service = service

    def setup(self) -> None:
        """One access for all workers."""
        self.access = ServiceAccess(self.service, self.client)

    def get_dependency(self, worker_ctx: Any) -> ServiceAccess:
        """The access."""
        return self.access
