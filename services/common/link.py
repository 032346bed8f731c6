"""One AMQP connection of a service, kept open under eventlet: raw deliveries, large reads, coalesced writes.

py-amqp's own `basic_publish` reads from the socket while it writes and re-enters the reader, which loses
deliveries; so messages leave by `send_method`, and only one greenthread ever reads.
"""

import _socket
from collections.abc import Callable
from contextlib import suppress
from ssl import CERT_REQUIRED
from typing import Any
from urllib.parse import unquote, urlparse

import amqp
import eventlet
from amqp import spec
from amqp.basic_message import Message

from services.common.logs import get_logger

log = get_logger(__name__)

READ_BYTES = 65536
HEARTBEAT_S = 10
BACK_OFF_FIRST_S = 0.1
BACK_OFF_MAX_S = 1.0
CONNECT_TIMEOUT_S = 5
_PUBLISH_FORMAT = "Bssbb"

Opened = Callable[["Link"], None]


def user_of(url: str) -> str:
    """The broker user that a connection address names."""
    return unquote(urlparse(url).username or "")


def open_connection(url: str, **options: Any) -> amqp.Connection:
    """A connected py-amqp connection to the address; with amqps its certificate must be for the host named.

    Certificates are checked against those the machine trusts (or `SSL_CERT_FILE`).
    """
    parts = urlparse(url)
    encrypted = parts.scheme == "amqps"
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port or (5671 if encrypted else 5672)}",
        ssl={"server_hostname": parts.hostname, "cert_reqs": CERT_REQUIRED} if encrypted else False,
        userid=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        virtual_host=unquote(parts.path.lstrip("/")) or "/",
        heartbeat=HEARTBEAT_S,
        connect_timeout=CONNECT_TIMEOUT_S,
        **options,
    )
    connection.connect()
    return connection


def sever(transport: Any) -> None:
    """End a connection that another greenthread reads: it wakes with an error and closes the descriptor.

    A descriptor closed by anybody else is gone from the hub, and its reader sleeps for good.
    """
    sock = transport.sock
    if sock is not None:
        with suppress(OSError):
            # Below what TLS would make of it: its reader is told by the end of the stream alone.
            _socket.socket.shutdown(getattr(sock, "fd", sock), _socket.SHUT_RDWR)


class Link:
    """Runs one connection: reconnects with a back-off of at most a second and calls `opened` each time."""

    def __init__(
        self, url: str, purpose: str, opened: Opened, lost: Callable[[], None] | None = None
    ) -> None:
        self.url = url
        self.user = user_of(url)
        self.purpose = purpose
        self.channel: Any = None
        self._opened = opened
        self._lost = lost or (lambda: None)
        self._stopping = False
        self._reached = False
        self._transport: Any = None

    @property
    def connected(self) -> bool:
        """True while the channel can be used."""
        return self.channel is not None

    def run(self) -> None:
        """Connect and read until `stop`; errors of the connection are logged and end in a new one."""
        back_off_s = BACK_OFF_FIRST_S
        while not self._stopping:
            self._reached = False
            try:
                self._serve()
            except (OSError, amqp.AMQPError, EOFError) as error:
                if not self._stopping:
                    log.warning("broker link lost", purpose=self.purpose, error=type(error).__name__)
            back_off_s = BACK_OFF_FIRST_S if self._reached else min(BACK_OFF_MAX_S, back_off_s * 2)
            eventlet.sleep(back_off_s)

    def stop(self) -> None:
        """Close for good."""
        self._stopping = True
        self.channel = None
        self.drop()

    def drop(self) -> None:
        """Give the present connection up; unless stopped, `run` opens another."""
        if self._transport is not None:
            sever(self._transport)

    def send(self, body: bytes, exchange: str, routing_key: str, **properties: Any) -> None:
        """Write a message without waiting for anything; raises OSError or AMQPError when the link is down."""
        if self.channel is None:
            raise ConnectionError(f"{self.purpose}: no broker")
        message = Message(body, **properties)
        self.channel.send_method(
            spec.Basic.Publish, _PUBLISH_FORMAT, (0, exchange, routing_key, False, False), message
        )

    def _serve(self) -> None:
        connection = open_connection(self.url)
        transport = self._transport = connection.transport
        _make_fast(transport, self.purpose)
        # Before anything is waited for: who falls silent now must be given up as well.
        heart = eventlet.spawn(_beat, connection, transport)
        try:
            self.channel = connection.channel()
            self._opened(self)
            self._reached = True
            while not self._stopping:
                connection.blocking_read()
        finally:
            self.channel = self._transport = None
            heart.kill()
            transport.close()
            self._lost()


def _beat(connection: Any, transport: Any) -> None:
    while True:
        eventlet.sleep(HEARTBEAT_S / 3)
        try:
            connection.heartbeat_tick()
        except (OSError, amqp.AMQPError):
            sever(transport)
            return


class JoinedWrites:
    """Joins what one turn of the hub writes on one connection into one send."""

    def __init__(self, send_all: Callable[[bytes], None], purpose: str) -> None:
        self._send_all = send_all
        self._purpose = purpose
        self._written: list[bytes] = []
        self._flushing = False

    def write(self, part: bytes) -> None:
        """Send the part after this turn of the hub, behind all before it."""
        self._written.append(part)
        if not self._flushing:
            self._flushing = True
            eventlet.spawn_n(self._flush)

    def _flush(self) -> None:
        # One flush at a time: two greenthreads in sendall would interleave their frames.
        try:
            while self._written:
                parts, self._written = self._written, []
                self._send_all(b"".join(parts))
        except OSError as error:
            log.warning("broker write failed", purpose=self._purpose, error=type(error).__name__)
        finally:
            self._flushing = False


def _make_fast(transport: Any, purpose: str) -> None:
    """Read 64 kB at a time and join writes. Of each connection its own: a flush that still hangs on a dead
    one must not take what is written to the next."""
    # Encrypted, it kept the time limit of its connecting, and would ask a silent broker to agree to the end.
    transport.sock.settimeout(None)
    transport._shutdown_transport = lambda: None
    receive = transport.sock.recv
    writes = JoinedWrites(transport.sock.sendall, purpose)
    transport._quick_recv = lambda _: receive(READ_BYTES)
    transport._write = lambda view: writes.write(bytes(view))
