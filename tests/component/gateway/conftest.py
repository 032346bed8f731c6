"""A real broker, a service on it that the test answers for, and a wire to it that can be cut."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlparse, urlunparse

import orjson
import pika
import pytest

from gateway.rpc import Bus, Question
from tests.component.gateway.polling import until
from tests.servers import chosen_servers

SERVICE = "deposit"


@pytest.fixture(scope="session")
def broker_urls() -> Iterator[dict[str, str]]:
    with chosen_servers() as chosen:
        users = ("gateway", "relay", SERVICE)
        yield {name: chosen.environments[name]["BROKER_URL"] for name in users}


class Wire:
    """A TCP relay to the broker whose connections the test cuts without a word."""

    def __init__(self, url: str) -> None:
        self._target = urlparse(url)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self.url = self._own(url)
        threading.Thread(target=self._accept, daemon=True).start()

    def _own(self, url: str) -> str:
        parts = urlparse(url)
        port = self._listening.getsockname()[1]
        return urlunparse(parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{port}"))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection((self._target.hostname, self._target.port))
                self._ends += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                sink.sendall(part)

    def cut(self) -> None:
        """End every connection; new ones are let through."""
        ends, self._ends = self._ends, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()


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
