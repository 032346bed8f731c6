"""The SMS provider as it really behaves: away, back again, and silent after having done its work."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from services.common.outside import Outside
from services.notify.adapters import Outcome, SmsProvider
from services.notify.models import Message
from tests.component.notify.outside_world import OutsideWorld
from tests.component.notify.stage import PHONES, Stage
from tests.component.notify.test_notify_sender import make_due

PERSON = "037000010001"


@pytest.fixture
def provider(outside: OutsideWorld, notify_environment: dict[str, str]) -> Iterator[SmsProvider]:
    """The client of the running provider, which has no faults at the start and at the end."""
    outside.mend()
    yield SmsProvider(Outside(outside.url, notify_environment["SMS_KEY"]))
    outside.mend()


@pytest.fixture
def second(outside: OutsideWorld, notify_environment: dict[str, str]) -> SmsProvider:
    """The client of the running second provider."""
    return SmsProvider(Outside(f"{outside.url}/second", notify_environment["SMS_SECOND_KEY"]))


@pytest.fixture
def live(stage: Stage, provider: SmsProvider) -> Stage:
    """Notify that sends to the running provider."""
    stage.provider = provider  # type: ignore[assignment]
    return stage


def state(stage: Stage) -> str:
    """The state of the newest message."""
    with stage.database.read() as session:
        return session.scalars(select(Message.state).order_by(Message.number.desc())).first() or ""


def new_texts(outside: OutsideWorld, before: int) -> list[str]:
    """What reached the phone after the first `before` messages."""
    texts = outside.texts(PHONES[PERSON])
    return texts[: len(texts) - before]


@pytest.mark.feature("N-08")
def test_a_code_reaches_the_phone_and_can_be_given_back(live: Stage, outside: OutsideWorld) -> None:
    before = len(outside.texts(PHONES[PERSON]))
    live.issue(PERSON)
    live.send()
    (text,) = new_texts(outside, before)
    assert "receipt" in live.check(text.split("：")[1][:6])


def test_a_lost_answer_makes_one_sms(live: Stage, outside: OutsideWorld) -> None:
    before = len(outside.texts(PHONES[PERSON]))
    outside.fault("lose_answer", times=1)
    live.issue(PERSON)
    live.send()
    assert state(live) == "unknown"
    make_due(live)
    live.send()
    assert state(live) == "accepted"
    assert len(new_texts(outside, before)) == 1


def test_a_provider_that_is_away_gets_the_message_when_it_is_back(live: Stage, outside: OutsideWorld) -> None:
    before = len(outside.texts(PHONES[PERSON]))
    outside.fault("down")
    live.issue(PERSON)
    live.send()
    assert [state(live), new_texts(outside, before)] == ["unknown", []]
    outside.mend()
    make_due(live)
    live.send()
    assert [state(live), len(new_texts(outside, before))] == ["accepted", 1]


def test_an_unknown_outcome_is_not_a_failure(live: Stage, outside: OutsideWorld) -> None:
    before = len(outside.texts(PHONES[PERSON]))
    outside.fault("unknown", times=1)
    live.issue(PERSON)
    live.send()
    assert state(live) == "unknown"
    make_due(live)
    live.send()
    assert [state(live), len(new_texts(outside, before))] == ["accepted", 1]


def test_a_rejected_message_goes_to_the_second_provider(
    live: Stage, outside: OutsideWorld, second: SmsProvider
) -> None:
    before = len(outside.texts(PHONES[PERSON]))
    live.second = second  # type: ignore[assignment]
    outside.fault("fail", times=1)
    live.issue(PERSON)
    live.send()
    assert [state(live), len(new_texts(outside, before))] == ["accepted", 1]


def test_a_message_that_both_reject_is_failed(
    live: Stage, outside: OutsideWorld, second: SmsProvider
) -> None:
    live.second = second  # type: ignore[assignment]
    outside.fault("fail", times=1)
    outside.fault("fail", times=1, target="sms_second.messages")
    live.issue(PERSON)
    live.send()
    assert state(live) == "failed"


def test_a_wrong_key_says_nothing_about_the_message(outside: OutsideWorld) -> None:
    stranger = SmsProvider(Outside(outside.url, "not the key"))
    assert stranger.send("S1", "13900001111", "text", 5) is Outcome.REFUSED


def test_a_number_the_provider_knows_with_another_body_is_never_taken(provider: SmsProvider) -> None:
    number = uuid.uuid4().hex
    assert provider.send(number, "13900001111", "text", 5) is Outcome.ACCEPTED
    assert provider.send(number, "13900002222", "text", 5) is Outcome.REJECTED
    assert provider.send(number, "13900001111", "text", 5) is Outcome.ACCEPTED


def test_nobody_there_is_unreached() -> None:
    nobody = SmsProvider(Outside("http://127.0.0.1:1", "key"))
    assert nobody.send("S1", "13900001111", "text", 2) is Outcome.UNREACHED


def test_a_provider_that_nobody_reaches_is_passed_over_at_once(
    live: Stage, outside: OutsideWorld, second: SmsProvider
) -> None:
    before = len(outside.texts(PHONES[PERSON]))
    live.provider = SmsProvider(Outside("http://127.0.0.1:1", "key"))  # type: ignore[assignment]
    live.second = second  # type: ignore[assignment]
    live.issue(PERSON)
    live.send()
    assert [state(live), len(new_texts(outside, before))] == ["accepted", 1]
