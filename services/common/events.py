"""Events of others, taken durably: raw bytes in, inbox row and effect in one transaction, then the ack.

A handler that fails sends its message to a delayed retry queue, after the last try to the dead-letter queue,
with the broker's confirm, and only then is the message acknowledged. Nothing is ever raised into nameko.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import amqp
import eventlet
from amqp.basic_message import Message
from eventlet import Timeout
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension
from sqlalchemy.orm import Session

from services.common.database import is_passing
from services.common.errors import Refusal
from services.common.inbox import Event, decoded, take
from services.common.link import Link, open_connection
from services.common.logs import get_logger, tracing
from services.common.metrics import EVENTS
from services.common.settings import settings
from services.common.topology import RETRY_DELAYS_S, dead_queue, event_queue, retry_queue

log = get_logger(__name__)

PREFETCH = 16
CONFIRM_S = 10
RETURN_AFTER_S = 1.0

Handler = Callable[[Any, Event, Session], None]


def durable(*names: str) -> Callable[[Handler], Handler]:
    """The method handles these events, each exactly once, in the transaction it is given."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def take_once(service: Any, event: Event) -> str:
            with tracing(event.trace), service.database.write() as session:
                return _once(service, handler, event, session)

        exposed: Handler = DurableEvents.decorator(names)(take_once)
        return exposed

    return decorate


def _once(service: Any, handler: Handler, event: Event, session: Session) -> str:
    if not take(session, event):
        return "repeated"
    handler(service, event, session)
    return "handled"


class EventConsumer(ProviderCollector, SharedExtension):  # type: ignore[misc]
    """The connection on which all events for this service arrive."""

    def setup(self) -> None:
        """Make the link; nothing arrives before `start`."""
        self.service = self.container.service_name
        self.link = Link(settings().broker_url, "events", self._open)

    def start(self) -> None:
        """Begin to take events."""
        self.container.spawn_managed_thread(self.link.run, identifier="events")

    def stop(self) -> None:
        """Take no more events."""
        self.link.stop()
        super().stop()

    def _open(self, link: Link) -> None:
        link.channel.basic_qos(0, PREFETCH, False)
        link.channel.basic_consume(event_queue(self.service), callback=self._deliver)
        link.channel.basic_consume(dead_queue(self.service), callback=self._keep)

    def _keep(self, message: Any) -> None:
        """Give a dead letter to the service's keeper; what cannot be stored stays in the queue."""
        tag, channel = message.delivery_info["delivery_tag"], self.link.channel
        keeper = next(one for one in self._providers if isinstance(one, DeadLetterKeeper))

        def finished(_: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            if exc_info is None:
                self._acknowledge(channel, tag)
            else:
                self._return_later(channel, tag)
            return result, exc_info

        reason = str((message.headers or {}).get("reason", "delivered too often"))
        self.container.spawn_worker(keeper, (bytes(message.body), reason), {}, handle_result=finished)

    def _return_later(self, channel: Any, tag: int) -> None:
        # Alone and not at once: the events beside it go on, and a database that is away is not stormed.
        eventlet.sleep(RETURN_AFTER_S)
        if self.link.channel is channel:
            channel.basic_reject(tag, requeue=True)

    def _deliver(self, message: Any) -> None:
        tag, channel = message.delivery_info["delivery_tag"], self.link.channel
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        attempt = int((message.headers or {}).get("attempt", 0))
        try:
            event = decoded(body)
        except ValueError as error:
            reason = str(error)
            self.container.spawn_managed_thread(
                lambda: self._settle(channel, tag, "dead", body, attempt, reason), identifier="dead"
            )
            return
        self._start(channel, tag, event, body, attempt)

    def _start(self, channel: Any, tag: int, event: Event, body: bytes, attempt: int) -> None:
        entrypoint = self._taker(event)
        if entrypoint is None:
            EVENTS.labels(event.name, "not for us").inc()
            channel.basic_ack(tag)
            return

        def finished(_: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            if exc_info is None:
                EVENTS.labels(event.name, result).inc()
                self._acknowledge(channel, tag)
            else:
                self._failed(channel, tag, event, body, attempt, exc_info[1])
            return result, exc_info

        self.container.spawn_worker(entrypoint, (event,), {}, handle_result=finished)

    def _taker(self, event: Event) -> Any:
        """Who handles the event, or counts it where others of its noun are handled; None: nothing does."""
        if named := [one for one in self._providers if event.name in one.names]:
            return named[0]
        nouns = {_noun(name) for one in self._providers for name in one.names}
        counters = (one for one in self._providers if isinstance(one, EventCounter))
        return next(counters, None) if _noun(event.name) in nouns else None

    def _failed(
        self, channel: Any, tag: int, event: Event, body: bytes, attempt: int, error: BaseException
    ) -> None:
        reason = error.code if isinstance(error, Refusal) else type(error).__name__
        if is_passing(error):
            # The database is away, the event is not at fault: it waits however long that takes.
            attempt = min(attempt, len(RETRY_DELAYS_S) - 1)
        fate = "retry" if attempt < len(RETRY_DELAYS_S) else "dead"
        EVENTS.labels(event.name, fate).inc()
        log.warning("event failed", event_name=event.name, attempt=attempt, reason=reason, fate=fate)
        self._settle(channel, tag, fate, body, attempt, reason)

    def _settle(self, channel: Any, tag: int, fate: str, body: bytes, attempt: int, reason: str) -> None:
        """Hand the message on with the broker's confirm, then acknowledge it; else it comes back."""
        retried = fate == "retry"
        key = retry_queue(self.service, RETRY_DELAYS_S[attempt]) if retried else dead_queue(self.service)
        headers = {"attempt": attempt + 1, "reason": reason[:180]}
        try:
            publish_confirmed(fate, key, body, headers)
        except (OSError, amqp.AMQPError) as error:
            log.warning("message not handed on", fate=fate, error=type(error).__name__)
            if self.link.channel is channel:
                self.link.drop()
            return
        self._acknowledge(channel, tag)

    def _acknowledge(self, channel: Any, tag: int) -> None:
        if self.link.channel is channel:
            channel.basic_ack(tag)


def publish_confirmed(exchange: str, routing_key: str, body: bytes, headers: dict[str, Any]) -> None:
    """Publish one persistent message on a connection of its own and wait for the broker's confirm.

    Raises OSError or AMQPError when none came in time: the message may have been taken or not.
    """
    connection = open_connection(settings().broker_url, confirm_publish=True)
    transport = connection.transport
    try:
        with Timeout(CONFIRM_S, TimeoutError("no confirm")):
            message = Message(body, delivery_mode=2, application_headers=headers)
            connection.channel().basic_publish(
                message, exchange, routing_key, mandatory=True, confirm_timeout=CONFIRM_S
            )
    except BaseException:
        # A broker that does not confirm, as under its memory alarm, would not answer a close either.
        transport.close()
        raise
    _close(connection)


def _close(connection: Any) -> None:
    try:
        with Timeout(CONFIRM_S, TimeoutError("no answer")):
            connection.close()
    except (OSError, amqp.AMQPError) as error:
        # The message is confirmed: it was handed on, however its connection ended.
        log.info("connection not closed in order", error=type(error).__name__)


def _noun(name: str) -> str:
    return name.partition(".")[0]


class TwoHandlers(Exception):
    """Two methods of one service want the same event; only one of them would ever hear of it."""


class DurableEvents(Entrypoint):  # type: ignore[misc]
    """The nameko entrypoint of one handler."""

    consumer = EventConsumer()

    def __init__(self, names: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.names = frozenset(names)

    def setup(self) -> None:
        """Join the service's consumer. Raises TwoHandlers."""
        taken = self.names & {name for one in self.consumer._providers for name in one.names}
        if taken:
            raise TwoHandlers(", ".join(sorted(taken)))
        self.consumer.register_provider(self)

    def stop(self) -> None:
        """Leave it."""
        self.consumer.unregister_provider(self)


class EventCounter(Entrypoint):  # type: ignore[misc]
    """The nameko entrypoint of the one method that counts events nobody handles beside those that are."""

    names: frozenset[str] = frozenset()
    consumer = EventConsumer()

    def setup(self) -> None:
        """Join the service's consumer."""
        self.consumer.register_provider(self)

    def stop(self) -> None:
        """Leave it."""
        self.consumer.unregister_provider(self)


class DeadLetterKeeper(Entrypoint):  # type: ignore[misc]
    """The nameko entrypoint of the one method that stores dead letters for staff."""

    names: frozenset[str] = frozenset()
    consumer = EventConsumer()

    def setup(self) -> None:
        """Join the service's consumer."""
        self.consumer.register_provider(self)

    def stop(self) -> None:
        """Leave it."""
        self.consumer.unregister_provider(self)
