"""The bus client against a real broker: deadlines, fan-out, late replies, lost connections, forks."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from ssl import CERT_REQUIRED

import orjson
import pika
import pytest
from pytest import MonkeyPatch

from gateway import broker, rpc
from gateway.rpc import Bus, Question
from services.common.errors import Fault, NotFound, Unavailable, Unknown
from tests.certificates import Authority
from tests.component.gateway.conftest import Standing
from tests.component.gateway.polling import until
from tests.wire import Wire

Asked = Callable[..., Question]


def test_an_answer_comes_back_to_who_asked(bus: Bus, standing: Standing, question: Asked) -> None:
    assert bus.call(question(7, token="t", op_id="deposit-1", digest="d"), 5) == {"number": 7}
    sent = standing.requests[0]
    assert (sent["user"], sent["method"], sent["subject"]) == ("gateway", "profile", "t")
    assert (sent["op_id"], sent["digest"], sent["trace"]) == ("deposit-1", "d", "f" * 32)
    assert 0 < int(sent["expiration"]) <= 5000


def test_answers_out_of_order_reach_their_own_questions(
    bus: Bus, standing: Standing, question: Asked
) -> None:
    asks = [bus.submit(question(number), 5) for number in range(50)]
    answers = [bus.gather(ask)["number"] for ask in reversed(asks)]
    assert answers == list(reversed(range(50)))
    assert bus.in_flight == 0


def test_many_threads_may_ask_at_once(bus: Bus, standing: Standing, question: Asked) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: bus.call(question(number), 10)["number"], range(300)))
    assert answers == list(range(300))


def test_a_refusal_is_built_again(bus: Bus, standing: Standing, question: Asked) -> None:
    refusal = NotFound("no_account", "没有账户。", rule="条例", figures={"a": "1"})
    standing.react = lambda _: {"refusal": refusal.on_wire()}
    with pytest.raises(NotFound) as raised:
        bus.call(question(), 5)
    assert (raised.value.code, raised.value.rule, raised.value.figures) == ("no_account", "条例", {"a": "1"})


@pytest.mark.parametrize(
    ("reply", "raised"),
    [({"fault": "abc"}, Fault), ({"unknown": True}, Unknown), ({"unavailable": "loan"}, Unavailable)],
)
def test_what_stands_in_for_an_answer_is_raised(
    bus: Bus, standing: Standing, question: Asked, reply: dict[str, object], raised: type[Exception]
) -> None:
    standing.react = lambda _: reply
    with pytest.raises(raised):
        bus.call(question(), 5)


@pytest.mark.failure("N6")
def test_a_question_without_answer_ends_at_its_deadline(
    bus: Bus, standing: Standing, question: Asked
) -> None:
    standing.react = lambda _: None
    with pytest.raises(Unknown):
        bus.call(question(), 0.3)
    assert bus.in_flight == 0


@pytest.mark.failure("N7")
def test_a_request_nobody_took_in_time_is_gone(
    bus: Bus, broker_urls: dict[str, str], question: Asked
) -> None:
    with pytest.raises(Unknown):
        bus.call(question(), 0.3)
    connection = pika.BlockingConnection(pika.URLParameters(broker_urls["deposit"]))
    channel = connection.channel()
    until(lambda: channel.queue_declare("rpc-deposit", passive=True).method.message_count == 0)
    connection.close()


def test_a_reply_after_the_deadline_is_ignored(bus: Bus, standing: Standing, question: Asked) -> None:
    given_up: list[bool] = []

    def after_it_was_given_up(request: dict[str, object]) -> dict[str, object]:
        if request["args"] == {"number": 1}:
            until(lambda: bool(given_up))
        return {"answer": request["args"]}

    standing.react = after_it_was_given_up  # type: ignore[assignment]
    with pytest.raises(Unknown):
        bus.call(question(1), 0.3)
    given_up.append(True)
    assert bus.call(question(2), 5) == {"number": 2}
    until(lambda: bus.late_replies == 1)


@pytest.mark.failure("N8", "N14")
def test_requests_under_way_survive_a_lost_connection(
    bus: Bus, standing: Standing, wire: Wire, question: Asked
) -> None:
    standing.react = lambda _: None
    ask = bus.submit(question(3), 20)
    until(lambda: len(standing.requests) == 1)
    standing.react = lambda request: {"answer": request["args"]}
    wire.cut()
    assert bus.gather(ask) == {"number": 3}
    assert len(standing.requests) == 2


def test_requests_go_on_encrypted_lines_to_a_broker_that_proves_its_name(
    broker_urls: dict[str, str], standing: Standing, question: Asked, tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    wire = Wire(broker_urls["gateway"], tls=authority.server("localhost"), scheme="amqps")
    bus = Bus(wire.url, on_event=lambda *_: None, on_ready=lambda: None)
    bus.start()
    until(lambda: bus.ready)
    assert bus.call(question(7), 5) == {"number": 7}
    bus.stop()
    wire.close()
    context = broker._parameters(wire.url).ssl_options.context
    assert (context.verify_mode, context.check_hostname) == (CERT_REQUIRED, True)


def test_a_connection_lost_again_and_again_is_opened_again(
    bus: Bus, standing: Standing, wire: Wire, question: Asked
) -> None:
    for number in range(5):
        wire.cut()
        assert bus.call(question(number), 20) == {"number": number}


def test_what_was_never_sent_is_unavailable_and_is_not_sent_later(
    wire: Wire, standing: Standing, question: Asked
) -> None:
    bus = Bus(wire.url.replace("@", "x@"), on_event=lambda *_: None, on_ready=lambda: None)
    with pytest.raises(Unavailable):
        bus.call(question(), 0.3)
    bus.stop()
    assert standing.requests == []


def test_more_than_the_bus_can_hold_is_turned_away(
    bus: Bus, standing: Standing, question: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpc, "IN_FLIGHT_MAX", 2)
    standing.react = lambda _: None
    asks = [bus.submit(question(), 0.5) for _ in range(2)]
    with pytest.raises(Unavailable):
        bus.submit(question(), 0.5)
    for ask in asks:
        with pytest.raises(Unknown):
            bus.gather(ask)


def test_revocations_are_heard(bus: Bus, broker_urls: dict[str, str], heard: list[tuple[str, bytes]]) -> None:
    event = orjson.dumps({"event": "session.revoked", "payload": {"session_id": "s"}})
    connection = pika.BlockingConnection(pika.URLParameters(broker_urls["relay"]))
    connection.channel().basic_publish("events", "session.revoked", event)
    connection.close()
    until(lambda: heard == [("session.revoked", event)])


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
# The gateway has no eventlet; here other tests have loaded it, and it warns at every fork.
@pytest.mark.filterwarnings("ignore:Using fork:DeprecationWarning")
def test_a_forked_process_asks_on_a_connection_of_its_own(
    bus: Bus, standing: Standing, question: Asked
) -> None:
    assert bus.call(question(1), 10) == {"number": 1}
    child = os.fork()
    if child == 0:
        answered = False
        try:
            answered = bus.call(question(2), 10) == {"number": 2}
        finally:
            os._exit(0 if answered else 1)
    _, state = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(state) == 0
    assert bus.call(question(3), 10) == {"number": 3}
