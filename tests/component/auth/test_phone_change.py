"""修改手机号: a code to the old phone, the own password, one effect, and everybody else logged out."""

import uuid
from datetime import datetime, timedelta

import pytest
from eventlet import GreenPool
from sqlalchemy import func, select

from services.auth.models import Person, PhoneChange
from services.common.clock import business_now
from services.common.errors import Invalid, NotFound, Refusal, TooMany, Unauthenticated
from services.common.receipts import Receipt, digest_of, sign_receipt
from services.common.tables import OutboxRow
from tests.component.auth.desk import PASSWORD

NEW = "13700007777"


def begun(desk, person, token, new=NEW, **how):
    """The number of a change begun with the right old phone."""
    wanted = {"old_phone": person.phone, "new_phone": new}
    return desk.ask("begin_phone_change", wanted, token=token, **how)["phone_change_id"]


def receipt(person, change, **changes):
    """What notify signs when the code that came to the old phone was right."""
    values = {
        "id": uuid.uuid4().hex,
        "purpose": "phone_change",
        "person": person.fund_number,
        "digest": digest_of({"phone_change_id": change}),
        "expires_at": int((business_now() + timedelta(minutes=5)).timestamp()),
    }
    return sign_receipt(Receipt(**(values | changes)))


def saving(person, change, **changes):
    """The arguments that save a change."""
    values = {"phone_change_id": change, "new_phone": NEW, "password": PASSWORD}
    return values | {"receipt": changes.pop("receipt", None) or receipt(person, change)} | changes


def phone_of(desk, person):
    with desk.database.read() as session:
        return session.get_one(Person, person.fund_number).phone


def told(desk, event, fund_number):
    with desk.database.read() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.event == event))
        return [row.payload for row in rows if row.payload.get("fund_number") == fund_number]


@pytest.mark.feature("A-15", "A-16", "A-18")
def test_a_new_phone_is_saved_with_the_code_of_the_old_one_and_the_password(desk):
    person, first = desk.newcomer()
    change = begun(desk, person, first["token"])
    assert phone_of(desk, person) == person.phone
    saved = desk.ask("change_phone", saving(person, change), token=first["token"])
    assert (saved["former_phone"], saved["phone"]) == (
        person.phone[:3] + "****" + person.phone[-4:],
        "137****7777",
    )
    assert phone_of(desk, person) == NEW
    assert desk.ask("phone", token=first["token"])["phone"] == "137****7777"
    (payload,) = told(desk, "phone.changed", person.fund_number)
    assert set(payload) == {"number", "fund_number", "at"}
    shown = desk.ask("phone_change", {"phone_change_id": change}, token=first["token"])
    assert shown == {name: saved[name] for name in ("number", "former_phone", "phone", "changed_at")}


@pytest.mark.feature("A-15")
def test_the_new_phone_is_a_login_name_and_the_old_one_is_none(desk):
    person, first = desk.newcomer()
    new = f"138{person.phone[3:]}"
    change = begun(desk, person, first["token"], new)
    desk.ask("change_phone", saving(person, change, new_phone=new), token=first["token"])
    assert desk.log_in(new)["role"] == "citizen"
    with pytest.raises(Unauthenticated):
        desk.log_in(person.phone)


def test_every_other_session_ends_and_the_own_one_goes_on(desk):
    person, first = desk.newcomer()
    second, third = (desk.log_in(person.fund_number) for _ in range(2))
    change = begun(desk, person, first["token"])
    assert desk.ask("change_phone", saving(person, change), token=first["token"])["sessions_ended"] == 2
    for ended in (second, third):
        with pytest.raises(Unauthenticated, match="session_over"):
            desk.ask("renew", token=ended["token"])
    assert desk.ask("renew", token=first["token"])["session_id"] == first["session_id"]


@pytest.mark.feature("A-17", "N-14")
def test_the_code_goes_to_the_old_phone_until_the_change_is_saved(desk):
    person, first = desk.newcomer()
    whose = {"fund_number": person.fund_number}
    change = begun(desk, person, first["token"])
    assert desk.ask("contact", whose, caller="notify")["phone"] == person.phone
    former = {"phone_change_id": change}
    assert desk.ask("contact", former, caller="notify")["phone"] is None
    desk.ask("change_phone", saving(person, change), token=first["token"])
    assert desk.ask("contact", whose, caller="notify")["phone"] == NEW
    assert desk.ask("contact", former, caller="notify")["phone"] == person.phone


@pytest.mark.feature("A-15", "A-16")
@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"old_phone": "13012345678"}, "old_phone_wrong", "/old_phone"),
        ({"old_phone": "123"}, "phone_malformed", "/old_phone"),
        ({"new_phone": "23700007777"}, "phone_malformed", "/new_phone"),
        ({"new_phone": "1370000777７"}, "phone_malformed", "/new_phone"),
    ],
)
def test_phones_that_cannot_be_changed(desk, changes, code, pointer):
    person, first = desk.newcomer()
    wanted = {"old_phone": person.phone, "new_phone": NEW} | changes
    with pytest.raises(Invalid) as refused:
        desk.ask("begin_phone_change", wanted, token=first["token"])
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_the_same_phone_is_no_change(desk):
    person, first = desk.newcomer()
    with pytest.raises(Invalid, match="phone_same"):
        begun(desk, person, first["token"], person.phone)


def test_whoever_guesses_the_old_phone_is_stopped(desk):
    person, first = desk.newcomer()
    for n in range(5):
        wanted = {"old_phone": f"1300000000{n}", "new_phone": NEW}
        with pytest.raises(Invalid, match="old_phone_wrong"):
            desk.ask("begin_phone_change", wanted, token=first["token"])
    with pytest.raises(TooMany) as closed:
        begun(desk, person, first["token"])
    assert 0 < closed.value.retry_after_s <= 15 * 60
    desk.move_clock(15 * 60)
    assert begun(desk, person, first["token"])


def test_whoever_guesses_the_password_is_stopped_and_the_phone_stays(desk):
    person, first = desk.newcomer()
    change = begun(desk, person, first["token"])
    for n in range(5):
        with pytest.raises(Invalid, match="password_wrong"):
            desk.ask("change_phone", saving(person, change, password=f"guess {n} x"), token=first["token"])
    with pytest.raises(TooMany):
        desk.ask("change_phone", saving(person, change), token=first["token"])
    assert phone_of(desk, person) == person.phone


def test_a_wrong_password_does_not_use_up_the_code(desk):
    person, first = desk.newcomer()
    change = begun(desk, person, first["token"])
    proof = receipt(person, change)
    with pytest.raises(Invalid, match="password_wrong"):
        desk.ask(
            "change_phone",
            saving(person, change, receipt=proof, password="wrong one 1"),
            token=first["token"],
        )
    desk.ask("change_phone", saving(person, change, receipt=proof), token=first["token"])
    assert phone_of(desk, person) == NEW


def test_a_code_is_good_for_one_new_phone_and_one_person(desk):
    person, first = desk.newcomer()
    other, theirs = desk.newcomer()
    mine, foreign = begun(desk, person, first["token"]), begun(desk, other, theirs["token"])
    token = first["token"]
    with pytest.raises(Refusal, match="code_for_something_else"):
        desk.ask("change_phone", saving(person, mine, new_phone="13700008888"), token=token)
    with pytest.raises(Refusal, match="code_for_something_else"):
        desk.ask("change_phone", saving(person, mine, receipt=receipt(other, foreign)), token=token)
    with pytest.raises(Refusal, match="code_for_something_else"):
        withdrawing = receipt(person, mine, purpose="withdrawal")
        desk.ask("change_phone", saving(person, mine, receipt=withdrawing), token=token)
    with pytest.raises(NotFound):
        desk.ask("change_phone", saving(person, foreign, receipt=receipt(person, foreign)), token=token)
    assert (phone_of(desk, person), phone_of(desk, other)) == (person.phone, other.phone)


def test_nobody_reads_anothers_change_or_one_not_saved(desk):
    person, first = desk.newcomer()
    _, theirs = desk.newcomer()
    change = begun(desk, person, first["token"])
    for token in (first["token"], theirs["token"]):
        with pytest.raises(NotFound):
            desk.ask("phone_change", {"phone_change_id": change}, token=token)
    desk.ask("change_phone", saving(person, change), token=first["token"])
    with pytest.raises(NotFound):
        desk.ask("phone_change", {"phone_change_id": change}, token=theirs["token"])


def test_a_change_begun_too_long_ago_or_overtaken_is_over(desk):
    person, first = desk.newcomer()
    old, newer = (begun(desk, person, first["token"]) for _ in range(2))
    desk.ask("change_phone", saving(person, newer), token=first["token"])
    with pytest.raises(Refusal, match="phone_change_over"):
        desk.ask("change_phone", saving(person, old), token=first["token"])
    with pytest.raises(Refusal, match="phone_change_over"):
        desk.ask("change_phone", saving(person, newer), token=first["token"])
    person.phone = NEW
    late = begun(desk, person, first["token"], "13700008888")
    desk.move_clock(16 * 60)
    with pytest.raises(Refusal, match="phone_change_over"):
        desk.ask("change_phone", saving(person, late, new_phone="13700008888"), token=first["token"])


def test_a_repeat_gets_the_same_answer_and_changes_nothing_more(desk):
    person, first = desk.newcomer()
    change = begun(desk, person, first["token"], key=f"begin-{person.fund_number}")
    assert begun(desk, person, first["token"], key=f"begin-{person.fund_number}") == change
    wanted = saving(person, change)
    answers = [
        desk.ask("change_phone", wanted, token=first["token"], key=f"save-{person.fund_number}")
        for _ in range(3)
    ]
    assert answers[0] == answers[1] == answers[2]
    assert len(told(desk, "phone.changed", person.fund_number)) == 1


def test_savings_at_once_have_one_effect(desk):
    person, first = desk.newcomer()
    change = begun(desk, person, first["token"])
    wanted = saving(person, change)

    def save(_):
        return next(iter(desk.reply("change_phone", wanted, token=first["token"])))

    outcomes = list(GreenPool().imap(save, range(10)))
    assert outcomes.count("answer") == 1
    assert set(outcomes) == {"answer", "refusal"}
    assert len(told(desk, "phone.changed", person.fund_number)) == 1


def test_nothing_is_changed_when_the_commit_fails(desk, monkeypatch):
    from services.auth.usecases import phone_change

    person, first = desk.newcomer()
    desk.log_in(person.fund_number)
    change = begun(desk, person, first["token"])
    wanted = saving(person, change)

    def dies(*_):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(phone_change, "end_other_sessions", dies)
        assert "fault" in desk.reply(
            "change_phone", wanted, token=first["token"], key=f"save-{person.fund_number}"
        )
    assert phone_of(desk, person) == person.phone
    assert told(desk, "phone.changed", person.fund_number) == []
    desk.ask("change_phone", wanted, token=first["token"], key=f"save-{person.fund_number}")
    assert phone_of(desk, person) == NEW


def test_changes_given_up_are_thrown_away_and_saved_ones_stay(desk):
    person, first = desk.newcomer()
    saved, given_up = (begun(desk, person, first["token"]) for _ in range(2))
    desk.ask("change_phone", saving(person, saved), token=first["token"])
    desk.move_clock(2 * 24 * 3600)
    desk.service.tidy()
    with desk.database.read() as session:
        assert session.get(PhoneChange, given_up) is None
        assert session.get(PhoneChange, saved) is not None
        assert session.scalar(select(func.count()).select_from(PhoneChange)) >= 1


def test_somebody_of_the_normal_edition_may_change_the_phone(desk):
    person, first = desk.newcomer(professional_since_on=None)
    change = begun(desk, person, first["token"])
    desk.ask("change_phone", saving(person, change), token=first["token"])
    assert phone_of(desk, person) == NEW


def test_all_other_sessions_are_ended_by_one_press(desk):
    person, first = desk.newcomer()
    second = desk.log_in(person.fund_number)
    assert desk.ask("end_other_sessions", token=second["token"]) == {"ended": 1}
    assert desk.ask("end_other_sessions", token=second["token"]) == {"ended": 0}
    with pytest.raises(Unauthenticated, match="session_over"):
        desk.ask("renew", token=first["token"])


def test_withdrawal_hears_of_each_change_in_one_sequence_and_may_ask_for_the_last(desk):
    person, first = desk.newcomer()
    whose = {"fund_number": person.fund_number}
    assert desk.ask("phone_changed", whose, caller="withdrawal") == {"at": None}
    for old, new in ((person.phone, NEW), (NEW, person.phone)):
        number = desk.ask("begin_phone_change", {"old_phone": old, "new_phone": new}, token=first["token"])
        change = number["phone_change_id"]
        saved = desk.ask("change_phone", saving(person, change, new_phone=new), token=first["token"])
    at = desk.ask("phone_changed", whose, caller="withdrawal")["at"]
    assert datetime.fromisoformat(at) == datetime.fromisoformat(saved["changed_at"])
    with desk.database.read() as session:
        events = select(OutboxRow.sequence).where(OutboxRow.aggregate == f"phone:{person.fund_number}")
        assert list(session.scalars(events.order_by(OutboxRow.id))) == [1, 2]
