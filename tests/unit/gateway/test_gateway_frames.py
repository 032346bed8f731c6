"""Requests and replies as frames: what pika would write and read, and nothing else taken for a reply."""

import pika.frame
import pytest
from pika.spec import Basic, BasicProperties

from gateway.broker import PlainConnection
from gateway.frames import Replies, Sender

CHANNEL = 1
FRAME_MAX = 4096
REPLY_TO = "reply.gateway.0123456789abcdef"
SENDER = Sender(channel=CHANNEL, frame_max=FRAME_MAX, exchange="commands", user="gateway", reply_to=REPLY_TO)
REPLIES = Replies(CHANNEL, "ctag1.abc", "replies", REPLY_TO)
TRANSIENT = 1


def message(method: object, properties: BasicProperties, *parts: bytes) -> bytes:
    """A message as pika writes it."""
    length = sum(len(part) for part in parts)
    frames = [pika.frame.Method(CHANNEL, method), pika.frame.Header(CHANNEL, length, properties)]
    frames += [pika.frame.Body(CHANNEL, part) for part in parts]
    return b"".join(frame.marshal() for frame in frames)


def reply(number: str, *parts: bytes, tag: int = 1, **otherwise: object) -> bytes:
    """A reply as it arrives."""
    delivery = {"consumer_tag": "ctag1.abc", "exchange": "replies", "routing_key": REPLY_TO}
    method = Basic.Deliver(delivery_tag=tag, **(delivery | otherwise))
    return message(method, BasicProperties(delivery_mode=TRANSIENT, correlation_id=number), *parts)


def taken(received: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """The replies at the front, and what is left for pika."""
    found = list(REPLIES.taken(received))
    return [(number, body) for number, body, _ in found], received[found[-1][2] if found else 0 :]


def published(*parts: bytes) -> bytes:
    properties = BasicProperties(
        delivery_mode=TRANSIENT,
        correlation_id="42",
        reply_to=REPLY_TO,
        expiration="1999",
        user_id="gateway",
    )
    return message(Basic.Publish(exchange="commands", routing_key="deposit.profile"), properties, *parts)


def test_a_request_is_written_as_pika_writes_it() -> None:
    assert SENDER.request("deposit.profile", "42", 1999, b'{"a":1}') == published(b'{"a":1}')


@pytest.mark.parametrize("beyond", [0, 1, FRAME_MAX])
def test_a_body_longer_than_a_frame_goes_in_several(beyond: int) -> None:
    most = FRAME_MAX - 8
    body = bytes(range(256)) * 64
    body = body[: most + beyond]
    parts = [body[start : start + most] for start in range(0, len(body), most)]
    assert SENDER.request("deposit.profile", "42", 1999, body) == published(*parts)


def test_replies_are_taken_in_their_order() -> None:
    received = reply("1", b"one") + reply("22", b"two", tag=2)
    assert taken(received) == ([("1", b"one"), ("22", b"two")], b"")


def test_what_is_cut_off_is_left_whole() -> None:
    first, second = reply("1", b"one"), reply("2", b"two")
    for length in range(len(second)):
        assert taken(first + second[:length]) == ([("1", b"one")], second[:length])


OTHERS = {
    "another consumer": reply("1", b"one", consumer_tag="ctag1.abd"),
    "another exchange": reply("1", b"one", exchange="repliez"),
    "several body frames": reply("1", b"on", b"e"),
    "no body": reply("1"),
    "more properties": message(
        Basic.Deliver("ctag1.abc", 1, False, "replies", REPLY_TO),
        BasicProperties(delivery_mode=TRANSIENT, correlation_id="1", content_type="text/plain"),
        b"one",
    ),
    "a heartbeat": pika.frame.Heartbeat().marshal(),
    "a method": pika.frame.Method(CHANNEL, Basic.Cancel("ctag1.abc")).marshal(),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_whatever_is_no_plain_reply_is_left_to_pika_with_all_behind_it(other: bytes) -> None:
    behind = other + reply("2", b"two")
    assert taken(behind) == ([], behind)
    assert taken(reply("1", b"one") + behind) == ([("1", b"one")], behind)


def test_what_is_read_past_pika_counts_for_its_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[bytes] = []
    monkeypatch.setattr(
        PlainConnection.__mro__[1], "_on_data_available", lambda _, data: left.append(data), raising=False
    )
    connection = PlainConnection.__new__(PlainConnection)
    connection._frame_buffer, connection.bytes_received = b"", 0
    heard: list[tuple[str, bytes]] = []
    connection.hear(REPLIES, lambda number, body: heard.append((number, body)))
    received = reply("1", b"one")
    connection._on_data_available(received + b"rest")
    assert (heard, left, connection.bytes_received) == ([("1", b"one")], [b"rest"], len(received))
