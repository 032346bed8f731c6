"""Failure modes of nameko and its neighbours that are kept away by what the source does not do."""

import ast
from types import SimpleNamespace
from typing import Any

import pika
import pytest

from services.common import events, relay
from services.common.relay import OutboxRelay
from tests.architecture.source import ROOT, name_of, product_files, tree

PUBLISHERS = ("nameko.messaging", "nameko.amqp", "nameko.standalone", "nameko.events", "nameko.rpc", "kombu")


def imported(module: ast.Module) -> set[str]:
    """Every module that a file imports, by its full name."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
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
        transport = None

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
    assert {name_of(place): found for place in product_files() if (found := publishers(tree(place)))} == {}


def publishers(module: ast.Module) -> set[str]:
    """What a file imports of those who publish, at whatever depth."""
    return {name for name in imported(module) if name.startswith(PUBLISHERS)}


@pytest.mark.parametrize(
    "line",
    [
        "import kombu.pools",
        "from kombu.messaging import Producer",
        "from nameko.events import EventDispatcher",
        "from nameko import events",
        "from nameko.standalone.rpc import ClusterRpcProxy",
        "import nameko.amqp.publish as quick",
    ],
)
def test_a_publisher_is_seen_however_it_is_imported(line: str) -> None:
    assert publishers(ast.parse(line))


@pytest.mark.failure("N20")
def test_services_start_by_our_own_program_and_not_by_namekos() -> None:
    guilty = [name_of(place) for place in product_files() if "nameko.cli" in " ".join(imported(tree(place)))]
    assert guilty == []
    assert "nameko run" not in (ROOT / "ops" / "processes.py").read_text(encoding="utf-8")
