"""The two AMQP messages that pass with every question, read and written whole: requests and their replies.

pika makes an object of each frame, of each property and of each method. What is not as plain as these two
messages are is left to pika.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

_METHOD, _HEADER, _BODY, _END = 1, 2, 3, b"\xce"
_PUBLISH, _DELIVER = b"\x00\x3c\x00\x28\x00\x00", b"\x00\x3c\x00\x3c"
_FRAME = Struct(">BHI")
_CONTENT = Struct(">HHQH")
_CLASS_BASIC = 60
# Delivery mode, correlation id; of a request also reply-to, expiration, user id.
_REPLY_PROPERTIES = 0b0001_0100_0000_0000
_REQUEST_PROPERTIES = 0b0001_0111_0001_0000
_TRANSIENT = b"\x01"
# Between the constant ends of a delivery: the delivery's number and whether it is repeated.
_VARYING_BYTES = 9
_HEADER_OF_REPLY = Struct(">BHIHHQHBB")
_AROUND_CONTENT = 8


def _short(text: str) -> bytes:
    told = text.encode()
    return bytes((len(told),)) + told


def _frame(kind: int, channel: int, content: bytes) -> bytes:
    return _FRAME.pack(kind, channel, len(content)) + content + _END


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Where requests go out: one channel, one exchange, one user, one queue for what comes back."""

    channel: int
    frame_max: int
    exchange: str
    user: str
    reply_to: str

    def request(self, routing_key: str, number: str, expiration_ms: int, body: bytes) -> bytes:
        """The frames of a transient request."""
        method = _PUBLISH + _short(self.exchange) + _short(routing_key) + b"\x00"
        properties = (
            _TRANSIENT
            + _short(number)
            + _short(self.reply_to)
            + _short(str(expiration_ms))
            + _short(self.user)
        )
        header = _CONTENT.pack(_CLASS_BASIC, 0, len(body), _REQUEST_PROPERTIES) + properties
        return (
            _frame(_METHOD, self.channel, method) + _frame(_HEADER, self.channel, header) + self._body(body)
        )

    def _body(self, body: bytes) -> bytes:
        most = self.frame_max - _AROUND_CONTENT
        if len(body) <= most:
            return _frame(_BODY, self.channel, body)
        parts = (body[start : start + most] for start in range(0, len(body), most))
        return b"".join(_frame(_BODY, self.channel, part) for part in parts)


class Replies:
    """Takes whole replies from the front of what a connection received."""

    def __init__(self, channel: int, consumer: str, exchange: str, routing_key: str) -> None:
        front = _DELIVER + _short(consumer)
        back = _short(exchange) + _short(routing_key)
        self._front = _FRAME.pack(_METHOD, channel, len(front) + _VARYING_BYTES + len(back)) + front
        self._back = back + _END
        self._channel = channel

    def taken(self, received: bytes) -> Iterator[tuple[str, bytes, int]]:
        """Correlation id and body of each reply, and where it ends; stops before what is anything else."""
        at = 0
        while (reply := self._one(received, at)) is not None:
            yield reply
            at = reply[2]

    def _one(self, received: bytes, at: int) -> tuple[str, bytes, int] | None:
        back = at + len(self._front) + _VARYING_BYTES
        if not (received.startswith(self._front, at) and received.startswith(self._back, back)):
            return None
        header = back + len(self._back)
        start = header + _HEADER_OF_REPLY.size
        if len(received) < start:
            return None
        kind, channel, _, _, _, length, properties, _, named = _HEADER_OF_REPLY.unpack_from(received, header)
        if (kind, channel, properties) != (_HEADER, self._channel, _REPLY_PROPERTIES):
            return None
        body = start + named + len(_END)
        return self._with_body(received, received[start : start + named], body, length)

    def _with_body(
        self, received: bytes, number: bytes, frame: int, length: int
    ) -> tuple[str, bytes, int] | None:
        start = frame + _FRAME.size
        end = start + length
        if len(received) < end + len(_END):
            return None
        # A longer body comes in several frames, none of which is as long as the body.
        if _FRAME.unpack_from(received, frame) != (_BODY, self._channel, length):
            return None
        return number.decode(), received[start:end], end + len(_END)
