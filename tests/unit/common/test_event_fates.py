"""Where an event goes whose handler failed: later again, or to the dead letters."""

from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
from sqlalchemy.exc import OperationalError

from services.common import events
from services.common.events import DurableEvents, EventConsumer, TwoHandlers
from services.common.inbox import decoded
from services.common.topology import RETRY_DELAYS_S, dead_queue, retry_queue

BODY = (
    b'{"message_id":"m","event":"withdrawal.paid","producer":"withdrawal","aggregate":"withdrawal:W1",'
    b'"sequence":1,"at":"2026-11-22T09:00:00+08:00","payload":{}}'
)
AWAY = OperationalError("SELECT 1", {}, Exception("no connection"))
POISON = KeyError("fund_number")
LAST = len(RETRY_DELAYS_S) - 1


class Channel:
    """Remembers what was acknowledged and what was given back."""

    def __init__(self) -> None:
        self.acknowledged: list[int] = []
        self.returned: list[tuple[int, bool]] = []

    def basic_ack(self, tag: int) -> None:
        self.acknowledged.append(tag)

    def basic_reject(self, tag: int, *, requeue: bool) -> None:
        self.returned.append((tag, requeue))


@pytest.fixture
def consumer() -> Any:
    made: Any = EventConsumer()
    made.service, made.link = "notify", SimpleNamespace(channel=Channel())
    return made


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """(routing key, attempt) of what was handed on."""
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(
        events,
        "publish_confirmed",
        lambda exchange, key, body, headers: sent.append((key, headers["attempt"])),
    )
    return sent


@pytest.mark.parametrize(
    ("error", "attempt", "queue", "then"),
    [
        (POISON, 0, retry_queue("notify", RETRY_DELAYS_S[0]), 1),
        (POISON, LAST, retry_queue("notify", RETRY_DELAYS_S[-1]), LAST + 1),
        (POISON, LAST + 1, dead_queue("notify"), LAST + 2),
        (AWAY, 0, retry_queue("notify", RETRY_DELAYS_S[0]), 1),
        (AWAY, LAST + 1, retry_queue("notify", RETRY_DELAYS_S[-1]), LAST + 1),
    ],
)
def test_only_an_event_at_fault_itself_becomes_a_dead_letter(
    consumer: Any, published: list[tuple[str, int]], error: Exception, attempt: int, queue: str, then: int
) -> None:
    consumer._failed(consumer.link.channel, 7, decoded(BODY), BODY, attempt, error)
    assert published == [(queue, then)]
    assert consumer.link.channel.acknowledged == [7]


def test_a_dead_letter_that_cannot_be_stored_goes_back_alone(
    consumer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(eventlet, "sleep", waits.append)
    channel = consumer.link.channel
    consumer._return_later(channel, 9)
    assert (channel.returned, waits) == ([(9, True)], [events.RETURN_AFTER_S])


def test_a_second_handler_of_the_same_event_is_refused_at_the_start() -> None:
    collector: Any = EventConsumer()
    first, second = (DurableEvents(("phone.changed", name)) for name in ("card.changed", "account.opened"))
    first.consumer = second.consumer = collector
    first.setup()
    with pytest.raises(TwoHandlers, match=r"phone\.changed"):
        second.setup()
