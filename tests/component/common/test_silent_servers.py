"""A server that falls silent on connections that stand: they are given up, and work goes on by new ones."""

import json
import uuid

import pytest

from services.common.database import POOL
from tests.component.common.bench import an_event, hand_on, publish, published, put, until

CHANNEL_OPEN_OK = b"\x00\x14\x00\x0b"
CONNECTION_CLOSE_OK = b"\x00\x0a\x00\x33"


@pytest.mark.failure("N11")
def test_a_service_is_not_deaf_for_good_when_the_broker_falls_silent(
    servers, rows, relay_url, caller, wire_to, start_wired
):
    wire = wire_to(servers.environments["withdrawal"]["BROKER_URL"])
    probe = start_wired(BROKER_URL=wire.url)
    until(lambda: caller.ask("ping", {}, life_s=2.0), "the probe answers")
    wire.fall_silent()
    publish(relay_url, an_event(word := uuid.uuid4().hex))
    until(lambda: caller.ask("ping", {}, life_s=2.0), "the probe answers by a new connection")
    until(lambda: rows.count("notes", word), "the event by a new connection")
    assert probe.alive


@pytest.mark.failure("N11")
@pytest.mark.parametrize(
    ("silenced_by", "told"), [(CHANNEL_OPEN_OK, "not handed on"), (CONNECTION_CLOSE_OK, "handed on")]
)
def test_handing_on_ends_whenever_the_broker_falls_silent(servers, wire_to, silenced_by, told):
    environment = servers.environments["withdrawal"]
    wire = wire_to(environment["BROKER_URL"])
    wire.silenced_by = silenced_by
    assert hand_on({**environment, "BROKER_URL": wire.url}) == told


def test_a_service_gives_a_silent_database_up_though_all_its_connections_lead_there(
    servers, rows, caller, wire_to, start_wired
):
    wire = wire_to(servers.environments["withdrawal"]["DATABASE_URL"])
    start_wired(DATABASE_URL=wire.url)
    until(lambda: caller.ask("ping", {}, life_s=2.0), "the probe answers")
    all_at_once(caller, "0.5")
    wire.fall_silent()
    all_at_once(caller, "0")
    until(lambda: "answer" in (caller.ask("nap", {"seconds": "0"}) or {}), "a question by a new connection")


def all_at_once(caller, seconds):
    """As many questions as the service has connections, each of which keeps one for a while."""
    asked = [caller.send("nap", {"seconds": seconds}, life_s=5.0) for _ in range(POOL["pool_size"])]
    for one in asked:
        caller.wait(one)


def test_the_relay_gives_a_silent_database_up(servers, rows, wire_to, start_process):
    environment = servers.environments["relay"]
    wire = wire_to(json.loads(environment["RELAY_DATABASE_URLS"])["withdrawal"])
    told = {**environment, "METRICS_PORT": "0", "RELAY_DATABASE_URLS": json.dumps({"withdrawal": wire.url})}
    start_process(told, "services.common.relay", "withdrawal")
    first = put(rows)
    until(lambda: published(rows, first), "the first event")
    wire.fall_silent()
    second = put(rows)
    until(lambda: published(rows, second), "the event by a new connection")
