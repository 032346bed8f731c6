"""Events are neither lost, nor doubled, nor looped, whatever the handler or the message does."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from services.common.sequences import MISSING_FOR_S, watch_sequence
from services.common.topology import RETRY_DELAYS_S
from tests.component.common.bench import an_event, publish, until
from tests.component.common.probe import Probe

OPEN_LETTER = (
    "SELECT number, deaths FROM dead_letters"
    " WHERE state = 'dead' AND position(:word in encode(body, 'escape')) > 0"
)

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
def test_a_gap_that_lasts_asks_the_producer_for_what_is_missing(rows, relay_url, word):
    aggregate = f"phone:{uuid.uuid4().hex}"
    publish(relay_url, an_event(word, aggregate=aggregate, sequence=4))
    until(lambda: rows.count("notes", word), "the event that did come")
    publish(relay_url, an_event(late := uuid.uuid4().hex, aggregate=aggregate, sequence=3))
    until(lambda: rows.count("notes", late), "the event that came late")
    assert (missing(rows, aggregate), asked(rows, aggregate)) == ([1, 2], [])
    age = "UPDATE inbox_missing SET seen_at = seen_at - make_interval(secs => :age) WHERE aggregate = :a"
    rows.run(age, age=MISSING_FOR_S, a=aggregate)
    until(lambda: asked(rows, aggregate), "the question for the missing events")
    assert asked(rows, aggregate) == [("1", "2")]


def missing(rows, aggregate):
    found = rows.all("SELECT sequence FROM inbox_missing WHERE aggregate = :a ORDER BY sequence", a=aggregate)
    return [number for (number,) in found]


def asked(rows, aggregate):
    return rows.all(
        "SELECT payload->>'first', payload->>'last' FROM outbox"
        " WHERE event = 'gap.found' AND payload->>'aggregate' = :aggregate",
        aggregate=aggregate,
    )


def test_an_event_of_a_noun_that_is_heard_but_not_handled_is_counted_and_no_more(rows, relay_url, word):
    aggregate = f"phone:{uuid.uuid4().hex}"
    publish(relay_url, an_event("unheard", event="phone.verified", aggregate=aggregate))
    publish(relay_url, an_event(word, aggregate=aggregate, sequence=2))
    until(lambda: rows.count("notes", word), "the event behind it")
    until(lambda: missing(rows, aggregate) == [], "the event that nobody handles, counted")
    assert rows.all("SELECT count(*) FROM dead_letters WHERE event = 'phone.verified'") == [(0,)]
    assert rows.count("notes", "unheard") == 0


def test_an_event_among_the_dead_letters_is_not_missing(rows, relay_url, word):
    aggregate = f"phone:{uuid.uuid4().hex}"
    rows.run("INSERT INTO poisons VALUES (:word)", word=word)
    publish(relay_url, an_event(word, aggregate=aggregate), attempt=len(RETRY_DELAYS_S))
    until(lambda: rows.all(OPEN_LETTER, word=word), "the dead letter")
    publish(relay_url, an_event(later := uuid.uuid4().hex, aggregate=aggregate, sequence=2))
    until(lambda: rows.count("notes", later), "the event behind it")
    assert missing(rows, aggregate) == []


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)])
def test_two_first_events_at_once_leave_the_higher_number_and_no_gap(rows, first, second):
    aggregate = f"phone:{uuid.uuid4().hex}"
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with Session(rows.engine) as session, ThreadPoolExecutor(1) as other:
        watch_sequence(session, "auth", aggregate, first)
        racing = other.submit(watch_alone, rows.engine, aggregate, second)
        until(lambda: rows.all(waiting), "one event waits for the other")
        session.commit()
        racing.result(timeout=10)
    assert rows.all("SELECT last FROM inbox_sequences WHERE aggregate = :a", a=aggregate) == [(2,)]
    assert missing(rows, aggregate) == []


def watch_alone(engine, aggregate, sequence):
    """One event's look at the sequence, in a transaction of its own."""
    with Session(engine) as session:
        watch_sequence(session, "auth", aggregate, sequence)
        session.commit()


def settle(caller, operator, action, number):
    """What the service answers an operator who replays or drops a letter."""
    op_id = f"withdrawal-{uuid.uuid4().hex}"
    return caller.ask(f"{action}_dead_letter", {"number": number}, op_id=op_id, subject=operator)


@pytest.mark.failure("N2")
def test_a_dead_letter_can_be_replayed_once_its_cause_is_gone(rows, relay_url, operator, caller, word):
    rows.run("INSERT INTO poisons VALUES (:word)", word=word)
    publish(relay_url, an_event(word), attempt=len(RETRY_DELAYS_S))
    number = until(lambda: rows.all(OPEN_LETTER, word=word), "the dead letter")[0][0]
    rows.run("DELETE FROM poisons WHERE word = :word", word=word)
    assert settle(caller, operator, "replay", number)["answer"]["letter"]["state"] == "已重放"
    until(lambda: rows.count("notes", word) == 1, "the effect of the replayed message")


@pytest.mark.failure("N2")
@pytest.mark.parametrize(("action", "readable"), [("replay", True), ("replay", False), ("drop", False)])
def test_a_settled_letter_that_dies_again_is_open_again(
    rows, relay_url, operator, caller, word, action, readable
):
    rows.run("INSERT INTO poisons VALUES (:word)", word=word)
    event = an_event(word) if readable else f"not an event {word}".encode()
    publish(relay_url, event, attempt=len(RETRY_DELAYS_S))
    number = until(lambda: rows.all(OPEN_LETTER, word=word), "the dead letter")[0][0]
    settle(caller, operator, action, number)
    assert (number, 1) not in rows.all(OPEN_LETTER, word=word)
    publish(relay_url, event, attempt=len(RETRY_DELAYS_S))
    assert until(lambda: rows.all(OPEN_LETTER, word=word), "the letter, open again") == [(number, 2)]
    shown = caller.ask("dead_letters", {}, subject=operator)["answer"]["items"][0]
    assert (shown["number"], shown["actions"]) == (number, ["replay", "drop"])
    assert (shown["deaths"], shown["reopened"]) == (2, True)
    assert shown["first_died_at"] < shown["died_at"]
    rows.run("DELETE FROM poisons WHERE word = :word", word=word)


def dropped(rows, relay_url, caller, operator, event):
    """The number of the letter that the event came to, given up, its cause being gone."""
    word = event["payload"]["word"]
    rows.run("INSERT INTO poisons VALUES (:word)", word=word)
    publish(relay_url, event, attempt=len(RETRY_DELAYS_S))
    number = until(lambda: rows.all(OPEN_LETTER, word=word), "the dead letter")[0][0]
    rows.run("DELETE FROM poisons WHERE word = :word", word=word)
    assert settle(caller, operator, "drop", number)["answer"]["letter"]["state"] == "已放弃"
    return number


@pytest.mark.failure("N2", "N12")
def test_a_dropped_event_that_is_published_again_takes_no_effect(rows, relay_url, operator, caller, word):
    event = an_event(word)
    dropped(rows, relay_url, caller, operator, event)
    publish(relay_url, event)
    publish(relay_url, an_event(later := uuid.uuid4().hex, aggregate=event["aggregate"], sequence=2))
    until(lambda: rows.count("notes", later), "the event behind it")
    assert (rows.count("notes", word), rows.all(OPEN_LETTER, word=word)) == (0, [])
    assert missing(rows, event["aggregate"]) == []


def test_a_dropped_letter_is_not_replayed(rows, relay_url, operator, caller, word):
    number = dropped(rows, relay_url, caller, operator, an_event(word))
    refused = settle(caller, operator, "replay", number)
    assert refused["refusal"]["status"] == 409
    assert rows.count("notes", word) == 0


def test_a_dropped_letter_whose_second_message_dies_later_stays_dropped(
    rows, relay_url, operator, caller, at_home, word
):
    event = an_event(word)
    number = dropped(rows, relay_url, caller, operator, event)
    service = Probe()
    service.database = at_home("withdrawal")
    service.keep_dead_letter(json.dumps(event).encode(), "it had been tried before")
    assert rows.all("SELECT state, deaths FROM dead_letters WHERE number = :n", n=number) == [("dropped", 1)]
