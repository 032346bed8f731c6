"""The client side of a call: nothing is asked before the answer could come back."""

from typing import Any

import eventlet
import orjson
import pytest
from eventlet.event import Event

from services.common import calls
from services.common.calls import CallClient, ServiceAccess
from services.common.clock import technical_now
from services.common.errors import Unknown
from services.common.request import Request


class Channel:
    """A broker that takes its time to make the reply queue, and drops answers that have no queue."""

    def __init__(self) -> None:
        self.made = Event()
        self.receive: Any = None

    def queue_declare(self, *_: Any, **__: Any) -> None:
        self.made.wait()

    def queue_bind(self, *_: Any) -> None:
        pass

    def basic_consume(self, _: str, callback: Any, **__: Any) -> None:
        self.receive = callback


class OpenLink:
    """A link that has just been opened: it can send already."""

    user = "withdrawal"
    connected = True

    def __init__(self) -> None:
        self.channel = Channel()
        self.sent: list[dict[str, Any]] = []

    def send(self, body: bytes, exchange: str, routing_key: str, **properties: Any) -> None:
        self.sent.append(properties)


class Message:
    """A reply as the link hands it over."""

    def __init__(self, correlation_id: str, body: Any) -> None:
        self.properties = {"correlation_id": correlation_id}
        self.body = orjson.dumps(body)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client on a link that was opened this moment."""
    monkeypatch.setattr(calls, "Link", lambda *_: OpenLink())
    monkeypatch.setattr(calls, "settings", lambda: type("S", (), {"broker_url": ""}))
    client = CallClient()
    client.setup()
    return client


def turn() -> None:
    """Let the other greenthreads run."""
    for _ in range(3):
        eventlet.sleep(0)


def asking(client: Any, seconds: float = 5) -> Any:
    """A call in a greenthread of its own."""
    return eventlet.spawn(client.ask, "deposit", {"method": "hold"}, seconds)


@pytest.mark.failure("N14")
def test_a_call_waits_for_the_reply_queue_of_a_link_just_opened(client: Any) -> None:
    opening = eventlet.spawn(client._open, client.link)
    call = asking(client)
    turn()
    assert client.link.sent == []
    client.link.channel.made.send()
    opening.wait()
    turn()
    (sent,) = client.link.sent
    assert sent["reply_to"] == client.reply_to != ""
    client.link.channel.receive(Message(sent["correlation_id"], {"answer": 1}))
    assert call.wait() == {"answer": 1}


@pytest.mark.failure("N14")
def test_a_call_ends_at_once_when_the_link_is_lost_before_its_reply_queue_was_made(client: Any) -> None:
    call = asking(client)
    turn()
    client._give_up()
    with eventlet.Timeout(1), pytest.raises(Unknown):
        call.wait()


@pytest.mark.failure("N6")
def test_the_reply_queue_is_waited_for_no_longer_than_the_deadline(client: Any) -> None:
    with pytest.raises(Unknown):
        client.ask("deposit", {"method": "hold"}, 0.05)


def test_a_new_connection_is_waited_for_anew(client: Any) -> None:
    client.link.channel.made.send()
    client._open(client.link)
    client._give_up()
    call = asking(client)
    turn()
    assert client.link.sent == []
    call.kill()


class Patient:
    """Notes how long it was told to wait, and answers."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def ask(self, service: str, body: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        self.waits.append(timeout_s)
        return {"answer": {}}


def test_a_question_leaves_its_asker_time_to_say_what_is_missing() -> None:
    client: Any = Patient()
    deposit = ServiceAccess("deposit", client)
    request = Request(
        method="cautions",
        caller="gateway",
        trace="t" * 32,
        deadline=technical_now() + 2,
        op_id="k",
        digest="d",
    )
    deposit.call("card_changed", {}, request)
    deposit.command("hold", {}, request, key="k/hold")
    question_s, command_s = client.waits
    assert question_s <= 2 * calls.QUESTION_SHARE < command_s <= 2
