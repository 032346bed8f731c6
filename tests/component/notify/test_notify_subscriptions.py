"""短信定制: items and receiving phone are saved with a code for just that, once, and messages follow."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from services.common.errors import Forbidden, NotFound, Refusal, TooMany
from services.common.subject import Subject
from services.notify import subscriptions
from services.notify.items import ITEMS
from services.notify.models import Message, Subscription, SubscriptionChange
from tests.component.notify.stage import PHONES, Stage, other_than, request_of
from tests.component.notify.test_notify_events import happened, hear

MoveClock = Callable[[int], None]
PERSON, OTHER_PERSON = "037000010001", "037000010002"
NEW = "15100004444"
ALL = ["contribution", "withdrawal", "transfer", "base", "interest"]


def choice(*items: str, **changes: Any) -> dict[str, Any]:
    """The items wanted, on the verified phone unless changed."""
    return {"items": list(items), "receiver": "verified", "phone": None, "version": 0} | changes


def code_for(stage: Stage, wanted: dict[str, Any], phone: str = PHONES[PERSON], person: str = PERSON) -> str:
    """Ask for the code of a saving and read it from the phone."""
    stage.ask("issue_subscription_code", wanted | {"address": "203.0.113.7"}, person)
    return stage.code(phone)


def saved(stage: Stage, wanted: dict[str, Any], phone: str = PHONES[PERSON], **more: Any) -> dict[str, Any]:
    """Save a choice with its code."""
    code = code_for(stage, wanted, phone)
    return stage.ask("subscribe", wanted | {"code": code}, PERSON, more.get("key"))


def shown(stage: Stage, person: str = PERSON) -> dict[str, Any]:
    """The subscription as its owner sees it."""
    return subscriptions.shown(stage.database, stage.auth, request_of("subscription", {}, person))


def refusal(stage: Stage, method: str, wanted: dict[str, Any], person: str = PERSON) -> str:
    """The code of the no to a request."""
    with pytest.raises(Refusal) as caught:
        stage.ask(method, wanted, person)
    return caught.value.code


def savings(stage: Stage) -> int:
    """How many savings there are."""
    with stage.database.read() as session:
        return session.scalar(select(func.count()).select_from(SubscriptionChange)) or 0


@pytest.mark.feature("N-01", "N-03")
def test_without_a_saving_the_citys_items_go_to_the_verified_phone(stage: Stage) -> None:
    found = shown(stage)
    assert [item["code"] for item in found["items"]] == [item.code for item in ITEMS]
    assert {item["code"] for item in found["items"] if item["chosen"]} == {*ALL, "account"} - {"interest"}
    assert [item["code"] for item in found["items"] if item["fixed"]] == ["account"]
    assert (found["version"], found["receiver"], found["phone_masked"]) == (0, "verified", "139****1111")


@pytest.mark.feature("N-02")
def test_items_are_added_and_removed(stage: Stage, move_clock: MoveClock) -> None:
    saved(stage, choice("contribution", "interest"))
    assert {item["code"] for item in shown(stage)["items"] if item["chosen"]} == {
        "contribution",
        "interest",
        "account",
    }
    move_clock(61)
    again = saved(stage, choice("contribution", "withdrawal", version=1))
    assert (again["added"], again["removed"]) == (["提取变动"], ["年度结息"])
    assert shown(stage)["changes"][0]["number"] == again["number"]


@pytest.mark.feature("N-04", "N-16")
def test_items_and_phone_are_saved_together_with_a_code_to_the_new_phone(stage: Stage) -> None:
    receipt = saved(stage, choice("withdrawal", receiver="other", phone=NEW), NEW)
    assert (receipt["phone_masked"], receipt["phone_changed"]) == ("151****4444", True)
    found = shown(stage)
    assert (found["receiver"], found["phone_masked"], found["verified_masked"]) == (
        "kept",
        "151****4444",
        "139****1111",
    )


def test_business_messages_follow_the_receiving_phone_and_security_the_verified(stage: Stage) -> None:
    saved(stage, choice("withdrawal", receiver="other", phone=NEW), NEW)
    stage.send()
    assert "短信接收手机号已变更为151****4444" in stage.texts()[-1]
    hear(stage, happened())
    stage.send()
    assert "已支付 8,400.00 元" in stage.texts(NEW)[-1]
    assert not any("已支付" in text for text in stage.texts())


def test_codes_for_business_never_follow_the_receiving_phone(stage: Stage) -> None:
    saved(stage, choice("withdrawal", receiver="other", phone=NEW), NEW)
    before = len(stage.texts(NEW))
    stage.issue()
    stage.send()
    assert "提取登记" in stage.texts()[-1]
    assert len(stage.texts(NEW)) == before


def test_an_item_taken_off_is_silent_and_what_cannot_be_taken_off_is_not(stage: Stage) -> None:
    saved(stage, choice("contribution"))
    sent = len(stage.texts())
    hear(stage, happened("withdrawal.booked"))
    hear(stage, happened("account.closed"))
    stage.send()
    assert len(stage.texts()) == sent + 1
    assert "销户" in stage.texts()[-1]


@pytest.mark.feature("N-04")
def test_a_phone_that_never_gave_a_code_back_is_not_saved_and_gets_no_message(stage: Stage) -> None:
    wanted = choice("withdrawal", receiver="other", phone=NEW)
    code = code_for(stage, wanted, NEW)
    assert refusal(stage, "subscribe", wanted | {"code": other_than(code)}) == "code_wrong"
    assert refusal(stage, "subscribe", wanted | {"code": code, "phone": "15100005555"}) == (
        "code_for_something_else"
    )
    assert savings(stage) == 0
    hear(stage, happened())
    stage.send()
    assert [text for text in stage.texts(NEW) if "验证码" not in text] == []


def test_a_code_to_the_verified_phone_does_not_save_a_new_one(stage: Stage) -> None:
    code = code_for(stage, choice("withdrawal"))
    wanted = choice("withdrawal", receiver="other", phone=NEW, code=code)
    assert refusal(stage, "subscribe", wanted) == "code_for_something_else"


@pytest.mark.parametrize("changes", [{"items": ["contribution", "interest"]}, {"version": 7}])
def test_a_code_is_for_just_these_items(stage: Stage, changes: dict[str, Any]) -> None:
    code = code_for(stage, choice("contribution"))
    wanted = choice("contribution", code=code) | changes
    assert refusal(stage, "subscribe", wanted) in ("code_for_something_else", "subscription_changed")
    assert savings(stage) == 0


def test_a_code_of_a_withdrawal_saves_nothing(stage: Stage) -> None:
    stage.issue()
    assert refusal(stage, "subscribe", choice("contribution", code=stage.code())) == "code_not_asked"


def test_another_persons_code_saves_nothing(stage: Stage) -> None:
    wanted = choice("contribution")
    code = code_for(stage, wanted)
    assert refusal(stage, "subscribe", wanted | {"code": code}, OTHER_PERSON) == "code_not_asked"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (choice("gossip"), "item_unknown"),
        (choice("account"), "item_unknown"),
        (choice("contribution", receiver="other"), "phone_missing"),
        (choice("contribution", version=3), "subscription_changed"),
    ],
)
def test_a_choice_that_cannot_be_saved_gets_no_code(stage: Stage, wanted: dict[str, Any], code: str) -> None:
    assert refusal(stage, "issue_subscription_code", wanted | {"address": "203.0.113.7"}) == code
    assert stage.send() == 0


def test_nothing_changed_is_said_before_a_code_is_sent(stage: Stage, move_clock: MoveClock) -> None:
    saved(stage, choice("contribution"))
    move_clock(61)
    wanted = choice("contribution", version=1, address="203.0.113.7")
    assert refusal(stage, "issue_subscription_code", wanted) == "nothing_changed"


def test_the_same_key_saves_once_and_gets_the_same_receipt(stage: Stage) -> None:
    wanted = choice("contribution")
    body = wanted | {"code": code_for(stage, wanted)}
    first = stage.ask("subscribe", body, PERSON, "key-1")
    assert stage.ask("subscribe", body, PERSON, "key-1") == first
    assert savings(stage) == 1


def test_one_code_saves_once_whatever_the_keys(stage: Stage) -> None:
    wanted = choice("contribution")
    body = wanted | {"code": code_for(stage, wanted)}

    def press(_: int) -> str:
        try:
            return "saved" if stage.ask("subscribe", body, PERSON)["number"] else "?"
        except Refusal as no:
            return no.code

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(press, range(8)))
    assert outcomes.count("saved") == 1
    assert set(outcomes) <= {"saved", "code_used", "subscription_changed", "code_void"}
    assert savings(stage) == 1


def test_two_devices_do_not_overwrite_each_other_unseen(stage: Stage, move_clock: MoveClock) -> None:
    saved(stage, choice("contribution"))
    move_clock(61)
    wanted = choice("withdrawal", address="203.0.113.7")
    assert refusal(stage, "issue_subscription_code", wanted) == "subscription_changed"


def test_the_verified_phone_typed_is_the_verified_phone(stage: Stage) -> None:
    saved(stage, choice("contribution", receiver="other", phone=PHONES[PERSON]))
    stage.auth.phones[PERSON] = "13600009999"
    found = shown(stage)
    assert (found["receiver"], found["phone_masked"]) == ("verified", "136****9999")


def test_somebody_without_a_verified_phone_takes_another(stage: Stage) -> None:
    del stage.auth.phones[PERSON]
    assert refusal(stage, "issue_subscription_code", choice("base", address="::1")) == "phone_missing"
    saved(stage, choice("base", receiver="other", phone=NEW), NEW)
    assert shown(stage)["phone_masked"] == "151****4444"


def test_nobody_sees_or_finds_anothers_saving(stage: Stage) -> None:
    number = saved(stage, choice("contribution"))["number"]
    mine, another = (request_of("subscription_change", {}, person) for person in (PERSON, OTHER_PERSON))
    assert subscriptions.change(stage.database, {"number": number}, mine)["number"] == number
    with pytest.raises(NotFound):
        subscriptions.change(stage.database, {"number": number}, another)
    assert shown(stage, OTHER_PERSON)["changes"] == []


def test_the_normal_edition_may_and_an_unfinished_first_visit_may_not(stage: Stage) -> None:
    for edition, restricted in (("normal", False), ("professional", True)):
        request = request_of("subscription", {}, PERSON)
        subject = Subject(id=PERSON, role="citizen", session_id="s", edition=edition, restricted=restricted)
        object.__setattr__(request, "subject", subject)
        if restricted:
            with pytest.raises(Forbidden):
                subscriptions.shown(stage.database, stage.auth, request)
        else:
            assert subscriptions.shown(stage.database, stage.auth, request)["version"] == 0


def test_a_strangers_phone_gets_four_codes_a_day_and_its_owner_the_rest(
    stage: Stage, move_clock: MoveClock
) -> None:
    strangers = choice("base", receiver="other", phone=PHONES[OTHER_PERSON], address="203.0.113.7")
    codes = []
    for _ in range(5):
        move_clock(3900)
        try:
            codes.append(stage.ask("issue_subscription_code", strangers, PERSON)["sent_to"])
        except TooMany as no:
            codes.append(no.code)
    assert codes == ["137****2222"] * 4 + ["typed_phone_asked_too_often"]
    assert stage.issue(OTHER_PERSON)["sent"] is True


def test_phones_are_sealed_and_savings_cannot_be_rewritten(stage: Stage) -> None:
    saved(stage, choice("withdrawal", receiver="other", phone=NEW), NEW)
    with stage.database.read() as session:
        kept = str(
            [
                session.execute(text(f"SELECT {table}::text FROM {table}")).all()  # noqa: S608
                for table in ("subscriptions", "subscription_changes", "codes", "operations", "messages")
            ]
        )
        assert session.scalars(select(Subscription.phone)).one() == NEW
    assert NEW not in kept and NEW.encode().hex() not in kept
    for change in ("UPDATE subscription_changes SET version = 9", "DELETE FROM subscription_changes"):
        with pytest.raises(DBAPIError), stage.database.write() as session:
            session.execute(text(change))


def test_messages_name_the_text_and_version_they_were_written_with(stage: Stage) -> None:
    saved(stage, choice("contribution"))
    with stage.database.read() as session:
        rows = session.execute(select(Message.template, Message.template_version)).all()
    assert rows == [("code.sms_subscription", 1)]
