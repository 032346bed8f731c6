"""Failure modes of nameko and its neighbours that are kept away by what the source does not do."""

import ast
from types import SimpleNamespace
from typing import Any

import pika
import pytest

from services.common import events, relay
from services.common.relay import OutboxRelay
from tests.architecture.source import ROOT, name_of, product_files, tree

PUBLISHERS = {"nameko.messaging", "nameko.amqp", "nameko.amqp.publish", "nameko.standalone.events", "kombu"}
HANDLER_TIME = {"sleep", "urlopen", "requests", "subprocess", "weasyprint"}


def imported(module: ast.Module) -> set[str]:
    """Every module that a file imports, by its full name."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


class Reached(Exception):
    """The code under test has come as far as the test needs."""


@pytest.mark.failure("N11")
def test_the_relay_neither_waits_for_a_dead_broker_nor_for_a_blocked_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[pika.URLParameters] = []

    def connect(parameters: pika.URLParameters) -> None:
        asked.append(parameters)
        raise Reached

    monkeypatch.setattr(relay.pika, "BlockingConnection", connect)
    with pytest.raises(Reached):
        OutboxRelay("auth", "postgresql://nobody@127.0.0.1:1/none", "amqp://a:b@127.0.0.1:1/hall")._serve()
    (parameters,) = asked
    limits = (parameters.heartbeat, parameters.blocked_connection_timeout, parameters.socket_timeout)
    assert all(0 < limit <= 10 for limit in limits)


@pytest.mark.failure("N11")
def test_a_message_handed_on_waits_for_its_confirm_no_longer_than_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, Any]] = []

    class Channel:
        def basic_publish(self, *_: Any, **options: Any) -> None:
            asked.append(options)

    class Connection:
        def channel(self) -> Channel:
            return Channel()

        def close(self) -> None:
            asked.append({"closed": True})

    monkeypatch.setattr(events, "settings", lambda: SimpleNamespace(broker_url=""))
    monkeypatch.setattr(events, "open_connection", lambda *_, **__: Connection())
    events.publish_confirmed("retry", "retry-notify-1", b"{}", {})
    assert asked[0]["confirm_timeout"] == events.CONFIRM_S
    assert asked[0]["mandatory"] is True
    assert asked[1] == {"closed": True}


@pytest.mark.failure("N13")
def test_nothing_is_published_through_nameko_or_kombu() -> None:
    guilty = {
        name_of(place): found for place in product_files() if (found := imported(tree(place)) & PUBLISHERS)
    }
    assert guilty == {}


@pytest.mark.failure("N20")
def test_services_start_by_our_own_program_and_not_by_namekos() -> None:
    guilty = [name_of(place) for place in product_files() if "nameko.cli" in " ".join(imported(tree(place)))]
    assert guilty == []
    assert "nameko run" not in (ROOT / "ops" / "processes.py").read_text(encoding="utf-8")


@pytest.mark.failure("N22")
@pytest.mark.parametrize("place", list(product_files("services")), ids=name_of)
def test_a_handler_of_events_only_writes(place: Any) -> None:
    for function in ast.walk(tree(place)):
        if isinstance(function, ast.FunctionDef) and is_handler(function):
            named = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
            reached = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
            assert not (named | reached) & (HANDLER_TIME | {"call", "command", "provider"}), function.name


def is_handler(function: ast.FunctionDef) -> bool:
    """Whether the method takes events, by its decorator `durable`."""
    calls = [one.func for one in function.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(called, ast.Name) and called.id == "durable" for called in calls)
