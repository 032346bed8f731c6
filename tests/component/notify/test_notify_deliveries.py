"""Two providers and their reports: one SMS on the phone, whatever is silent, refused, repeated or late."""

import itertools
import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select, update

from services.common.callbacks import signature
from services.common.clock import technical_at, technical_now
from services.common.errors import Forbidden, Invalid
from services.common.tables import Transition
from services.notify import deliveries, errands, routing, sender
from services.notify.adapters import Outcome
from services.notify.errands import Room, claim
from services.notify.models import Message, ProviderHealth
from services.notify.watching import overview
from tests.component.notify.stage import Stage, request_of
from tests.component.notify.test_notify_events import happened, hear
from tests.component.notify.test_notify_sender import history, make_due, the_message

MoveClock = Callable[[int], None]


@pytest.fixture
def owner(notify_environment: dict[str, str]) -> Iterator[Engine]:
    """The owner's way into the database."""
    engine = create_engine(notify_environment["OWNER_DATABASE_URL"])
    yield engine
    engine.dispose()


def signed(provider: str = "sms", key: str = "key", at: int = 0, **report: Any) -> dict[str, str]:
    """A report as the gateway hands it on."""
    path = {"sms": "/callbacks/sms", "sms_second": "/callbacks/sms-second"}.get(provider, provider)
    body, timestamp = json.dumps(report), str(int(technical_now()) + at)
    return {
        "timestamp": timestamp,
        "signature": signature(key, timestamp, path, body.encode()),
        "path": path,
        "body": body,
    }


def report(stage: Stage, state: str, provider: str = "sms", **changes: Any) -> dict[str, Any]:
    """A provider reports on the one message."""
    number = changes.pop("number", None) or the_message(stage).number
    arguments = signed(provider, message_number=number, state=state, **changes)
    told = deliveries.report_in(stage.providers, arguments)
    request = request_of("delivery_callback", arguments, None)
    order = stage.providers.order
    return stage.database.once(request, deliveries.hear, told, order, stage.wake)


def sent(stage: Stage) -> None:
    """One business message, handed over."""
    hear(stage, happened())
    stage.send()


def asked(stage: Stage) -> tuple[int, int]:
    """How often each provider was asked."""
    return sum(stage.provider.asked.values()), sum(stage.second.asked.values())


def test_a_delivered_message_is_delivered_for_good(stage: Stage) -> None:
    sent(stage)
    assert report(stage, "delivered") == {"received": True}
    assert the_message(stage).state == "delivered"
    assert the_message(stage).reported_at is not None
    make_due(stage)
    assert stage.send() == 0


def test_a_report_before_the_answer_settles_a_message_whose_answer_is_lost(stage: Stage) -> None:
    stage.provider.says = [Outcome.UNKNOWN]
    sent(stage)
    report(stage, "delivered")
    make_due(stage)
    assert [stage.send(), the_message(stage).state] == [0, "delivered"]
    assert asked(stage) == (1, 0)


def test_an_undelivered_message_goes_to_the_second_provider_once(stage: Stage) -> None:
    sent(stage)
    report(stage, "failed")
    stage.send()
    assert asked(stage) == (1, 1)
    assert the_message(stage).provider == "sms_second"
    report(stage, "failed", "sms_second")
    assert the_message(stage).state == "undelivered"
    assert stage.send() == 0


def test_an_expired_report_is_the_end(stage: Stage) -> None:
    sent(stage)
    report(stage, "expired")
    assert the_message(stage).state == "expired"
    assert asked(stage) == (1, 0)


@pytest.mark.parametrize("seed", range(3))
def test_a_hundred_reports_in_any_order_have_one_effect(stage: Stage, seed: int) -> None:
    sent(stage)
    words = ["delivered"] * 60 + ["failed"] * 20 + ["expired"] * 20
    random.Random(seed).shuffle(words)  # noqa: S311
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda turn: report(stage, turn[1], reason=str(turn[0])), enumerate(words)))
    assert answers == [{"received": True}] * 100
    stage.send()
    assert asked(stage) in ((1, 0), (1, 1))
    number = the_message(stage).number
    with stage.database.read() as session:
        steps = session.scalars(
            select(Transition.action).where(Transition.number == number).order_by(Transition.id)
        ).all()
    told = [step for step in steps if step in ("deliver", "bounce", "expire", "pass_on")]
    assert len(told) == 1


def test_a_late_report_of_the_first_changes_nothing_once_the_second_has_it(stage: Stage) -> None:
    sent(stage)
    report(stage, "failed")
    stage.send()
    report(stage, "failed", reason="again")
    assert the_message(stage).state == "accepted"
    report(stage, "delivered", "sms_second")
    assert the_message(stage).state == "delivered"


def test_a_report_about_no_message_of_ours_is_taken_and_forgotten(stage: Stage) -> None:
    assert report(stage, "delivered", number="S2026112299999999") == {"received": True}


@pytest.mark.parametrize(
    "arguments",
    [
        signed(key="another", message_number="S2026112200000001", state="delivered"),
        signed("sms_second", key="another", message_number="S2026112200000001", state="delivered"),
        signed("/callbacks/bank", message_number="S2026112200000001", state="delivered"),
        signed(at=-900, message_number="S2026112200000001", state="delivered"),
        signed(at=900, message_number="S2026112200000001", state="delivered"),
        signed(message_number="S2026112200000001", state="delivered") | {"body": "{}"},
    ],
)
def test_a_report_that_is_not_genuine_is_refused(stage: Stage, arguments: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        deliveries.report_in(stage.providers, arguments)


@pytest.mark.parametrize("told", [{}, {"message_number": "S1", "state": "delivered"}, {"state": "eaten"}])
def test_a_report_that_cannot_be_read_is_refused(stage: Stage, told: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        deliveries.report_in(stage.providers, signed(**told))


def test_a_rejected_message_goes_to_the_second_at_once(stage: Stage) -> None:
    stage.provider.says = [Outcome.REJECTED]
    sent(stage)
    assert asked(stage) == (1, 1)
    assert the_message(stage).state == "accepted"
    assert list(stage.second.taken) == [the_message(stage).number]


def test_a_provider_nobody_reaches_is_passed_over(stage: Stage) -> None:
    stage.provider.says = [Outcome.UNREACHED]
    sent(stage)
    assert (the_message(stage).provider, the_message(stage).refused_by) == ("sms_second", [])


def test_an_unknown_message_is_never_given_to_another(stage: Stage) -> None:
    stage.provider.says = [Outcome.UNKNOWN, Outcome.UNREACHED, Outcome.UNKNOWN]
    sent(stage)
    for _ in range(3):
        make_due(stage)
        stage.send()
    assert asked(stage) == (4, 0)
    assert history(stage) == ["register", *(["take", "lose"] * 3), "take", "accept"]


def test_an_unknown_message_that_its_provider_then_rejects_is_passed_on(stage: Stage) -> None:
    stage.provider.says = [Outcome.UNKNOWN, Outcome.REJECTED]
    sent(stage)
    for _ in range(2):
        make_due(stage)
        stage.send()
    assert asked(stage) == (2, 1)
    assert the_message(stage).state == "accepted"


def test_new_messages_pass_a_silent_provider_by_and_return_when_it_answers(stage: Stage) -> None:
    stage.provider.says = [Outcome.UNREACHED] * 5
    for _ in range(6):
        sent(stage)
    assert asked(stage) == (5, 6)
    _pause_is_over(stage)
    sent(stage)
    assert asked(stage) == (6, 6)
    with stage.database.read() as session:
        assert session.get_one(ProviderHealth, "sms").misses == 0


def test_an_unknown_message_waits_while_its_provider_is_left_alone(stage: Stage) -> None:
    stage.provider.says = [Outcome.UNKNOWN] * 5
    for _ in range(5):
        sent(stage)
    make_due(stage)
    assert stage.send() == 0
    assert asked(stage) == (5, 0)
    with stage.database.read() as session:
        waits = session.scalars(select(Message.next_attempt_at)).all()
        attempts = set(session.scalars(select(Message.attempts)))
    assert min(waits) > technical_at()
    assert attempts == {1}
    _pause_is_over(stage)
    make_due(stage)
    assert [stage.send(), asked(stage)] == [1, (6, 0)]
    make_due(stage)
    assert [stage.send(), asked(stage)] == [4, (10, 0)]


def test_after_its_pause_one_message_tries_a_silent_provider_and_no_code(stage: Stage) -> None:
    stage.provider.says = [Outcome.UNREACHED] * 5
    for _ in range(5):
        sent(stage)
    _pause_is_over(stage)
    stage.provider.says = [Outcome.UNKNOWN]
    stage.issue()
    stage.send()
    assert asked(stage) == (5, 6)
    for _ in range(3):
        hear(stage, happened())
    stage.send()
    assert asked(stage) == (6, 8)


def _both_half_open(stage: Stage) -> None:
    with stage.database.write() as session:
        session.add_all(ProviderHealth(provider=name, misses=5) for name in stage.providers.order)
        session.flush()
        session.execute(update(ProviderHealth).values(open_until=technical_at() - timedelta(seconds=1)))


def _claimed(stage: Stage) -> list[list[str]]:
    """Whom the messages that are claimed now are to be given to."""
    with stage.database.write() as session:
        return [errand.names for errand in claim(session, stage.providers.order, Room(places=5, others=5))[1]]


def test_a_silent_provider_is_one_messages_until_its_try_must_be_over(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _both_half_open(stage)
    now = technical_at() + timedelta(seconds=1)
    for module in (routing, errands):
        monkeypatch.setattr(module, "technical_at", lambda: now)
    hear(stage, happened())
    assert _claimed(stage) == [["sms"]]
    now += timedelta(seconds=sender.ASK_AUTH_S + len(stage.providers.order) * sender.ASK_PROVIDER_S)
    hear(stage, happened())
    assert _claimed(stage) == [["sms_second"]]


def test_a_sender_does_not_wait_for_a_provider_that_another_one_has_in_hand(stage: Stage) -> None:
    """Each could hold one of the two and wait for the other for ever."""
    _both_half_open(stage)
    hear(stage, happened())
    with stage.database.write() as session:
        session.get_one(ProviderHealth, "sms", with_for_update=True)
        assert _claimed(stage) == [["sms_second"]]


def test_a_code_tries_a_provider_after_its_pause_when_there_is_no_other(stage: Stage) -> None:
    stage.provider.says, stage.second.says = [Outcome.UNREACHED] * 5, [Outcome.UNREACHED] * 5
    for _ in range(5):
        sent(stage)
    _pause_is_over(stage)
    stage.issue()
    stage.send()
    with stage.database.read() as session:
        code = session.scalars(select(Message).where(Message.template.like("code.%"))).one()
    assert code.state == "accepted"


def _counts(stage: Stage) -> dict[str, int]:
    with stage.database.read() as session:
        return {row["state"]: row["count"] for row in overview(session, stage.providers.order)["states"]}


def test_the_overview_counts_what_is_under_way_and_what_ended_lately(
    stage: Stage, move_clock: MoveClock
) -> None:
    sent(stage)
    report(stage, "delivered")
    sent(stage)
    assert _counts(stage) == {"delivered": 1, "accepted": 1}
    move_clock(2 * 86400)
    hear(stage, happened())
    assert _counts(stage) == {"accepted": 1, "queued": 1}


def _pause_is_over(stage: Stage) -> None:
    with stage.database.write() as session:
        paused = update(ProviderHealth).where(ProviderHealth.open_until.is_not(None))
        session.execute(paused.values(open_until=technical_at() - timedelta(seconds=1)))


def test_a_sender_that_dies_at_the_second_leaves_the_message_there(stage: Stage) -> None:
    stage.provider.says = [Outcome.REJECTED]
    whole = stage.second.send

    def die(number: str, *rest: Any) -> Outcome:
        whole(number, *rest)
        raise ZeroDivisionError

    stage.second.send = die  # type: ignore[method-assign]
    sent(stage)
    assert the_message(stage).state == "sending"
    stage.second.send = whole  # type: ignore[method-assign]
    make_due(stage)
    stage.send()
    assert asked(stage) == (1, 2)
    assert the_message(stage).state == "accepted"


def test_an_undelivered_code_is_passed_on_only_while_it_lives(stage: Stage, move_clock: MoveClock) -> None:
    stage.issue()
    stage.send()
    move_clock(301)
    report(stage, "failed")
    assert the_message(stage).state == "undelivered"
    assert the_message(stage).code is None


def test_an_undelivered_living_code_reaches_the_phone_by_the_second(stage: Stage) -> None:
    stage.issue()
    stage.send()
    report(stage, "failed")
    stage.send()
    first, second = (next(iter(one.taken.values()))[1] for one in (stage.provider, stage.second))
    assert first == second
    report(stage, "delivered", "sms_second")
    assert (the_message(stage).state, the_message(stage).code) == ("delivered", None)


def test_a_report_that_never_comes_is_not_waited_for_for_ever(stage: Stage) -> None:
    sent(stage)
    with stage.database.write() as session:
        assert deliveries.stop_waiting(session) == 0
        session.execute(update(Message).values(accepted_at=technical_at() - timedelta(days=4)))
        assert deliveries.stop_waiting(session) == 1
    assert the_message(stage).state == "unreported"


def test_old_messages_are_forgotten_codes_sooner(stage: Stage, move_clock: MoveClock) -> None:
    sent(stage)
    report(stage, "delivered")
    stage.issue()
    stage.send()
    with stage.database.read() as session:
        number = session.scalars(select(Message.number).where(Message.template.like("code.%"))).one()
    report(stage, "delivered", number=number)
    gone = []
    for days in (0, 181, 1000):
        move_clock(days * 86400)
        gone.append(deliveries.forget_old(stage.database))
    assert gone == [0, 1, 1]


def test_however_many_messages_are_old_all_of_them_are_forgotten(
    stage: Stage, move_clock: MoveClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "AT_ONCE", 2)
    for _ in range(5):
        sent(stage)
    with stage.database.read() as session:
        numbers = session.scalars(select(Message.number)).all()
    for number in numbers:
        report(stage, "delivered", number=number)
    move_clock(1181 * 86400)
    assert deliveries.forget_old(stage.database) == 5


def test_a_message_passed_on_goes_to_the_phone_that_counts_then(stage: Stage) -> None:
    sent(stage)
    ((_, before),) = stage.provider.told
    report(stage, "failed")
    stage.auth.phones = dict.fromkeys(stage.auth.phones, "15400009999")
    stage.send()
    assert ([phone for _, phone in stage.second.told], before == "15400009999") == (["15400009999"], False)


def test_the_orders_of_answer_and_report_end_alike(stage: Stage) -> None:
    """Answer then report, report then repeated answer: delivered, asked once."""
    for first, second in itertools.permutations(("answer", "report")):
        stage.provider.says = [Outcome.UNKNOWN] if first == "report" else []
        hear(stage, happened())
        stage.send()
        with stage.database.read() as session:
            number = session.scalars(select(Message.number).order_by(Message.number.desc())).first()
        report(stage, "delivered", number=number)
        if second == "answer":
            make_due(stage)
            stage.send()
        with stage.database.read() as session:
            assert session.get_one(Message, number).state == "delivered"
    assert asked(stage) == (2, 0)


def test_the_history_of_a_message_stays_with_it_and_goes_with_it(stage: Stage, move_clock: MoveClock) -> None:
    for _ in range(2):
        sent(stage)
    with stage.database.read() as session:
        gone, left = session.scalars(select(Message.number)).all()
    report(stage, "delivered", number=gone)
    move_clock(1181 * 86400)
    assert deliveries.forget_old(stage.database) == 1
    with stage.database.read() as session:
        told = set(session.scalars(select(Transition.number).where(Transition.number.in_((gone, left)))))
    assert told == {left}
