"""A broker that takes the connection and then says nothing is given up by services and relay (N11)."""

import socket
import time
from collections.abc import Iterator

import pytest

from services.common import link
from services.common.events import publish_confirmed
from services.common.link import open_connection
from services.common.relay import LOST, OutboxRelay
from services.common.settings import settings

MOST_S = 30


@pytest.fixture
def silent_broker() -> Iterator[str]:
    """The address of a broker that accepts and never speaks."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"amqp://a:b@127.0.0.1:{listening.getsockname()[1]}/hall"


@pytest.fixture
def began_at() -> float:
    return time.monotonic()


@pytest.mark.failure("N11")
def test_a_service_gives_a_silent_broker_up(
    silent_broker: str, began_at: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "CONNECT_TIMEOUT_S", 0.5)
    with pytest.raises(OSError, match="timed out"):
        open_connection(silent_broker)
    assert time.monotonic() - began_at < MOST_S


@pytest.mark.failure("N11")
def test_a_message_handed_on_to_a_silent_broker_is_not_taken_for_handed_on(
    silent_broker: str, began_at: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "CONNECT_TIMEOUT_S", 0.5)
    monkeypatch.setenv("HALL_SERVICE", "notify")
    monkeypatch.setenv("HALL_DEPLOYMENT", "sandbox")
    monkeypatch.setenv("BROKER_URL", silent_broker)
    settings.cache_clear()
    with pytest.raises(OSError, match="timed out"):
        publish_confirmed("retry", "retry-notify-1", b"{}", {})
    settings.cache_clear()
    assert time.monotonic() - began_at < MOST_S


@pytest.mark.failure("N11")
def test_the_relay_gives_a_silent_broker_up(silent_broker: str, began_at: float) -> None:
    relay = OutboxRelay("auth", "postgresql://nobody@127.0.0.1:1/none", silent_broker)
    with pytest.raises(LOST):
        relay._serve()
    assert time.monotonic() - began_at < MOST_S
    assert not relay.is_connected()
