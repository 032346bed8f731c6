"""What a call server says when its database is away, and where it acknowledges a call."""

from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from services.common import rpc
from services.common.request import Request
from services.common.settings import settings

ASKED = Request(
    method="ask", caller="gateway", trace="0" * 32, deadline=0.0, op_id="auth-1", digest="digest-of-nothing"
)


@pytest.fixture(autouse=True)
def in_the_place_of_auth(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HALL_SERVICE", "auth")
    settings.cache_clear()
    yield
    settings.cache_clear()


class Troubled:
    """A service whose every database access fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.database = SimpleNamespace(answered=self.fail)

    def fail(self, _: Any) -> None:
        raise self.error

    @rpc.query(roles=None)
    def ask(self, arguments: dict[str, Any], request: Request) -> None:
        raise self.error

    @rpc.command(roles=None)
    def order(self, arguments: dict[str, Any], request: Request) -> None:
        raise AssertionError("not reached: the stored answer is looked for first, then the deadline")


class ServerAway(Exception):
    """As the driver says that no connection came about: without a state, and not as a lost connection."""


PASSING = [OperationalError("SELECT 1", {}, ServerAway()), PoolExhausted("no connection came free")]


@pytest.mark.parametrize("error", PASSING)
def test_a_database_that_is_away_makes_a_question_unavailable_and_not_a_bug(error: Exception) -> None:
    assert Troubled(error).ask({}, ASKED) == {"unavailable": "auth"}


@pytest.mark.parametrize("error", PASSING)
def test_a_database_that_is_away_leaves_a_command_unknown_and_not_failed(error: Exception) -> None:
    assert Troubled(error).order({}, ASKED) == {"unknown": True}


def test_a_command_that_waited_past_its_deadline_for_a_worker_is_not_begun() -> None:
    service = Troubled(RuntimeError())
    service.database = SimpleNamespace(answered=lambda _: None)
    assert service.order({}, ASKED) == {"unknown": True}


def test_a_statement_that_cannot_work_is_a_bug_with_its_trace() -> None:
    error = IntegrityError("INSERT", {}, ServerAway())
    assert Troubled(error).ask({}, ASKED) == {"fault": ASKED.trace}


class Channel:
    """Remembers what is acknowledged on it."""

    def __init__(self) -> None:
        self.acknowledged: list[int] = []

    def basic_ack(self, tag: int) -> None:
        self.acknowledged.append(tag)


class FakeLink:
    """A link whose channel a test may replace, as a reconnection does."""

    def __init__(self) -> None:
        self.channel = Channel()
        self.sent: list[bytes] = []

    def send(self, body: bytes, exchange: str, routing_key: str, **_: Any) -> None:
        self.sent.append(body)


def a_delivery(tag: int) -> Any:
    body = orjson.dumps({"method": "ask", "args": {}, "deadline": 4_000_000_000.0})
    properties = {"reply_to": "reply.gateway.1", "correlation_id": "1", "user_id": "gateway"}
    return SimpleNamespace(body=body, properties=properties, delivery_info={"delivery_tag": tag})


def a_server() -> tuple[Any, list[Any]]:
    """A call server with one method, and the ends of the calls it has begun."""
    ends: list[Any] = []
    server: Any = rpc.CallServer()
    server.link = FakeLink()
    server._providers = [SimpleNamespace(method_name="ask")]

    def spawn_worker(entrypoint: Any, arguments: Any, context: Any, *, handle_result: Any) -> None:
        ends.append(lambda: handle_result(None, {"answer": 1}, None))

    server.container = SimpleNamespace(spawn_worker=spawn_worker)
    return server, ends


def test_an_answered_call_is_acknowledged() -> None:
    server, ends = a_server()
    server._deliver(a_delivery(7))
    ends[0]()
    assert server.link.channel.acknowledged == [7]
    assert server.link.sent == [b'{"answer":1}']


def test_a_call_that_outlives_its_connection_is_answered_and_acknowledges_nothing_on_the_next() -> None:
    server, ends = a_server()
    server._deliver(a_delivery(7))
    server.link.channel = Channel()
    ends[0]()
    assert server.link.channel.acknowledged == []
    assert server.link.sent == [b'{"answer":1}']


def test_an_answer_that_cannot_be_written_down_is_a_fault_and_no_end_of_the_service() -> None:
    server, _ = a_server()
    server._respond(server.link.channel, a_delivery(7), {"answer": {1, 2}}, None)
    assert server.link.channel.acknowledged == [7]
    assert server.link.sent == [b'{"fault":""}']
