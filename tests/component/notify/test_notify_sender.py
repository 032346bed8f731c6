"""A message is written with its cause, sent once, and tried again while nobody knows what became of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import eventlet
import pytest
from eventlet import GreenPool
from eventlet.event import Event
from sqlalchemy import select, update

from services.common.clock import technical_at
from services.common.policy import load_policy
from services.common.tables import Transition
from services.notify import errands, sender
from services.notify.adapters import CALLBACK_PATHS, Outcome
from services.notify.errands import OTHERS_MOST, SIDE_BY_SIDE
from services.notify.messages import write_message
from services.notify.models import Message
from services.notify.routing import LEASE_S
from services.notify.sender import Dispatch
from tests.component.notify.stage import PHONES, Stage

MoveClock = Callable[[int], None]
PERSON = next(iter(PHONES))
NEW_PHONE = "15400009999"


def the_message(stage: Stage) -> Message:
    """The one message there is."""
    with stage.database.read() as session:
        return session.scalars(select(Message)).one()


def make_due(stage: Stage) -> None:
    """Let the waiting time of every message be over."""
    with stage.database.write() as session:
        session.execute(update(Message).values(next_attempt_at=technical_at() - timedelta(seconds=1)))


def history(stage: Stage) -> list[str]:
    """The steps the one message took."""
    number = the_message(stage).number
    with stage.database.read() as session:
        steps = select(Transition.action).where(Transition.number == number).order_by(Transition.id)
        return list(session.scalars(steps))


def test_the_sender_is_woken_after_the_commit(stage: Stage) -> None:
    stage.issue()
    assert stage.wakes == 1


def test_nothing_is_written_or_woken_when_the_effect_is_undone(stage: Stage) -> None:
    with pytest.raises(KeyError), stage.database.write() as session:
        message = Message(cause="c", fund_number=None, phone=None, code=None)
        write_message(session, message, "withdrawal.paid", {"number": "W1"}, stage.wake)
    assert stage.wakes == 0


def test_a_message_is_sent_once(stage: Stage) -> None:
    stage.issue()
    assert [stage.send(), stage.send()] == [1, 0]
    assert len(stage.texts()) == 1
    assert history(stage) == ["register", "take", "accept"]


def test_a_lost_answer_is_asked_again_under_the_same_number(stage: Stage) -> None:
    stage.issue()
    stage.provider.says = [Outcome.UNKNOWN]
    stage.send()
    assert the_message(stage).state == "unknown"
    make_due(stage)
    stage.send()
    assert the_message(stage).state == "accepted"
    assert list(stage.provider.asked.values()) == [2]
    assert len(stage.texts()) == 1


def test_an_unknown_message_waits_before_it_is_tried_again(stage: Stage) -> None:
    stage.issue()
    stage.provider.says = [Outcome.UNKNOWN]
    assert [stage.send(), stage.send()] == [1, 0]
    assert the_message(stage).next_attempt_at > technical_at() - timedelta(seconds=1)


def test_a_message_that_every_provider_rejects_is_failed_and_stays_so(stage: Stage) -> None:
    stage.issue()
    stage.provider.says, stage.second.says = [Outcome.REJECTED], [Outcome.REJECTED]
    stage.send()
    make_due(stage)
    assert stage.send() == 0
    assert the_message(stage).state == "failed"
    assert the_message(stage).code is None


def test_a_sender_that_died_loses_its_lease(stage: Stage) -> None:
    stage.issue()
    _dying(stage)
    assert the_message(stage).state == "sending"
    assert stage.send() == 0
    make_due(stage)
    stage.send()
    assert history(stage) == ["register", "take", "lose", "take", "accept"]


def _dying(stage: Stage) -> None:
    def die(*_: object) -> Outcome:
        raise ZeroDivisionError

    whole, stage.provider.send = stage.provider.send, die  # type: ignore[method-assign]
    try:
        stage.send()
    finally:
        stage.provider.send = whole  # type: ignore[method-assign]


def test_an_expired_code_is_not_sent_any_more(stage: Stage, move_clock: MoveClock) -> None:
    stage.issue()
    move_clock(301)
    stage.send()
    assert stage.texts() == []
    assert the_message(stage).state == "abandoned"


def test_a_replaced_code_is_not_sent_any_more(stage: Stage, move_clock: MoveClock) -> None:
    stage.issue()
    move_clock(61)
    stage.issue()
    stage.send()
    assert len(stage.texts()) == 1
    with stage.database.read() as session:
        states = session.scalars(select(Message.state).order_by(Message.number)).all()
    assert states == ["abandoned", "accepted"]


def test_tries_come_to_an_end(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    three = load_policy("qingdao").adopting(sms_attempts=(date(2000, 1, 1), 3))
    monkeypatch.setattr(errands, "policy", lambda: three)
    stage.issue()
    stage.provider.says = [Outcome.UNKNOWN] * 5
    for _ in range(5):
        make_due(stage)
        stage.send()
    assert the_message(stage).state == "abandoned"
    assert sum(stage.provider.asked.values()) == 3


def test_no_more_is_claimed_than_goes_out_at_once(stage: Stage) -> None:
    for number in range(OTHERS_MOST + 2):
        _write_paid(stage, f"W{number}")
    pool = GreenPool(SIDE_BY_SIDE)
    dispatch = Dispatch(pool)
    assert dispatch.send_due(stage, stage.wake) == OTHERS_MOST
    pool.waitall()
    assert dispatch.send_due(stage, stage.wake) == 2
    pool.waitall()


def test_a_lease_outlasts_auth_and_every_provider_one_after_the_other() -> None:
    assert sender.ASK_AUTH_S + len(CALLBACK_PATHS) * sender.ASK_PROVIDER_S < LEASE_S


def test_what_is_not_worth_sending_makes_room_for_the_next(stage: Stage, move_clock: MoveClock) -> None:
    for person in PHONES:
        stage.issue(person)
    move_clock(301)
    _write_paid(stage, "W1")
    pool = GreenPool(2)
    assert Dispatch(pool).send_due(stage, stage.wake) == 1
    pool.waitall()
    assert len(stage.provider.taken) == 1


def test_a_code_goes_before_business_messages_that_waited_longer(stage: Stage) -> None:
    for number in range(SIDE_BY_SIDE):
        _write_paid(stage, f"W{number}")
    stage.issue()
    pool = GreenPool(SIDE_BY_SIDE)
    Dispatch(pool).send_due(stage, stage.wake)
    pool.waitall()
    assert [text for text in stage.texts() if "验证码：" in text]


def test_a_code_does_not_wait_for_others_whose_provider_is_slow(stage: Stage) -> None:
    for number in range(SIDE_BY_SIDE):
        _write_paid(stage, f"W{number}")
    stage.provider.slow = Event()
    pool = GreenPool(SIDE_BY_SIDE)
    dispatch = Dispatch(pool)
    assert dispatch.send_due(stage, stage.wake) == OTHERS_MOST
    stage.issue()
    assert dispatch.send_due(stage, stage.wake) == 1
    with eventlet.Timeout(10):
        while not stage.provider.taken:
            eventlet.sleep(0.01)
    assert len(stage.texts()) == 1
    stage.provider.slow.send()
    pool.waitall()


def test_a_message_that_waits_goes_to_the_phone_that_counts_then(stage: Stage) -> None:
    _write_paid(stage, "W1")
    stage.provider.says, stage.second.says = [Outcome.UNREACHED], [Outcome.UNREACHED]
    stage.send()
    stage.auth.phones[PERSON] = NEW_PHONE
    make_due(stage)
    stage.send()
    assert [phone for _, phone in stage.provider.told] == [PHONES[PERSON], NEW_PHONE]


def test_a_code_that_waits_goes_to_the_phone_it_was_written_for(stage: Stage) -> None:
    stage.issue()
    stage.provider.says, stage.second.says = [Outcome.UNREACHED], [Outcome.UNREACHED]
    stage.send()
    stage.auth.phones[PERSON] = NEW_PHONE
    make_due(stage)
    stage.send()
    assert [phone for _, phone in stage.provider.told] == [PHONES[PERSON]] * 2


def test_who_may_have_a_message_is_told_the_same_again_after_a_death(stage: Stage) -> None:
    _write_paid(stage, "W1")
    _dying(stage)
    assert (the_message(stage).provider, the_message(stage).phone) == ("sms", PHONES[PERSON])
    stage.auth.phones[PERSON] = NEW_PHONE
    make_due(stage)
    stage.send()
    assert [phone for _, phone in stage.provider.told] == [PHONES[PERSON]]
    assert the_message(stage).state == "accepted"


@pytest.mark.parametrize("left", ["sms", "sms_second"])
def test_a_message_whose_provider_is_none_of_ours_any_more_comes_to_an_end(stage: Stage, left: str) -> None:
    _write_paid(stage, "W1")
    stage.provider.says = [Outcome.UNKNOWN]
    stage.send()
    if left == "sms_second":
        stage.provider = None  # type: ignore[assignment]
    make_due(stage)
    stage.send()
    assert the_message(stage).state == {"sms": "accepted", "sms_second": "abandoned"}[left]


def test_a_refused_request_is_neither_an_unknown_outcome_nor_a_silence(stage: Stage) -> None:
    stage.provider.says = [Outcome.REFUSED] * 6
    for number in range(6):
        _write_paid(stage, f"W{number}")
    stage.send()
    assert sum(stage.provider.asked.values()) == 6
    assert len(stage.second.taken) == 6


def _write_paid(stage: Stage, number: str) -> None:
    facts = {"number": number, "reason_title": "退休提取", "amount_fen": 100}
    with stage.database.write() as session:
        message = Message(cause=number, fund_number=PERSON, phone=None, code=None)
        write_message(session, message, "withdrawal.paid", facts, stage.wake)


def test_two_senders_share_the_work_and_send_each_message_once(stage: Stage) -> None:
    people = list(PHONES)
    for person in people:
        stage.issue(person)
    with ThreadPoolExecutor(2) as pool:
        claimed = list(pool.map(lambda _: stage.send(), range(2)))
    assert sum(claimed) == len(people)
    assert set(stage.provider.asked.values()) == {1}
