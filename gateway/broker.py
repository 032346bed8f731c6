"""One AMQP connection in a thread of its own, opened again whenever it is lost."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pika
from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel
from pika.exceptions import AMQPError
from pika.frame import Method
from pika.spec import Basic, BasicProperties

from gateway.frames import Replies, Sender
from services.common.logs import get_logger

log = get_logger(__name__)

BACK_OFF_S_MAX = 1.0
_BACK_OFF_S_FIRST = 0.05
_HEARTBEAT_S = 10
_BLOCKED_S = 5
_SOCKET_S = 2
_HANDSHAKE_S = 4


@dataclass(frozen=True, kw_only=True)
class Ears:
    """Who is told what: every reply, every broadcast event, and each time the connection is usable again."""

    on_reply: Callable[[str, bytes], None]
    on_event: Callable[[str, bytes], None]
    on_ready: Callable[[], None]


class PlainConnection(SelectConnection):  # type: ignore[misc]
    """Takes replies out of what arrives before pika sees it, and sends frames that pika did not make."""

    _replies: Replies | None = None
    _on_reply: Callable[[str, bytes], None]

    def hear(self, replies: Replies, on_reply: Callable[[str, bytes], None]) -> None:
        """Tell `on_reply` of each of these replies from now on."""
        self._on_reply = on_reply
        self._replies = replies

    def emit(self, frames: bytes) -> None:
        """Send frames that are made already, in one system call."""
        self.bytes_sent += len(frames)
        self._adapter_emit_data(frames)

    def _on_data_available(self, data_in: bytes) -> None:
        # What pika has begun to read it also reads to the end.
        if self._replies is not None and not self._frame_buffer:
            data_in = data_in[self._heard(self._replies, data_in) :]
        super()._on_data_available(data_in)

    def _heard(self, replies: Replies, received: bytes) -> int:
        heard = 0
        for number, body, end in replies.taken(received):
            self._on_reply(number, body)
            heard = end
        # By this count pika's heartbeat knows that the broker lives.
        self.bytes_received += heard
        return heard


class Broker:
    """Publishes commands and hears replies and `session.revoked`; only its own thread touches the channel."""

    def __init__(self, url: str, ears: Ears) -> None:
        self._parameters = _parameters(url)
        self._ears = ears
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="broker", daemon=True)
        self._connection: PlainConnection | None = None
        self._channel: Channel | None = None
        self._sender: Sender | None = None
        self.user: str = self._parameters.credentials.username
        self.reply_to = ""

    @property
    def ready(self) -> bool:
        """True while requests can be published and replies heard."""
        return self._channel is not None

    def start(self) -> None:
        """Open the connection in the background."""
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Close the connection and end the thread."""
        self._stopping.set()
        self.soon(self._close)
        self._thread.join(timeout_s)

    def soon(self, work: Callable[[], None]) -> None:
        """Run `work` in the broker's thread; dropped while there is no connection."""
        connection = self._connection
        if connection is not None:
            connection.ioloop.add_callback_threadsafe(work)

    def request(self, routing_key: str, number: str, expiration_ms: int, body: bytes) -> bytes:
        """A transient request as `send` takes it, several joined if need be; b"" without a connection."""
        return b"" if self._sender is None else self._sender.request(routing_key, number, expiration_ms, body)

    def send(self, requests: bytes) -> None:
        """Send what `request` made on this connection; only from the broker's thread.

        Silent when the channel is gone: a request stays pending and is sent again on the next connection, or
        its deadline passes.
        """
        if requests and self._connection is not None and self._channel is not None and self._channel.is_open:
            self._connection.emit(requests)

    def _live(self) -> None:
        pause_s = _BACK_OFF_S_FIRST
        while not self._stopping.is_set():
            reached = self.reply_to
            self._run_one_connection()
            pause_s = _BACK_OFF_S_FIRST if self.reply_to != reached else min(BACK_OFF_S_MAX, pause_s * 2)
            self._stopping.wait(pause_s)

    def _run_one_connection(self) -> None:
        connection = self._connection = self._connect()
        try:
            connection.ioloop.start()
        except (AMQPError, OSError) as error:
            log.warning("broker_connection_broken", error=type(error).__name__)
        finally:
            self._channel = None
            self._connection = None
            connection.ioloop.close()

    def _connect(self) -> PlainConnection:
        return PlainConnection(
            self._parameters,
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._on_channel),
            on_open_error_callback=self._on_lost,
            on_close_callback=self._on_lost,
        )

    def _on_lost(self, connection: SelectConnection, reason: object) -> None:
        if not self._stopping.is_set():
            log.warning("broker_connection_lost", error=type(reason).__name__)
        self._channel = None
        connection.ioloop.stop()

    def _on_channel(self, channel: Channel) -> None:
        channel.add_on_close_callback(self._on_channel_closed)
        _Setting(channel, self.user, self._ears, self._on_set).begin()

    def _on_channel_closed(self, channel: Channel, reason: object) -> None:
        self._channel = None
        if channel.connection.is_open:
            channel.connection.close()

    def _on_set(self, channel: Channel, reply_to: str, consumer: str) -> None:
        number = channel.channel_number
        frame_max = channel.connection.params.frame_max
        self._sender = Sender(
            channel=number, frame_max=frame_max, exchange="commands", user=self.user, reply_to=reply_to
        )
        channel.connection.hear(Replies(number, consumer, "replies", reply_to), self._ears.on_reply)
        self.reply_to = reply_to
        self._channel = channel
        self._ears.on_ready()

    def _close(self) -> None:
        if self._connection is not None and self._connection.is_open:
            self._connection.close()
        elif self._connection is not None:
            self._connection.ioloop.stop()


class _Setting:
    """Declares and binds the two exclusive queues of a connection, then consumes both."""

    def __init__(
        self, channel: Channel, user: str, ears: Ears, done: Callable[[Channel, str, str], None]
    ) -> None:
        self._channel = channel
        self._ears = ears
        self._done = done
        self._reply_to = f"reply.{user}.{uuid.uuid4().hex}"
        self._broadcast = f"broadcast.{user}.{uuid.uuid4().hex}"

    def begin(self) -> None:
        """Ask for the queues one after the other; the broker keeps the order of a channel."""
        channel = self._channel
        for queue in (self._reply_to, self._broadcast):
            channel.queue_declare(queue, exclusive=True, auto_delete=True, callback=_ignore)
        channel.queue_bind(self._reply_to, "replies", self._reply_to, callback=_ignore)
        channel.queue_bind(self._broadcast, "events", "session.revoked", callback=_ignore)
        channel.basic_consume(self._broadcast, self._on_event, auto_ack=True, exclusive=True)
        channel.basic_consume(
            self._reply_to, self._on_reply, auto_ack=True, exclusive=True, callback=self._consuming
        )

    def _consuming(self, consumed: Method[Basic.ConsumeOk]) -> None:
        self._done(self._channel, self._reply_to, consumed.method.consumer_tag)

    def _on_reply(self, _: Channel, __: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
        self._ears.on_reply(properties.correlation_id or "", body)

    def _on_event(self, _: Channel, method: Basic.Deliver, __: BasicProperties, body: bytes) -> None:
        self._ears.on_event(method.routing_key or "", body)


def _ignore(_: object) -> None:
    """The next step of a channel's set-up is queued already."""


def _parameters(url: str) -> pika.URLParameters:
    parameters = pika.URLParameters(url)
    parameters.heartbeat = _HEARTBEAT_S
    parameters.blocked_connection_timeout = _BLOCKED_S
    parameters.socket_timeout = _SOCKET_S
    parameters.stack_timeout = _HANDSHAKE_S
    parameters.connection_attempts = 1
    return parameters
