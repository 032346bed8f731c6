"""The outbox reaches everybody, through deaths of relay and broker; nothing is lost for want of a queue."""

import os
import signal
import uuid

import pytest

from ops.republish import publish_again
from ops.state import seen
from services.common.relay import CLEAR_AT_ONCE
from tests.component.common.bench import Caller, Process, until
from tests.servers import servers_home

pytestmark = pytest.mark.usefixtures("probe_process")

ADD = (
    "INSERT INTO outbox (message_id, event, aggregate, sequence, payload, trace, at)"
    " VALUES (:id, :event, :id, 1, jsonb_build_object('word', CAST(:word AS text)), '', clock_timestamp())"
)


@pytest.fixture(scope="module")
def start_relay(servers):
    """Starts a relay for the probe's database."""
    started = []

    def start():
        environment = {**servers.environments["relay"], "METRICS_PORT": "0"}
        started.append(Process(environment, "services.common.relay", "withdrawal"))
        return started[-1]

    yield start
    for process in started:
        if process.alive:
            process.kill()


@pytest.fixture(scope="module")
def relay(start_relay):
    return start_relay()


def put(rows, event="phone.changed"):
    """Write an event into the probe's outbox, as a service would with its effect; returns its word."""
    word = uuid.uuid4().hex
    rows.run(ADD, id=str(uuid.uuid4()), event=event, word=word)
    return word


def published(rows, word):
    found = rows.all("SELECT published_at IS NOT NULL FROM outbox WHERE payload->>'word' = :word", word=word)
    return found[0][0]


@pytest.mark.failure("N10")
def test_an_event_that_nobody_hears_stays_in_the_outbox_and_holds_up_nobody(rows, relay):
    unheard, heard = put(rows, "nobody.listens"), put(rows)
    until(lambda: rows.count("notes", heard), "the event behind it")
    assert not published(rows, unheard)
    rows.run("DELETE FROM outbox WHERE event = 'nobody.listens'")


@pytest.mark.failure("N11", "N12")
def test_an_event_published_again_takes_effect_once(rows, relay):
    word = put(rows)
    until(lambda: published(rows, word), "the first publication")
    rows.run("UPDATE outbox SET published_at = NULL WHERE payload->>'word' = :word", word=word)
    until(lambda: published(rows, word), "the second publication")
    last = put(rows)
    until(lambda: rows.count("notes", last), "an event behind it")
    assert rows.count("notes", word) == 1


@pytest.mark.failure("N10")
def test_the_last_event_of_a_bill_that_a_broker_lost_is_told_by_publishing_again(rows, relay, servers):
    had, lost = put(rows), put(rows)
    until(lambda: rows.count("notes", had) and rows.count("notes", lost), "both events")
    # As if the broker had confirmed the second and lost its disk before anybody heard of it.
    rows.run("DELETE FROM notes WHERE word = :word", word=lost)
    rows.run("ALTER TABLE inbox DISABLE TRIGGER USER")
    rows.run(UNHEARD, word=lost)
    rows.run("ALTER TABLE inbox ENABLE TRIGGER USER")
    owner_url = servers.environments["withdrawal"]["OWNER_DATABASE_URL"]
    assert publish_again(owner_url, 1) >= 2
    until(lambda: rows.count("notes", lost), "the lost event")
    last = put(rows)
    until(lambda: rows.count("notes", last), "an event behind it")
    assert (rows.count("notes", had), rows.count("notes", lost)) == (1, 1)


UNHEARD = (
    "DELETE FROM inbox WHERE message_id IN (SELECT message_id FROM outbox WHERE payload->>'word' = :word)"
)
OLD = (
    "INSERT INTO outbox (message_id, event, aggregate, sequence, payload, trace, at, published_at)"
    " SELECT :word || n, 'withdrawal.paid', :word || n, 1, '{}', '',"
    " clock_timestamp() - make_interval(days => :days), clock_timestamp() - interval '2 days'"
    " FROM generate_series(1, :many) AS n"
)


def test_old_events_are_cleared_however_many_and_young_ones_stay(rows, start_relay):
    word = uuid.uuid4().hex[:12]
    rows.run(OLD, word=word, days=31, many=2 * CLEAR_AT_ONCE + 1)
    rows.run(OLD, word=f"{word}y", days=29, many=1)
    start_relay()
    left = "SELECT count(*) FROM outbox WHERE message_id LIKE :word || '%'"
    until(lambda: rows.all(left, word=word)[0][0] == 1, "the old ones gone")
    assert rows.all(left, word=f"{word}y")[0][0] == 1


def test_what_a_killed_relay_left_is_published_by_the_next(rows, relay, start_relay):
    relay.kill()
    word = put(rows)
    assert not published(rows, word)
    start_relay()
    until(lambda: rows.count("notes", word), "the event after the relay's death")


@pytest.mark.failure("N8", "N11")
def test_service_and_relay_outlive_the_broker(rows, start_relay, probe_process, servers):
    start_relay()
    broker = next(one for one in seen(servers_home()) if one.name == "rabbitmq")
    os.kill(broker.pid, signal.SIGKILL)
    word = put(rows)
    until(lambda: rows.count("notes", word), "the event after the broker's return")

    def answers():
        client = Caller(servers.environments["gateway"]["BROKER_URL"])
        try:
            return client.ask("ping", {}, life_s=2.0) == {"answer": {"service": "withdrawal"}}
        finally:
            client.close()

    until(answers, "a call answered after the broker's return")
    assert probe_process.alive
