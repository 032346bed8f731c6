"""修改密码: the present password and a code of this session, one effect, everybody else logged out."""

import uuid
from datetime import timedelta

import pytest
from eventlet import GreenPool
from sqlalchemy import select

from services.common.clock import business_now
from services.common.errors import Invalid, Refusal, TooMany, Unauthenticated
from services.common.receipts import Receipt, digest_of, sign_receipt
from services.common.tables import OutboxRow
from tests.component.auth.desk import PASSWORD

NEW = "quite another horse 9"


def proof(entered, person, **changes):
    """What notify signs when the code that was asked for in this session was right."""
    values = {
        "id": uuid.uuid4().hex,
        "purpose": "password_change",
        "person": person,
        "digest": digest_of({"password_of_session": entered["session_id"]}),
        "expires_at": int((business_now() + timedelta(minutes=5)).timestamp()),
    }
    return sign_receipt(Receipt(**(values | changes)))


def wanted(entered, person, **changes):
    """The arguments that choose another password."""
    own = {"password": PASSWORD, "new_password": NEW}
    return own | {"receipt": changes.pop("receipt", None) or proof(entered, person.fund_number)} | changes


def told(desk, fund_number):
    with desk.database.read() as session:
        about = OutboxRow.aggregate == f"password:{fund_number}"
        return [row.event for row in session.scalars(select(OutboxRow).where(about))]


@pytest.mark.feature("A-13", "A-20")
def test_another_password_takes_the_place_of_the_present_one(desk):
    person, first = desk.newcomer()
    elsewhere = desk.log_in(person.fund_number)
    changed = desk.ask("change_password", wanted(first, person), token=first["token"])
    assert changed["sessions_ended"] == 1
    with pytest.raises(Unauthenticated, match="session_over"):
        desk.ask("renew", token=elsewhere["token"])
    with pytest.raises(Unauthenticated, match="login_refused"):
        desk.log_in(person.fund_number)
    assert desk.log_in(person.fund_number, password=NEW)["token"]
    assert told(desk, person.fund_number) == ["password.changed"]
    titles = [one["title"] for one in desk.ask("operation_log", {}, token=first["token"])["items"]]
    assert "修改密码" in titles


@pytest.mark.feature("A-03")
def test_the_normal_edition_may_change_its_password(desk):
    person, first = desk.newcomer(professional_since_on=None)
    desk.ask("change_password", wanted(first, person), token=first["token"])
    assert desk.log_in(person.fund_number, edition="normal", password=NEW)["token"]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"password": "not the one 9"}, "password_wrong", "/password"),
        ({"new_password": "short"}, "password_weak", "/new_password"),
        ({"new_password": PASSWORD}, "password_same", "/new_password"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_changes_nothing(desk, changes, code, pointer):
    person, first = desk.newcomer()
    with pytest.raises(Invalid, match=code) as caught:
        desk.ask("change_password", wanted(first, person, **changes), token=first["token"])
    assert caught.value.pointer == pointer
    assert desk.log_in(person.fund_number)["token"]
    assert told(desk, person.fund_number) == []


def test_a_password_that_tells_the_own_phone_is_refused(desk):
    person, first = desk.newcomer()
    with pytest.raises(Invalid, match="password_weak"):
        desk.ask(
            "change_password", wanted(first, person, new_password=f"x{person.phone}"), token=first["token"]
        )


@pytest.mark.parametrize(
    "changes",
    [{"person": "370200000001"}, {"purpose": "phone_change"}, {"digest": "0" * 64}, {"expires_at": 1}],
)
def test_a_code_for_something_else_changes_nothing(desk, changes):
    person, first = desk.newcomer()
    other = proof(first, **({"person": person.fund_number} | changes))
    with pytest.raises(Refusal, match="code_"):
        desk.ask("change_password", wanted(first, person, receipt=other), token=first["token"])
    assert desk.log_in(person.fund_number)["token"]


def test_a_code_that_another_session_asked_for_changes_nothing(desk):
    person, first = desk.newcomer()
    elsewhere = desk.log_in(person.fund_number)
    theirs = proof(elsewhere, person.fund_number)
    with pytest.raises(Refusal, match="code_for_something_else"):
        desk.ask("change_password", wanted(first, person, receipt=theirs), token=first["token"])


def test_whoever_guesses_the_present_password_is_stopped(desk):
    person, first = desk.newcomer()
    for n in range(5):
        with pytest.raises(Invalid, match="password_wrong"):
            guess = wanted(first, person, password=f"guess {n} x")
            desk.ask("change_password", guess, token=first["token"])
    with pytest.raises(TooMany, match="too_many_wrong"):
        desk.ask("change_password", wanted(first, person), token=first["token"])
    assert desk.log_in(person.fund_number)["token"]


def test_changes_at_once_have_one_effect_and_a_repeat_the_same_answer(desk):
    person, first = desk.newcomer()
    body = wanted(first, person)

    def save(_):
        return next(iter(desk.reply("change_password", body, token=first["token"])))

    outcomes = list(GreenPool().imap(save, range(4)))
    assert outcomes.count("answer") == 1
    assert told(desk, person.fund_number) == ["password.changed"]
    again, key = wanted(first, person, password=NEW, new_password=PASSWORD), uuid.uuid4().hex
    answers = [desk.ask("change_password", again, token=first["token"], key=key) for _ in range(2)]
    assert answers[0] == answers[1]
