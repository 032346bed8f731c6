"""A private RabbitMQ loads the declaration and refuses each user what it may not do."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker, UnroutableError

from services.common import topology
from services.common.topology import SERVICES
from tests.servers import Servers

REFUSED = 403


@contextmanager
def channel_of(servers: Servers, user: str) -> Iterator[BlockingChannel]:
    connection = pika.BlockingConnection(pika.URLParameters(servers.environments[user]["BROKER_URL"]))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel
    finally:
        connection.close()


def send(servers: Servers, user: str, exchange: str, key: str, claimed: str | None = None) -> None:
    properties = pika.BasicProperties(user_id=claimed or user, expiration="1000")
    with channel_of(servers, user) as channel:
        channel.basic_publish(exchange, key, b"{}", properties, mandatory=True)


@pytest.mark.parametrize("service", SERVICES)
def test_every_declared_queue_is_there(servers: Servers, service: str) -> None:
    with channel_of(servers, service) as channel:
        names = (topology.request_queue(service), topology.event_queue(service), topology.dead_queue(service))
        found = [channel.queue_declare(name, passive=True).method.queue for name in names]
    assert found == list(names)


@pytest.mark.parametrize(
    ("user", "exchange", "key"),
    [
        ("withdrawal", "commands", "auth.contact"),
        ("auth", "commands", "deposit.settle"),
        ("notify", "commands", "auth.log_in"),
        ("withdrawal", "events", "withdrawal.paid"),
        ("withdrawal", "retry", "retry-notify-1"),
        ("withdrawal", "dead", "dead-notify"),
        ("loan", "", "events-notify"),
    ],
)
def test_a_user_is_refused_what_it_may_not_send(servers: Servers, user: str, exchange: str, key: str) -> None:
    with pytest.raises(ChannelClosedByBroker) as refusal:
        send(servers, user, exchange, key)
    assert refusal.value.reply_code == REFUSED


@pytest.mark.parametrize(
    ("user", "exchange", "key"),
    [
        ("withdrawal", "commands", "deposit.hold"),
        ("notify", "commands", "auth.contact"),
        ("relay", "events", "withdrawal.paid"),
    ],
)
def test_a_user_may_send_what_it_needs_and_a_queue_takes_it(
    servers: Servers, user: str, exchange: str, key: str
) -> None:
    send(servers, user, exchange, key)


def test_nobody_can_speak_in_anothers_name(servers: Servers) -> None:
    with pytest.raises(ChannelClosedByBroker):
        send(servers, "withdrawal", "commands", "deposit.hold", claimed="gateway")


@pytest.mark.failure("N10")
def test_an_event_nobody_has_a_queue_for_is_given_back(servers: Servers) -> None:
    with pytest.raises(UnroutableError):
        send(servers, "relay", "events", "nobody.listens")


def test_a_service_cannot_listen_to_the_events_of_others(servers: Servers) -> None:
    with channel_of(servers, "loan") as channel:
        own = channel.queue_declare(f"reply.loan.{uuid.uuid4().hex}", exclusive=True).method.queue
        channel.queue_bind(own, "replies", own)
        with pytest.raises(ChannelClosedByBroker) as refusal:
            channel.queue_bind(own, "events", "withdrawal.paid")
    assert refusal.value.reply_code == REFUSED


def test_a_service_cannot_listen_to_the_answers_of_others(servers: Servers) -> None:
    with channel_of(servers, "loan") as channel:
        own = channel.queue_declare(f"reply.loan.{uuid.uuid4().hex}", exclusive=True).method.queue
        with pytest.raises(ChannelClosedByBroker) as refusal:
            channel.queue_bind(own, "replies", f"reply.gateway.{uuid.uuid4().hex}")
    assert refusal.value.reply_code == REFUSED


def test_a_gateway_hears_broadcasts_and_no_other_event(servers: Servers) -> None:
    with channel_of(servers, "gateway") as channel:
        own = channel.queue_declare(f"broadcast.gateway.{uuid.uuid4().hex}", exclusive=True).method.queue
        channel.queue_bind(own, "events", "session.revoked")
        with pytest.raises(ChannelClosedByBroker):
            channel.queue_bind(own, "events", "withdrawal.paid")


def test_a_service_cannot_take_anothers_requests(servers: Servers) -> None:
    with channel_of(servers, "loan") as channel, pytest.raises(ChannelClosedByBroker) as refusal:
        channel.basic_get("rpc-deposit")
    assert refusal.value.reply_code == REFUSED
