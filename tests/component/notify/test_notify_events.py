"""What happened to the money is told to the depositor's phone, once, by the text of its event."""

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from services.common.clock import technical_at
from services.common.contracts import CONTRACTS
from services.common.events import _once
from services.common.inbox import Event
from services.common.policy import load_policy
from services.notify import messages
from services.notify.models import Message, Subscription
from services.notify.service import HEARD
from services.notify.templates import TEMPLATES
from tests.component.notify.stage import FORMER_PHONE, PHONES, Stage, request_of
from tests.component.notify.test_notify_sender import make_due, the_message

BILL = {
    "number": "W20261122000001",
    "reason": "rent",
    "reason_title": "租房提取",
    "amount_fen": 840000,
    "fund_number": "037000010001",
    "at": "2026-11-22T09:00:00+08:00",
    "effective_on": "2027-08-01",
}


OF_THE_BILL = ("withdrawal.paid", "withdrawal.booked", "withdrawal.payment_failed")


def happened(name: str = "withdrawal.paid", sequence: int = 1, **payload: object) -> Event:
    """An event of the bill, or of whatever it is told of."""
    example = {} if name in OF_THE_BILL or name not in CONTRACTS else CONTRACTS[name].example
    return Event(
        message_id=str(uuid.uuid4()),
        name=name,
        producer="withdrawal",
        aggregate=f"withdrawal:{uuid.uuid4()}",
        sequence=sequence,
        at=technical_at(),
        trace="",
        payload={**BILL, **example, "fund_number": BILL["fund_number"], **payload},
    )


def hear(stage: Stage, event: Event) -> str:
    """Take the event as the consumer does: inbox and effect in one transaction."""
    with stage.database.write() as session:
        return _once(stage, lambda _, heard, s: messages.tell(s, heard, stage.wake), event, session)


def test_the_phone_is_told_of_a_payment(stage: Stage) -> None:
    hear(stage, happened())
    stage.send()
    assert stage.wakes == 1
    assert stage.texts() == [
        "【青岛公积金】您办理的“租房提取”（业务号W20261122000001）已支付 8,400.00 元，"
        "正在等待记账，请稍后通过银行查询资金是否到账。"
    ]


# An event of a batch has tests of its own below.
OF_ONE_PERSON = [name for name in HEARD if "fund_number" in CONTRACTS[name].example]


@pytest.mark.parametrize("name", [name for name in OF_ONE_PERSON if name in TEMPLATES])
def test_every_event_with_a_text_makes_one_message(stage: Stage, name: str) -> None:
    hear(stage, happened(name))
    stage.send()
    assert len(stage.texts()) == 1
    assert _own(stage, BILL["fund_number"])["items"][-1]["title"] == TEMPLATES.get(name).title_zh


@pytest.mark.feature("A-18")
def test_both_phones_are_told_of_a_change_each_in_its_own_words(stage: Stage) -> None:
    hear(stage, happened("phone.changed", number="5e0b"))
    stage.send()
    (new,), (former,) = stage.texts(), stage.texts(FORMER_PHONE)
    assert "2026-11-22 09:00 变更为新手机号" in new
    assert "原手机号不再接收公积金短信" in former
    assert "12329" in former


def test_a_receiving_phone_takes_neither_message_of_a_change_of_phone(stage: Stage) -> None:
    chosen = "13500008888"
    with stage.database.write() as session:
        session.add(
            Subscription(
                fund_number="037000010001",
                version=1,
                chosen=[],
                declined=[],
                phone=chosen,
                changed_at=technical_at(),
            )
        )
    hear(stage, happened("phone.changed", number="5e0b"))
    stage.send()
    assert [len(stage.texts(phone)) for phone in (PHONES["037000010001"], FORMER_PHONE, chosen)] == [1, 1, 0]


@pytest.mark.parametrize("name", [name for name in HEARD if name not in TEMPLATES])
def test_an_event_without_a_text_is_heard_in_silence(stage: Stage, name: str) -> None:
    assert hear(stage, happened(name)) == "handled"
    assert stage.send() == 0


def test_every_notice_has_its_event_or_is_told_by_notify_itself() -> None:
    notices = {template.code for template in TEMPLATES if not template.code.startswith("code.")}
    nouns = {event.partition(".")[0] for event in CONTRACTS}
    events = {notice.removesuffix(".former") for notice in notices}
    unheard = {event for event in events - set(HEARD) if event.partition(".")[0] in nouns}
    assert unheard == set()


def settled(**amounts_fen: int) -> Event:
    """A batch of yearly interest."""
    people = {fund_number.removeprefix("f"): fen for fund_number, fen in amounts_fen.items()}
    return happened("interest.settled", settles_on="2027-06-30", amounts_fen=people)


def test_of_a_batch_only_those_are_told_who_asked_for_it(stage: Stage) -> None:
    with stage.database.write() as session:
        session.add(
            Subscription(
                fund_number="037000010002",
                version=1,
                chosen=["interest"],
                declined=[],
                phone=None,
                changed_at=technical_at(),
            )
        )
    hear(stage, settled(f037000010001=100, f037000010002=12345, f037000010003=300))
    stage.send()
    assert stage.texts("13700002222") == [
        "【青岛公积金】您的住房公积金账户已于 2027-06-30 结息，利息 123.45 元已转为本金，"
        "可登录网上营业厅查看明细。"
    ]
    assert len(stage.provider.taken) == 1


def test_of_a_batch_everybody_is_told_once_where_the_city_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = load_policy("qingdao").adopting(sms_item_interest=(date(2000, 1, 1), "always"))
    monkeypatch.setattr(messages, "policy", lambda: policy)
    batch = settled(f037000010001=100, f037000010002=200, f037000010003=300)
    assert [hear(stage, batch), hear(stage, batch)] == ["handled", "repeated"]
    stage.send()
    assert [len(stage.texts(phone)) for phone in PHONES.values()] == [1, 1, 1]


def test_an_item_that_the_city_has_not_is_silent(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = load_policy("qingdao").adopting(sms_item_withdrawal=(date(2000, 1, 1), None))
    monkeypatch.setattr(messages, "policy", lambda: policy)
    hear(stage, happened())
    assert stage.send() == 0


@pytest.mark.failure("N12")
def test_the_same_event_twice_is_one_message(stage: Stage) -> None:
    event = happened()
    assert [hear(stage, event), hear(stage, event)] == ["handled", "repeated"]
    stage.send()
    assert len(stage.texts()) == 1


def test_an_event_without_what_the_text_needs_has_no_effect(stage: Stage) -> None:
    with pytest.raises(TypeError):
        hear(stage, happened(amount_fen="much"))
    assert stage.send() == 0


def test_the_phone_is_asked_when_sending_and_auth_away_is_waited_out(stage: Stage) -> None:
    stage.auth.away = True
    hear(stage, happened())
    stage.send()
    assert the_message(stage).state == "queued"
    stage.auth.away = False
    make_due(stage)
    stage.send()
    assert len(stage.texts()) == 1


def test_a_depositor_without_a_phone_is_not_told(stage: Stage) -> None:
    hear(stage, happened(fund_number="037000019999"))
    stage.send()
    assert the_message(stage).state == "withheld"


def test_own_messages_show_no_code_and_a_masked_phone(stage: Stage) -> None:
    stage.issue()
    code = stage.code()
    shown = _own(stage, "037000010001")["items"]
    assert len(shown) == 1
    assert code not in str(shown)
    assert shown[0]["phone_masked"] == "139****1111"
    assert shown[0]["state_label"] == "已发送，待回执"


def test_nobody_sees_another_persons_messages(stage: Stage) -> None:
    hear(stage, happened())
    assert _own(stage, "037000010002") == {"items": [], "next_cursor": None}


def test_own_messages_come_in_pages_newest_first(stage: Stage) -> None:
    for _ in range(5):
        hear(stage, happened())
    first = _own(stage, "037000010001", limit=3)
    rest = _own(stage, "037000010001", limit=3, cursor=first["next_cursor"])
    numbers = [message["number"] for message in first["items"] + rest["items"]]
    assert numbers == sorted(_numbers(stage), reverse=True)
    assert rest["next_cursor"] is None


def _own(stage: Stage, person: str, limit: int = 20, cursor: str | None = None) -> dict[str, Any]:
    request = request_of("messages", {}, person)
    with stage.database.read() as session:
        return messages.own_messages(session, request.person.id, {"limit": limit, "cursor": cursor})


def _numbers(stage: Stage) -> list[str]:
    with stage.database.read() as session:
        return list(session.scalars(select(Message.number)))
