"""The relay marks what it published before its lease is over, outlives its own bugs, and shows a death."""

import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from services.common import relay
from services.common.metrics import health_app
from services.common.relay import ALIVE_S, BATCH, DONE, KEEP, LEASE_S, READY_S, OutboxRelay

AT = datetime(2026, 11, 22, tzinfo=UTC)
NO_ADDRESS = "postgresql://nobody@127.0.0.1:1/none", "amqp://a:b@127.0.0.1:1/hall"


class Outbox:
    """A database that gives out one batch and remembers what it was told of it."""

    def __init__(self, rows: int) -> None:
        self.told: list[tuple[str, list[int]]] = []
        self._rows = [
            {"id": n, "message_id": str(n), "event": "e", "aggregate": "a", "sequence": n, "payload": {}}
            | {"trace": "", "at": AT}
            for n in range(rows)
        ]

    def execute(self, statement: str, values: dict[str, Any]) -> Any:
        if "ids" in values:
            self.told.append((statement, values["ids"]))
        return SimpleNamespace(fetchall=lambda: self._rows)


class SlowBroker:
    """Confirms each message after a while, by a clock of its own."""

    def __init__(self, confirm_s: float) -> None:
        self.now = 0.0
        self._confirm_s = confirm_s

    def basic_publish(self, *_: Any, **__: Any) -> None:
        self.now += self._confirm_s


@pytest.mark.failure("N11")
def test_no_row_waits_longer_than_the_lease_for_its_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    broker, outbox, at = SlowBroker(0.1), Outbox(BATCH), {}
    monkeypatch.setattr(relay.time, "monotonic", lambda: broker.now)
    whole = outbox.execute

    def execute(statement: str, values: dict[str, Any]) -> Any:
        for number in values.get("ids", ()):
            assert broker.now - at.get(number, 0.0) < LEASE_S, "its lease was over"
            at[number] = broker.now
        return whole(statement, values)

    outbox.execute = execute  # type: ignore[method-assign]
    assert OutboxRelay("auth", *NO_ADDRESS)._publish_batch(broker, outbox) == BATCH  # type: ignore[arg-type]
    assert sorted(number for said, ids in outbox.told if said == DONE for number in ids) == list(range(BATCH))
    assert any(said == KEEP for said, _ in outbox.told)


def test_a_bug_of_the_relay_is_logged_and_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "stopping", stopping := threading.Event())
    seen: list[bool] = []
    one = OutboxRelay("auth", *NO_ADDRESS)

    def serve() -> None:
        seen.append(one.is_connected())
        if len(seen) == 3:
            stopping.set()
        one.connected = True
        raise ValueError("a bug")

    monkeypatch.setattr(one, "_serve", serve)
    one.start()
    one.join(timeout=10)
    assert (seen, one.is_connected()) == ([False, False, False], False)


@pytest.mark.parametrize(("alive", "line"), [(True, "200 OK"), (False, "503 Service Unavailable")])
def test_the_health_of_a_process_shows_a_dead_thread(alive: bool, line: str) -> None:
    said: list[str] = []
    app = health_app({}, lambda: alive)
    app({"PATH_INFO": "/healthz"}, lambda status, _: said.append(status))
    assert said == [line]


@pytest.mark.parametrize(
    ("hangs_for_s", "ready", "works"),
    [(READY_S - 1, True, True), (READY_S, False, True), (ALIVE_S - 1, False, True), (ALIVE_S, False, False)],
)
def test_a_relay_that_hangs_is_soon_not_ready_and_at_last_dead(
    hangs_for_s: float, ready: bool, works: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = OutboxRelay("auth", *NO_ADDRESS)
    now = one._turned_at + hangs_for_s
    monkeypatch.setattr(relay.time, "monotonic", lambda: now)
    monkeypatch.setattr(one, "is_alive", lambda: True)
    one.connected = True
    assert (one.is_connected(), one.works()) == (ready, works)
