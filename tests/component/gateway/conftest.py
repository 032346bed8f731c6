"""A real broker, a service on it that the test answers for, and a wire to it that can be cut."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pika
import pytest

from gateway.rpc import Bus, Question
from tests.component.gateway.polling import until
from tests.servers import chosen_servers
from tests.wire import Wire

SERVICE = "deposit"


@pytest.fixture(scope="session")
def broker_urls() -> Iterator[dict[str, str]]:
    with chosen_servers() as chosen:
        users = ("gateway", "relay", SERVICE)
        yield {name: chosen.environments[name]["BROKER_URL"] for name in users}


Reaction = Callable[[dict[str, Any]], dict[str, Any] | None]


class Standing:
    """Stands in for a service: reacts to each request, with None for no reply at all."""

    def __init__(self, url: str) -> None:
        self.requests: list[dict[str, Any]] = []
        self.react: Reaction = lambda request: {"answer": request["args"]}
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self._channel = self._connection.channel()
        self._channel.queue_purge(f"rpc-{SERVICE}")
        self._channel.basic_consume(f"rpc-{SERVICE}", self._on_request, auto_ack=True)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        self._channel.start_consuming()
        self._connection.close()

    def _on_request(self, _: Any, __: Any, properties: Any, body: bytes) -> None:
        request = orjson.loads(body)
        self.requests.append(request | {"user": properties.user_id, "expiration": properties.expiration})
        reply = self.react(request)
        if reply is not None:
            self.reply(properties, reply)

    def reply(self, properties: Any, reply: dict[str, Any]) -> None:
        same = pika.BasicProperties(correlation_id=properties.correlation_id)
        self._channel.basic_publish("replies", properties.reply_to, orjson.dumps(reply), same)

    def stop(self) -> None:
        self._connection.add_callback_threadsafe(self._channel.stop_consuming)
        self._thread.join(5)


@pytest.fixture
def standing(broker_urls: dict[str, str]) -> Iterator[Standing]:
    service = Standing(broker_urls[SERVICE])
    yield service
    service.stop()


@pytest.fixture
def wire(broker_urls: dict[str, str]) -> Iterator[Wire]:
    made = Wire(broker_urls["gateway"])
    yield made
    made.close()


@pytest.fixture
def heard() -> list[tuple[str, bytes]]:
    return []


@pytest.fixture
def bus(wire: Wire, heard: list[tuple[str, bytes]]) -> Iterator[Bus]:
    made = Bus(wire.url, on_event=lambda name, body: heard.append((name, body)), on_ready=lambda: None)
    made.start()
    until(lambda: made.ready)
    yield made
    made.stop()


@pytest.fixture
def question() -> Callable[..., Question]:
    def asked(number: int = 0, **more: Any) -> Question:
        wanted = {"number": number}
        return Question(service=SERVICE, method="profile", arguments=wanted, trace="f" * 32, **more)

    return asked
