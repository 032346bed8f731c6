"""Calls on the bus do what nameko's own would not: one effect a key, no zombie, no death by a bad message."""

import uuid

import pytest
from pika.exceptions import AMQPError

from tests.component.common.bench import Caller, until

pytestmark = pytest.mark.usefixtures("probe_process")


def key():
    return f"withdrawal-{uuid.uuid4().hex}"


@pytest.mark.failure("N1", "N12")
def test_the_same_command_delivered_twice_takes_effect_once_with_one_answer(caller, rows):
    op_id, word = key(), uuid.uuid4().hex
    first = caller.ask("write", {"word": word}, op_id=op_id)
    second = caller.ask("write", {"word": word}, op_id=op_id)
    assert first == second
    assert rows.count("notes", word) == 1


@pytest.mark.failure("N1")
def test_a_hundred_at_once_take_effect_once(caller, rows):
    op_id, word = key(), uuid.uuid4().hex
    sent = [caller.send("write", {"word": word}, op_id=op_id, life_s=20) for _ in range(100)]
    answers = [caller.wait(one, limit_s=30)[0] for one in sent]
    assert {str(answer) for answer in answers} == {str(answers[0])}
    assert answers[0]["answer"]["word"] == word
    assert rows.count("notes", word) == 1


def test_the_same_key_with_another_body_is_refused(caller, rows):
    op_id, word = key(), uuid.uuid4().hex
    caller.ask("write", {"word": word}, op_id=op_id)
    refused = caller.ask("write", {"word": word + "x"}, op_id=op_id)["refusal"]
    assert (refused["code"], refused["status"]) == ("key_reused", 422)
    assert rows.count("notes", word + "x") == 0


def test_a_command_without_a_key_is_refused(caller):
    assert caller.ask("write", {"word": "x"})["refusal"]["code"] == "key_missing"


@pytest.mark.failure("N5")
def test_a_call_that_nobody_can_answer_has_no_effect_and_kills_nobody(caller, rows, probe_process):
    word = uuid.uuid4().hex
    caller.send("write", {"word": word}, op_id=key(), reply_to=None)
    caller.send("write", {"word": word}, op_id=key(), correlation_id=None)
    assert caller.ask("ping", {}) == {"answer": {"service": "withdrawal"}}
    assert rows.count("notes", word) == 0
    assert probe_process.alive


def test_a_caller_that_lies_about_its_name_is_cut_off_by_the_broker(servers):
    liar = Caller(servers.environments["gateway"]["BROKER_URL"])
    sent = liar.send("ping", {}, user_id="notify")
    with pytest.raises(AMQPError):
        liar.channel.basic_qos(prefetch_count=1)
    assert sent not in liar.replies
    liar.close()


@pytest.mark.failure("N7")
def test_a_call_past_its_deadline_is_dropped_before_anything_happens(caller, rows):
    word = uuid.uuid4().hex
    assert caller.wait(caller.send("write", {"word": word}, op_id=key(), deadline_s=-1), limit_s=1) == []
    assert caller.ask("ping", {})
    assert rows.count("notes", word) == 0


@pytest.mark.failure("N14")
def test_an_answer_that_was_lost_can_be_fetched_by_its_key(caller, operator):
    op_id = key()
    caller.ask("write", {"word": "kept"}, op_id=op_id, subject=operator)
    fetched = caller.ask("operation", {"op_id": op_id}, subject=operator)["answer"]
    assert (fetched["state"], fetched["answer"]["word"]) == ("done", "kept")
    assert caller.ask("operation", {"op_id": op_id})["refusal"]["code"] == "no_such_operation"


def test_a_command_of_nobody_in_particular_tells_its_answer_to_who_repeats_it_only(caller):
    op_id = key()
    answer = caller.ask("write", {"word": "a token"}, op_id=op_id)
    found = caller.ask("operation", {"op_id": op_id})["answer"]
    assert (found["state"], found["answer"]) == ("done", None)
    assert caller.ask("write", {"word": "a token"}, op_id=op_id) == answer


@pytest.mark.failure("N16")
def test_a_bug_answers_with_a_trace_number_and_nothing_else(caller):
    answer = caller.ask("fail", {})
    assert list(answer) == ["fault"]
    assert "1101" not in str(answer)


@pytest.mark.failure("N18")
def test_queries_of_one_process_overlap(caller):
    sent = [caller.send("nap", {"seconds": "0.5"}, life_s=20) for _ in range(3)]
    naps = [caller.wait(one, limit_s=20)[0]["answer"] for one in sent]
    assert max(nap["began"] for nap in naps) < min(nap["ended"] for nap in naps)


@pytest.mark.failure("N15")
def test_a_job_runs_in_one_replica_at_a_time(rows, start_probe):
    start_probe()
    before = rows.all("SELECT count(*) FROM rounds")[0][0]
    until(lambda: rows.all("SELECT count(*) FROM rounds")[0][0] > before + 15, "fifteen more rounds")
    overlaps = rows.all(
        "SELECT count(*) FROM rounds a JOIN rounds b"
        " ON a.id < b.id AND a.began < b.ended AND b.began < a.ended"
    )
    assert overlaps == [(0,)]
