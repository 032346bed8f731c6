"""A link to the broker: each connection's writes stay its own, and a connection lost is soon back."""

from collections.abc import Iterator
from typing import Any

import eventlet
import pytest
from eventlet.event import Event

from services.common.link import JoinedWrites, Link


class Socket:
    """Takes what is sent, or hangs like a dead connection until it breaks."""

    def __init__(self, breaks: Event | None = None) -> None:
        self.breaks = breaks
        self.sent: list[bytes] = []

    def send_all(self, frames: bytes) -> None:
        if self.breaks is not None:
            self.breaks.wait()
        self.sent.append(frames)


def turn() -> None:
    """Let the other greenthreads run."""
    for _ in range(3):
        eventlet.sleep(0)


def test_what_one_turn_writes_is_sent_at_once_and_in_order() -> None:
    socket = Socket()
    writes = JoinedWrites(socket.send_all, "test")
    for part in (b"a", b"b", b"c"):
        writes.write(part)
    turn()
    writes.write(b"d")
    turn()
    assert socket.sent == [b"abc", b"d"]


def test_a_flush_that_hangs_on_a_lost_connection_takes_nothing_of_the_next() -> None:
    lost, present = Socket(breaks=Event()), Socket()
    before, after = JoinedWrites(lost.send_all, "test"), JoinedWrites(present.send_all, "test")
    before.write(b"old")
    turn()
    after.write(b"new")
    assert lost.breaks is not None
    lost.breaks.send_exception(OSError("reset"))
    turn()
    after.write(b"newer")
    turn()
    assert (lost.sent, b"".join(present.sent)) == ([], b"newnewer")


class Waits:
    """What a link sleeps between connections, without sleeping."""

    def __init__(self, ends_after: int) -> None:
        self.seconds: list[float] = []
        self.ends_after = ends_after
        self.link: Link | None = None

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if len(self.seconds) == self.ends_after:
            assert self.link is not None
            self.link._stopping = True


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Waits]:
    waited = Waits(ends_after=7)
    monkeypatch.setattr(eventlet, "sleep", waited)
    yield waited


def test_the_back_off_grows_while_the_broker_is_away_and_starts_anew_once_it_was_reached(
    waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = iter([False, False, False, False, False, True, False])

    def serve(self: Any) -> None:
        self._reached = next(outcomes)
        raise ConnectionResetError

    monkeypatch.setattr(Link, "_serve", serve)
    waits.link = Link("amqp://auth:secret@127.0.0.1:1/hall", "test", lambda _: None)
    waits.link.run()
    assert waits.seconds == [0.2, 0.4, 0.8, 1.0, 1.0, 0.1, 0.2]
