"""The limits on codes hold exactly, in any window and however many ask at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from services.common.clock import business_now
from services.common.errors import Refusal, TooMany
from services.common.policy import load_policy
from services.notify import usecases, watching
from services.notify.counters import forget_old_turns
from services.notify.models import LimitCounter, LimitTurn, Message
from tests.component.notify.stage import Stage

MoveClock = Callable[[int], None]
Adopt = Callable[..., None]


@pytest.fixture
def adopt(monkeypatch: pytest.MonkeyPatch) -> Adopt:
    """Put other figures in force."""

    def adopted(**figures: int) -> None:
        rows = {name: (date(2000, 1, 1), value) for name, value in figures.items()}
        policy = load_policy("qingdao").adopting(**rows)
        monkeypatch.setattr(usecases, "policy", lambda: policy)

    return adopted


def outcome(stage: Stage, visit: str = "visit-1", address: str = "203.0.113.7") -> str:
    """What an ask ends in: "sent" or the refusal's code."""
    try:
        return "sent" if stage.issue_first_visit(visit, address=address)["sent"] else "?"
    except TooMany as refusal:
        return refusal.code


def messages(stage: Stage) -> int:
    """How many messages were written."""
    with stage.database.read() as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def test_a_hundred_asks_at_once_for_one_phone_send_one_code(stage: Stage) -> None:
    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(lambda _: outcome(stage), range(100)))
    assert outcomes.count("sent") == 1
    assert outcomes.count("code_asked_too_soon") == 99
    assert messages(stage) == 1


def test_a_hundred_persons_at_once_from_one_address_get_twenty_codes(stage: Stage) -> None:
    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(lambda turn: outcome(stage, f"visit-{turn}"), range(100)))
    assert outcomes.count("sent") == 20
    assert outcomes.count("address_asks_too_often") == 80


def test_an_ask_within_a_minute_is_told_when_to_come_back(stage: Stage, move_clock: MoveClock) -> None:
    stage.issue()
    move_clock(20)
    with pytest.raises(TooMany) as caught:
        stage.issue()
    assert caught.value.retry_after_s is not None
    assert 38 <= caught.value.retry_after_s <= 40
    assert f"{caught.value.retry_after_s}秒后再获取" in caught.value.sentence
    move_clock(40)
    assert stage.issue()["sent"] is True


def test_one_phone_gets_five_an_hour_and_ten_a_day(stage: Stage, move_clock: MoveClock, adopt: Adopt) -> None:
    adopt(code_backoff_most_s=60)
    per_hour = []
    for _ in range(3):
        per_hour.append([_after(stage, move_clock, 61) for _ in range(6)])
        move_clock(3600)
    assert per_hour[:2] == [["sent"] * 5 + ["code_asked_too_often"]] * 2
    assert set(per_hour[2]) == {"code_asked_too_often"}
    move_clock(86400)
    assert outcome(stage) == "sent"


def _after(stage: Stage, move_clock: MoveClock, seconds: int) -> str:
    move_clock(seconds)
    return outcome(stage)


def test_the_limit_is_the_phones_and_not_the_purposes(stage: Stage) -> None:
    stage.auth.visits["visit-1"] = "037000010001"
    assert outcome(stage) == "sent"
    with pytest.raises(TooMany):
        stage.issue("037000010001")


def test_the_last_free_ask_is_told_to_wait_for_the_hour(
    stage: Stage, move_clock: MoveClock, adopt: Adopt
) -> None:
    adopt(code_backoff_most_s=60)
    first_at = business_now()
    for _ in range(5):
        answer = stage.issue()
        move_clock(61)
    next_at = business_now().fromisoformat(answer["next_at"])
    assert timedelta(minutes=59) < next_at - first_at <= timedelta(minutes=61)


def test_another_address_is_not_held_up(stage: Stage, adopt: Adopt) -> None:
    adopt(codes_per_address_per_hour=1)
    found = [outcome(stage, f"v{turn}", address=f"203.0.113.{end}") for turn, end in enumerate((1, 1, 2))]
    assert found == ["sent", "address_asks_too_often", "sent"]


def test_a_network_has_its_own_limit(stage: Stage, adopt: Adopt) -> None:
    adopt(codes_per_network_per_hour=3)
    found = [outcome(stage, f"v{end}", address=f"203.0.113.{end}") for end in range(1, 5)]
    assert found == ["sent", "sent", "sent", "network_asks_too_often"]
    assert outcome(stage, "v9", address="198.51.100.1") == "sent"


def test_a_number_range_has_its_own_limit(stage: Stage, adopt: Adopt, move_clock: MoveClock) -> None:
    adopt(codes_per_prefix_per_hour=1)
    stage.issue("037000010001")
    with pytest.raises(TooMany) as caught:
        stage.issue("037000010003")
    assert caught.value.code == "prefix_asks_too_often"
    assert stage.issue("037000010002")["sent"] is True


def test_the_whole_hall_has_a_limit_a_day(stage: Stage, adopt: Adopt, move_clock: MoveClock) -> None:
    adopt(codes_per_day=2)
    assert [outcome(stage, f"v{turn}") for turn in range(3)] == ["sent", "sent", "hall_sends_too_many"]
    move_clock(86400)
    assert outcome(stage, "v3") == "sent"


def test_a_refused_ask_does_not_count(stage: Stage, move_clock: MoveClock) -> None:
    found = [_after(stage, move_clock, seconds) for seconds in (0, 30, 29, 1)]
    assert found == ["sent", "code_asked_too_soon", "code_asked_too_soon", "sent"]


def test_turns_that_no_limit_looks_at_are_forgotten(stage: Stage, move_clock: MoveClock) -> None:
    outcome(stage)
    move_clock(3 * 86400)
    with stage.database.write() as session:
        removed = forget_old_turns(session, business_now())
        left = [session.scalar(select(func.count()).select_from(kind)) for kind in (LimitTurn, LimitCounter)]
    assert removed == 5
    assert left == [0, 0]


def test_codes_that_nobody_gives_back_take_longer_each_time(stage: Stage, move_clock: MoveClock) -> None:
    waits = []
    for wait_s in (0, 61, 121, 241, 481):
        move_clock(wait_s)
        answer = stage.issue()
        waits.append(
            round((business_now().fromisoformat(answer["next_at"]) - business_now()).total_seconds())
        )
    assert [round(wait / 60) for wait in waits[:4]] == [1, 2, 4, 8]
    move_clock(300)
    with pytest.raises(TooMany) as caught:
        stage.issue()
    assert caught.value.retry_after_s is not None
    assert caught.value.retry_after_s > 600


def test_a_code_given_back_ends_the_back_off(stage: Stage, move_clock: MoveClock) -> None:
    for wait_s in (0, 61):
        move_clock(wait_s)
        stage.issue()
    stage.check(stage.code())
    move_clock(61)
    assert stage.issue()["sent"] is True


def test_the_back_off_is_forgotten_after_silence(stage: Stage, move_clock: MoveClock) -> None:
    for wait_s in (0, 61, 121, 3900, 61):
        move_clock(wait_s)
        assert stage.issue()["sent"] is True


def test_one_account_has_a_limit_a_day_over_all_phones(
    stage: Stage, adopt: Adopt, move_clock: MoveClock
) -> None:
    adopt(codes_per_account_per_day=2)
    asked = []
    for phone in ("13900001111", "15100004441", "15100004442"):
        stage.auth.phones["037000010001"] = phone
        try:
            asked.append(stage.issue()["sent_to"])
        except TooMany as refusal:
            asked.append(refusal.code)
    assert asked == ["139****1111", "151****4441", "account_asks_too_often"]


def test_too_few_codes_given_back_raise_the_alarm(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, move_clock: MoveClock
) -> None:
    policy = load_policy("qingdao").adopting(code_alarm_least=(date(2000, 1, 1), 3))
    monkeypatch.setattr(watching, "policy", lambda: policy)
    looked = []
    for person in ("037000010001", "037000010002", "037000010003"):
        stage.issue(person)
        with stage.database.read() as session:
            looked.append(watching.look(session, business_now()))
    stage.check(stage.code())
    with stage.database.read() as session:
        looked.append(watching.look(session, business_now()))
        seen = watching.overview(session, stage.providers.order)
    assert looked == [False, False, True, False]
    assert (seen["codes"]["issued"], seen["codes"]["approved"]) == (3, 1)
    assert [provider["name"] for provider in seen["providers"]] == ["sms", "sms_second"]
    assert {state["label"] for state in seen["states"]} == {"已发送，待回执"}


def test_asking_and_checking_at_once_never_wait_for_each_other_in_a_circle(
    stage: Stage, adopt: Adopt
) -> None:
    adopt(
        **dict.fromkeys(
            ("codes_per_phone_per_minute", "codes_per_phone_per_hour", "codes_per_phone_per_day"), 1000
        ),
        codes_per_account_per_day=1000,
        codes_per_address_per_hour=1000,
        code_backoff_first_s=0,
        code_backoff_most_s=0,
    )

    def press(turn: int) -> str:
        try:
            stage.issue() if turn % 2 else stage.check("000000")
        except Refusal as refusal:
            return refusal.code
        return "sent"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(press, range(60)))
    assert outcomes.count("sent") == 30
    assert set(outcomes) <= {"sent", "code_wrong", "code_not_asked", "code_replaced", "code_void"}
