"""Events are neither lost, nor doubled, nor looped, whatever the handler or the message does."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from services.common.events import _watch_sequence, decoded
from services.common.topology import RETRY_DELAYS_S
from tests.component.common.bench import an_event, publish, until

pytestmark = pytest.mark.usefixtures("probe_process")


@pytest.fixture
def word():
    return uuid.uuid4().hex


@pytest.mark.failure("N12")
def test_the_same_event_twice_takes_effect_once(rows, relay_url, word):
    event = an_event(word)
    publish(relay_url, event)
    publish(relay_url, event)
    publish(relay_url, an_event(last := uuid.uuid4().hex))
    until(lambda: rows.count("notes", last), "the last event")
    assert rows.count("notes", word) == 1


@pytest.mark.failure("N2", "N3")
def test_a_failing_event_waits_and_comes_back_until_it_succeeds(rows, relay_url, word):
    rows.run("INSERT INTO poisons VALUES (:word)", word=word)
    publish(relay_url, an_event(word))
    until(lambda: rows.count("tries", word) == 2, "a second try")
    rows.run("DELETE FROM poisons WHERE word = :word", word=word)
    until(lambda: rows.count("notes", word) == 1, "the effect after the cause is gone")
    assert rows.count("tries", word) <= 4


@pytest.mark.failure("N4")
def test_what_is_no_event_ends_where_staff_can_see_it(rows, relay_url):
    body = f"not an event {uuid.uuid4().hex}".encode()
    publish(relay_url, body)
    until(
        lambda: rows.all("SELECT 1 FROM dead_letters WHERE body = :body AND state = 'dead'", body=body),
        "the dead letter",
    )


@pytest.mark.failure("N2")
def test_a_gap_in_the_sequence_asks_the_producer_for_what_is_missing(rows, relay_url, word):
    aggregate = f"withdrawal:{uuid.uuid4().hex}"
    publish(relay_url, an_event(word, aggregate=aggregate, sequence=3))
    until(lambda: rows.count("notes", word), "the event that did come")
    asked = rows.all(
        "SELECT payload->>'first', payload->>'last' FROM outbox"
        " WHERE event = 'gap.found' AND payload->>'aggregate' = :aggregate",
        aggregate=aggregate,
    )
    assert asked == [("1", "2")]


def test_an_event_of_a_noun_that_is_heard_but_not_handled_is_taken_off_the_queue(rows, relay_url, word):
    publish(relay_url, an_event(uuid.uuid4().hex, event="withdrawal.registered"))
    publish(relay_url, an_event(word))
    until(lambda: rows.count("notes", word), "the event behind it")
    assert rows.all("SELECT count(*) FROM dead_letters WHERE event = 'withdrawal.registered'") == [(0,)]


def test_two_first_events_at_once_leave_the_higher_number(rows):
    aggregate = f"withdrawal:{uuid.uuid4().hex}"
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    earlier, later = (
        decoded(json.dumps(an_event("w", aggregate=aggregate, sequence=number)).encode()) for number in (1, 2)
    )
    with Session(rows.engine) as first, ThreadPoolExecutor(1) as other:
        _watch_sequence(first, later)
        racing = other.submit(watch_alone, rows.engine, earlier)
        until(lambda: rows.all(waiting), "the earlier event waits for the later one")
        first.commit()
        racing.result(timeout=10)
    assert rows.all("SELECT last FROM inbox_sequences WHERE aggregate = :a", a=aggregate) == [(2,)]


def watch_alone(engine, event):
    """One event's look at the sequence, in a transaction of its own."""
    with Session(engine) as session:
        _watch_sequence(session, event)
        session.commit()


@pytest.mark.failure("N2")
def test_a_dead_letter_can_be_replayed_once_its_cause_is_gone(rows, relay_url, operator, caller, word):
    rows.run("INSERT INTO poisons VALUES (:word)", word=word)
    publish(relay_url, an_event(word), attempt=len(RETRY_DELAYS_S))
    found = (
        "SELECT number FROM dead_letters"
        " WHERE state = 'dead' AND position(:word in encode(body, 'escape')) > 0"
    )
    number = until(lambda: rows.all(found, word=word), "the dead letter")[0][0]
    rows.run("DELETE FROM poisons WHERE word = :word", word=word)
    answer = caller.ask("replay_dead_letter", {"number": number}, op_id=f"loan-{word}", subject=operator)
    assert answer["answer"]["letter"]["state"] == "已重放"
    until(lambda: rows.count("notes", word) == 1, "the effect of the replayed message")
