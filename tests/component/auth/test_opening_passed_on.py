"""An opening in another's name: the passed-on link of the provider opens nothing to whoever began."""

import secrets
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from services.auth.models import AttemptRecord, Login, OnlineSession, Person
from services.auth.usecases import faces, passes
from services.auth.usecases.people import opening_handle
from services.common import agreements
from services.common.agreements import Agreements
from services.common.errors import NotFound, Refusal, Unauthenticated
from services.common.tables import Operation
from tests.component.auth.desk import PASSWORD, an_id_number
from tests.component.auth.test_openings import (
    NEW_PASSWORD,
    announced,
    bring_back,
    callback,
    check,
    confirmation,
    enter,
    hear,
    opened,
    professional,
    row,
    state,
    submitted,
)


@pytest.fixture
def normal(desk):
    """Somebody who holds the normal edition only."""
    return desk.newcomer(professional_since_on=None)


def untouched(desk, person, session_id):
    """Password, sessions and edition are as they were."""
    with desk.database.read() as session:
        still = session.get_one(OnlineSession, session_id).state == "active"
        assert session.get_one(Login, person.fund_number).password_hash
    assert desk.log_in(person.fund_number, edition="normal", password=PASSWORD)["token"]
    return still and not professional(desk, person) and announced(desk, person.fund_number) == []


def test_a_face_shown_behind_a_passed_on_link_gives_nothing_to_who_began(desk, normal):
    person, before = normal
    opening_id, number = submitted(desk, person)
    hear(desk, callback(desk, number))
    assert check(desk, opening_id)["state"] == "passed"
    with pytest.raises(Refusal, match="opening_not_enterable"):
        enter(desk, opening_id)
    for guess in ("0" * 32, "returned-from-O20261122000000"):
        with pytest.raises(Refusal, match="return_code_wrong"):
            bring_back(desk, opening_id, guess)
    with pytest.raises(Unauthenticated, match="login_refused"):
        desk.log_in(person.fund_number, edition="normal", password=NEW_PASSWORD)
    assert untouched(desk, person, before["session_id"])


def test_a_return_code_brought_too_early_must_still_be_the_right_one(desk, normal):
    """The one who began may bring what they like while the face is awaited: it opens nothing."""
    person, before = normal
    opening_id, number = submitted(desk, person)
    assert bring_back(desk, opening_id, "a guess of my own")["state"] == "verifying"
    hear(desk, callback(desk, number))
    assert state(desk, opening_id) == "passed"
    assert untouched(desk, person, before["session_id"])


def test_a_provider_that_gives_no_return_code_opens_nothing_by_return(desk, normal):
    person, before = normal
    opening_id, number = submitted(desk, person)
    hear(desk, callback(desk, number, return_digest=""))
    with pytest.raises(Refusal, match="return_code_wrong"):
        bring_back(desk, opening_id)
    assert untouched(desk, person, before["session_id"])


def test_a_return_code_is_of_one_opening(desk, normal):
    person, _ = normal
    mine, number = submitted(desk, person)
    other, other_number = submitted(desk, desk.person(professional_since_on=None))
    hear(desk, callback(desk, number))
    hear(desk, callback(desk, other_number))
    with pytest.raises(Refusal, match="return_code_wrong"):
        bring_back(desk, other, desk.faces.return_code(number))
    assert (state(desk, mine), state(desk, other)) == ("passed", "passed")


def kept_rows(desk):
    with desk.database.read() as session:
        counts = (select(func.count()).select_from(table) for table in (AttemptRecord, Operation))
        return [session.scalar(count) for count in counts]


def test_a_return_code_for_an_opening_that_nobody_began_leaves_nothing_behind(desk):
    before = kept_rows(desk)
    for _ in range(3):
        with pytest.raises(NotFound, match="no_such_opening"):
            invented = {"opening_id": secrets.token_hex(16), "return_code": "x" * 32}
            desk.ask("bring_back_opening", invented)
    assert kept_rows(desk) == before


def test_a_return_code_counts_once_and_a_page_loaded_twice_is_one(desk, normal):
    person, _ = normal
    opening_id, number = submitted(desk, person)
    hear(desk, callback(desk, number))
    key, code = uuid.uuid4().hex, desk.faces.return_code(number)
    first = bring_back(desk, opening_id, code, key=key)
    assert bring_back(desk, opening_id, code, key=key) == first
    with pytest.raises(Refusal, match="return_code_used"):
        bring_back(desk, opening_id, code)
    assert len(announced(desk, person.fund_number)) == 1
    assert (row(desk, opening_id).return_digest, row(desk, opening_id).brought_digest) == (None, None)


def test_who_comes_back_before_the_callback_is_in_by_asking(desk, normal):
    person, _ = normal
    opening_id, number = submitted(desk, person)
    desk.faces.saw(number)
    assert bring_back(desk, opening_id)["state"] == "opened"
    assert enter(desk, opening_id)["edition"] == "professional"


def test_who_came_back_while_the_provider_was_silent_is_in_when_it_speaks(desk, normal):
    person, _ = normal
    opening_id, number = submitted(desk, person)
    desk.faces.silent = True
    assert bring_back(desk, opening_id, desk.faces.return_code(number))["state"] == "verifying"
    desk.faces.silent = False
    hear(desk, callback(desk, number))
    assert state(desk, opening_id) == "opened"


def contact(desk, opening_id):
    return desk.ask("contact", {"opening": opening_handle(opening_id)}, caller="notify")["phone"]


@pytest.mark.feature("A-05")
def test_who_closed_the_browser_confirms_with_a_code_to_the_registered_phone(desk, normal):
    person, before = normal
    opening_id, number = submitted(desk, person)
    with pytest.raises(Refusal, match="opening_not_passed"):
        contact(desk, opening_id)
    hear(desk, callback(desk, number))
    assert contact(desk, opening_id) == person.phone
    proof = confirmation(desk, opening_id)
    assert desk.ask("confirm_opening", proof)["state"] == "opened"
    assert enter(desk, opening_id)["edition"] == "professional"
    with pytest.raises(Refusal, match="opening_not_passed"):
        desk.ask("confirm_opening", proof)
    with desk.database.read() as session:
        assert session.get_one(OnlineSession, before["session_id"]).state == "ended"
        assert session.get_one(Person, person.fund_number).phone_verified_at is not None


def test_a_code_that_could_not_be_used_is_refused_alike_for_everybody(desk, normal):
    stranger = desk.person(professional_since_on=None)
    stranger.id_number = an_id_number(str(secrets.randbelow(10**9)).zfill(9))
    said = []
    for person in (normal[0], stranger):
        with pytest.raises(Refusal) as refused:
            contact(desk, submitted(desk, person)[0])
        said.append((refused.value.code, refused.value.sentence))
    assert said[0] == said[1]
    with pytest.raises(NotFound, match="no_such_opening"):
        contact(desk, "0" * 32)


@pytest.mark.parametrize(
    "changes", [{"person": "0" * 64}, {"digest": "0" * 64}, {"purpose": "first_visit"}, {"expires_at": 1}]
)
def test_a_code_for_something_else_confirms_nothing(desk, normal, changes):
    person, before = normal
    opening_id, number = submitted(desk, person)
    hear(desk, callback(desk, number))
    with pytest.raises(Refusal, match="code_"):
        desk.ask("confirm_opening", confirmation(desk, opening_id, **changes))
    assert untouched(desk, person, before["session_id"])


def test_a_code_confirms_nothing_before_the_face(desk, normal):
    person, before = normal
    opening_id, _ = submitted(desk, person)
    with pytest.raises(Refusal, match="opening_not_passed"):
        desk.ask("confirm_opening", confirmation(desk, opening_id))
    assert untouched(desk, person, before["session_id"])


def test_without_a_registered_phone_one_begins_anew(desk):
    person = desk.person(professional_since_on=None, phone=None)
    opening_id, number = submitted(desk, person)
    hear(desk, callback(desk, number))
    assert check(desk, opening_id)["state"] == "passed"
    assert contact(desk, opening_id) is None
    assert opened(desk, person)


@pytest.mark.parametrize(
    "why", ["nothing", "no_account", "no_phone", "name_differs", "already_open", "password_tells"]
)
def test_a_face_shown_behind_a_passed_on_link_tells_nothing_of_its_person(desk, why):
    """Who began holds the opening, and may read of it and ask for codes as often as they like."""
    person, changes = desk.person(professional_since_on=None), {}
    if why == "no_account":
        person.id_number = an_id_number(str(secrets.randbelow(10**9)).zfill(9))
    elif why == "no_phone":
        person = desk.person(professional_since_on=None, phone=None)
    elif why == "name_differs":
        changes = {"name": "测试李"}
    elif why == "already_open":
        person = desk.person()
    elif why == "password_tells":
        changes = {"password": f"{person.phone}ab"}
    opening_id, number = submitted(desk, person, **changes)
    hear(desk, callback(desk, number))
    told = {name: value for name, value in check(desk, opening_id).items() if name != "expires_at"}
    waits = {"state": "passed", "label": "核验通过，待本人确认"}
    assert told == waits | {"page_url": None, "reason": None, "sentence": None}
    assert contact(desk, opening_id) == (None if why in ("no_account", "no_phone") else person.phone)
    with pytest.raises(Refusal, match="return_code_wrong"):
        bring_back(desk, opening_id, "a guess of my own")
    assert state(desk, opening_id) == "passed"


@pytest.mark.feature("A-07")
@pytest.mark.parametrize("back_first", [True, False])
def test_nobody_signs_another_text_than_was_shown(desk, normal, monkeypatch, back_first):
    """The text was changed in its file while the face was awaited: one begins anew."""
    person, before = normal
    opening_id, number = submitted(desk, person)
    if back_first:
        bring_back(desk, opening_id)
    edited = replace(agreements.current("professional_edition"), text_zh="一、另一内容。")
    monkeypatch.setattr(passes, "load_agreements", lambda city: Agreements([edited]))
    assert hear(desk, callback(desk, number)) == {"received": True}
    assert state(desk, opening_id) == "passed"
    with pytest.raises(Refusal, match="agreement_changed"):
        bring_back(desk, opening_id)
    with pytest.raises(Refusal, match="agreement_changed"):
        desk.ask("confirm_opening", confirmation(desk, opening_id))
    assert untouched(desk, person, before["session_id"])


def test_a_pass_left_alone_expires_and_what_was_typed_is_wiped(desk, normal, move_clock):
    person, _ = normal
    opening_id, number = submitted(desk, person)
    hear(desk, callback(desk, number))
    move_clock(31 * 60)
    with pytest.raises(Refusal, match="opening_over"):
        bring_back(desk, opening_id)
    with pytest.raises(Refusal, match="opening_over"):
        desk.ask("confirm_opening", confirmation(desk, opening_id))
    with pytest.raises(Refusal, match="opening_over"):
        contact(desk, opening_id)
    assert desk.ask("opening", {"opening_id": opening_id})["label"] == "已超时"
    faces.sweep(desk.database, desk.faces)
    kept = row(desk, opening_id)
    assert (kept.state, kept.name, kept.id_number, kept.password_hash) == ("expired", None, None, None)


def test_what_became_impossible_after_the_pass_fails_with_its_reason(desk, normal):
    person, _ = normal
    late, number = submitted(desk, person)
    hear(desk, callback(desk, number))
    opened(desk, person)
    shown = bring_back(desk, late)
    assert (shown["state"], shown["reason"]) == ("failed", "already_open")
