"""Opening the professional edition online: one effect whatever comes how often, and no word to a stranger."""

import json
import secrets
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import select, update

from services.auth.adapters import FaceWord, Verdict
from services.auth.models import Login, OnlineSession, Opening, Person
from services.auth.rules import WHY_NOT_OPENED, person_digest, return_digest
from services.auth.usecases import faces
from services.auth.usecases.people import opening_handle, opening_index
from services.common import agreements, callbacks
from services.common.agreements import Agreement, SignedAgreement
from services.common.clock import technical_at, technical_now
from services.common.errors import Forbidden, Invalid, NotFound, Refusal, TooMany
from services.common.request import digest_of
from services.common.tables import OutboxRow, Transition
from tests.component.auth.desk import PASSWORD, an_id_number

NEW_PASSWORD = "another horse 8"
PATH = "/callbacks/face"


@pytest.fixture
def normal(desk):
    """Somebody who holds the normal edition only, and never logged in."""
    return desk.person(professional_since_on=None)


def consent():
    return {
        name: agreements.current("professional_edition").shown()[name]
        for name in ("code", "version", "digest")
    }


def begin(desk, **how):
    asked = {"consent": consent(), "address": desk.address}
    return desk.ask("begin_opening", asked, **how)["opening_id"]


def typed(opening_id, person, **changes):
    own = {
        "opening_id": opening_id,
        "name": person.name,
        "id_number": person.id_number,
        "password": NEW_PASSWORD,
    }
    return own | changes


def submitted(desk, person, **changes):
    opening_id = begin(desk)
    desk.ask("submit_opening", typed(opening_id, person, **changes))
    return opening_id, row(desk, opening_id).number


def row(desk, opening_id):
    with desk.database.read() as session:
        mine = Opening.secret_index == opening_index(opening_handle(opening_id))
        return session.scalars(select(Opening).where(mine)).one()


def state(desk, opening_id):
    return desk.ask("opening", {"opening_id": opening_id})["state"]


def check(desk, opening_id):
    return desk.ask("check_opening", {"opening_id": opening_id})


def bring_back(desk, opening_id, code=None, **how):
    """The browser that began comes back from the provider, by default with what that gave to it."""
    code = code or desk.faces.return_code(row(desk, opening_id).number)
    return desk.ask("bring_back_opening", {"opening_id": opening_id, "return_code": code}, **how)


def opened(desk, person, **changes):
    """Somebody who has passed, and come back by the same browser."""
    opening_id, number = submitted(desk, person, **changes)
    hear(desk, callback(desk, number))
    assert bring_back(desk, opening_id)["state"] == "opened"
    return opening_id, number


def confirmation(desk, opening_id, **changes):
    """The arguments that confirm with the code that came to the registered phone."""
    handle = opening_handle(opening_id)
    values = {"purpose": "edition_opening", "person": handle, "digest": digest_of({"opening": handle})}
    return {"opening_id": opening_id, "receipt": desk.receipt("", **(values | changes))}


def enter(desk, opening_id, **how):
    arguments = {"opening_id": opening_id, "address": desk.address, "client": "手机浏览器"}
    return desk.ask("enter_opening", arguments, **how)


def callback(desk, number, *, key=None, at=None, **told):
    """A callback as the provider signs it."""
    name, id_number = desk.faces.orders.get(number, ("", ""))
    body = {
        "order_number": number,
        "outcome": 0,
        "reason": "",
        "person": person_digest(number, name, id_number),
        "return_digest": return_digest(number, desk.faces.return_code(number)),
    }
    content = json.dumps(body | told)
    timestamp = str(int(at or technical_now()))
    signature = callbacks.signature(key or desk.faces.key, timestamp, PATH, content.encode())
    return {"timestamp": timestamp, "signature": signature, "path": PATH, "body": content}


def hear(desk, arguments):
    return desk.ask("face_callback", arguments, key=arguments["signature"])


def announced(desk, fund_number):
    with desk.database.read() as session:
        return session.scalars(
            select(OutboxRow).where(
                OutboxRow.event == "edition.opened", OutboxRow.aggregate == f"edition:{fund_number}"
            )
        ).all()


def professional(desk, person):
    with desk.database.read() as session:
        return session.get_one(Person, person.fund_number).professional_since_on is not None


@pytest.mark.feature("A-02", "A-05", "A-07", "A-08")
def test_agreement_identity_face_and_one_is_in(desk, normal):
    opening_id, number = submitted(desk, normal)
    assert desk.ask("opening", {"opening_id": opening_id})["page_url"] == f"http://faces.test/{number}"
    assert hear(desk, callback(desk, number)) == {"received": True}
    assert state(desk, opening_id) == "passed"
    assert bring_back(desk, opening_id)["state"] == "opened"
    entered = enter(desk, opening_id)
    assert (entered["role"], entered["edition"]) == ("citizen", "professional")
    for edition in ("professional", "normal"):
        assert desk.log_in(normal.id_number, edition=edition, password=NEW_PASSWORD)["edition"] == edition
    assert len(announced(desk, normal.fund_number)) == 1


@pytest.mark.feature("A-07")
def test_the_consent_is_kept_with_version_digest_time_and_address(desk, normal):
    opening_id, _ = opened(desk, normal)
    with desk.database.read() as session:
        signed = session.scalars(
            select(SignedAgreement).where(SignedAgreement.fund_number == normal.fund_number)
        ).one()
    opening = row(desk, opening_id)
    assert (signed.version, signed.digest) == (opening.agreement_version, consent()["digest"])
    assert (signed.address, signed.signed_at) == (desk.address, opening.accepted_at)


def test_nothing_is_signed_in_the_name_of_somebody_who_was_only_typed(desk, normal):
    submitted(desk, normal)
    with desk.database.read() as session:
        signed = select(SignedAgreement).where(SignedAgreement.fund_number == normal.fund_number)
        assert session.scalars(signed).all() == []


@pytest.mark.feature("A-07")
def test_an_agreement_that_changed_after_it_was_shown_is_refused_with_the_new_text(desk, monkeypatch):
    old = consent()
    now = agreements.current("professional_edition")
    newer = Agreement(now.code, "2027-1", now.title_zh, "一、新的内容。", now.source, now.since)
    monkeypatch.setattr(agreements, "current", lambda code: newer)
    with pytest.raises(Refusal, match="agreement_changed") as caught:
        desk.ask("begin_opening", {"consent": old, "address": desk.address})
    assert (caught.value.status, caught.value.figures["agreement_text"]) == (409, "一、新的内容。")
    with pytest.raises(Refusal, match="agreement_needed"):
        desk.ask("begin_opening", {"address": desk.address})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id_number": "370202198501010010"}, "id_number_wrong"),
        ({"id_number": "12"}, "id_number_wrong"),
        ({"name": "<b>x</b>"}, "name_malformed"),
        ({"name": "测试😀"}, "name_malformed"),
        ({"password": "short"}, "password_weak"),
        ({"password": "password"}, "password_weak"),
    ],
)
def test_what_is_typed_wrong_is_said_at_once(desk, normal, changes, code):
    with pytest.raises(Invalid, match=code):
        desk.ask("submit_opening", typed(begin(desk), normal, **changes))


@pytest.mark.feature("A-08")
def test_a_password_longer_than_the_manuals_hint_is_taken_whole(desk, normal):
    opened(desk, normal, password="a horse of more than twelve letters 9")
    with pytest.raises(Refusal, match="login_refused"):
        desk.log_in(normal.fund_number, password="a horse of m")
    assert desk.log_in(normal.fund_number, password="a horse of more than twelve letters 9")["token"]


def test_until_the_face_nobody_learns_whether_there_is_such_a_person(desk, normal):
    holder, stranger = desk.person(), desk.person(professional_since_on=None)
    stranger.id_number = an_id_number(str(secrets.randbelow(10**9)).zfill(9))
    said = []
    for person in (normal, holder, stranger):
        opening_id = begin(desk)
        answer = desk.ask("submit_opening", typed(opening_id, person))
        said.append({name: answer[name] for name in ("state", "label", "reason", "sentence")})
        assert answer["page_url"]
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize(
    "reason", ["no_account", "name_differs", "already_open", "password_tells", "face_failed"]
)
def test_who_has_shown_the_face_is_told_why_not(desk, normal, reason):
    person, changes = normal, {}
    told = {"outcome": 1} if reason == "face_failed" else {}
    if reason == "no_account":
        changes = {"id_number": an_id_number(str(secrets.randbelow(10**9)).zfill(9))}
    elif reason == "name_differs":
        changes = {"name": "测试李"}
    elif reason == "already_open":
        person = desk.person()
    elif reason == "password_tells":
        changes = {"password": f"{normal.phone}ab"}
    opening_id, number = submitted(desk, person, **changes)
    hear(desk, callback(desk, number, **told))
    shown = desk.ask("opening", {"opening_id": opening_id}) if told else bring_back(desk, opening_id)
    assert (shown["state"], shown["reason"], shown["sentence"]) == ("failed", reason, WHY_NOT_OPENED[reason])
    assert desk.ask("opening", {"opening_id": opening_id}) == shown
    assert announced(desk, person.fund_number) == []
    with pytest.raises(Refusal, match="opening_not_enterable"):
        enter(desk, opening_id)


def test_a_callback_that_nobody_signed_or_that_is_old_is_refused(desk, normal):
    opening_id, number = submitted(desk, normal)
    forged = callback(desk, number, key="guessed")
    bent = callback(desk, number, outcome=1) | {"body": callback(desk, number)["body"]}
    old = callback(desk, number, at=technical_now() - 301)
    elsewhere = callback(desk, number) | {"path": "/callbacks/bank"}
    for refused in (forged, bent, old, elsewhere):
        with pytest.raises(Forbidden, match="callback_not_genuine"):
            hear(desk, refused)
    assert state(desk, opening_id) == "verifying"


def test_a_callback_for_another_person_is_refused_and_changes_nothing(desk, normal):
    opening_id, number = submitted(desk, normal)
    other = person_digest(number, "测试赵", an_id_number("123456789"))
    with pytest.raises(Forbidden, match="another_person"):
        hear(desk, callback(desk, number, person=other))
    assert state(desk, opening_id) == "verifying"
    assert not professional(desk, normal)


def test_a_callback_that_names_the_person_in_other_letters_is_refused(desk, normal):
    opening_id, number = submitted(desk, normal)
    with pytest.raises(Forbidden, match="another_person"):
        hear(desk, callback(desk, number, person="甄" * 64))
    assert state(desk, opening_id) == "verifying"


def test_a_return_code_told_in_other_letters_opens_nothing(desk, normal):
    opening_id, number = submitted(desk, normal)
    bring_back(desk, opening_id)
    hear(desk, callback(desk, number, return_digest="甄" * 64))
    assert state(desk, opening_id) == "passed"
    assert not professional(desk, normal)


def test_a_callback_for_no_order_is_refused(desk):
    with pytest.raises(NotFound, match="no_such_opening"):
        hear(desk, callback(desk, "O20261122999999"))


def test_a_callback_replayed_and_a_contradicting_one_have_no_second_effect(desk, normal):
    opening_id, number = submitted(desk, normal)
    first = callback(desk, number)
    for _ in range(3):
        assert hear(desk, first) == {"received": True}
    assert hear(desk, callback(desk, number, outcome=1)) == {"received": True}
    assert state(desk, opening_id) == "passed"
    bring_back(desk, opening_id)
    assert hear(desk, callback(desk, number, outcome=1)) == {"received": True}
    assert state(desk, opening_id) == "opened"
    assert len(announced(desk, normal.fund_number)) == 1


def test_a_callback_of_one_order_opens_no_other(desk, normal):
    opening_id, number = submitted(desk, normal)
    victim_id, victim_number = submitted(desk, desk.person(professional_since_on=None))
    moved = callback(desk, number, order_number=victim_number)
    with pytest.raises(Forbidden, match="another_person"):
        hear(desk, moved)
    assert (state(desk, opening_id), state(desk, victim_id)) == ("verifying", "verifying")


def test_many_callbacks_checks_and_sweeps_at_once_open_once(desk, normal):
    opening_id, number = submitted(desk, normal)
    desk.faces.saw(number)
    works = [partial(hear, desk, callback(desk, number, at=technical_now() + n)) for n in range(12)]
    works += [lambda: check(desk, opening_id)] * 4 + [lambda: faces.sweep(desk.database, desk.faces)] * 2
    works.insert(3, lambda: bring_back(desk, opening_id))
    with ThreadPoolExecutor(9) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()
    assert len(announced(desk, normal.fund_number)) == 1
    with desk.database.read() as session:
        steps = session.scalars(select(Transition.action).where(Transition.number == number)).all()
    assert sorted(steps) == ["open", "pass", "register", "submit"]


def test_two_openings_of_one_person_make_one_edition(desk, normal):
    openings = [submitted(desk, normal) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: hear(desk, callback(desk, one[1])), openings))
        list(pool.map(lambda one: bring_back(desk, one[0]), openings))
    assert sorted(state(desk, opening_id) for opening_id, _ in openings) == ["failed", "opened"]
    assert len(announced(desk, normal.fund_number)) == 1


def test_without_a_callback_coming_back_asks(desk, normal):
    opening_id, number = submitted(desk, normal)
    assert check(desk, opening_id)["state"] == "verifying"
    desk.faces.saw(number)
    assert check(desk, opening_id)["state"] == "passed"


def test_an_unknown_outcome_is_asked_again_by_the_sweep(desk, normal):
    opening_id, number = submitted(desk, normal)
    desk.faces.silent = True
    due_now(desk, number)
    faces.sweep(desk.database, desk.faces)
    assert state(desk, opening_id) == "verifying"
    desk.faces.silent = False
    desk.faces.saw(number)
    due_now(desk, number)
    faces.sweep(desk.database, desk.faces)
    assert state(desk, opening_id) == "passed"


def due_now(desk, number):
    with desk.database.write() as session:
        session.execute(update(Opening).where(Opening.number == number).values(ask_after=technical_at()))


def test_a_provider_that_is_down_is_ordered_again_under_the_same_number(desk, normal):
    desk.faces.silent = True
    opening_id = begin(desk)
    answer = desk.ask("submit_opening", typed(opening_id, normal))
    assert (answer["state"], answer["page_url"]) == ("verifying", None)
    desk.faces.silent = False
    number = row(desk, opening_id).number
    assert check(desk, opening_id)["page_url"] == f"http://faces.test/{number}"
    assert list(desk.faces.orders) == [number]


def test_an_opening_left_alone_expires_and_is_closed_at_the_provider_first(desk, normal, move_clock):
    opening_id, number = submitted(desk, normal)
    move_clock(31 * 60)
    desk.faces.silent = True
    due_now(desk, number)
    faces.sweep(desk.database, desk.faces)
    assert state(desk, opening_id) == "verifying"
    desk.faces.silent = False
    due_now(desk, number)
    faces.sweep(desk.database, desk.faces)
    assert state(desk, opening_id) == "expired"
    assert desk.faces.words[number] == FaceWord(Verdict.CLOSED)
    assert row(desk, opening_id).id_number is None
    hear(desk, callback(desk, number))
    assert state(desk, opening_id) == "expired"
    assert not professional(desk, normal)


def test_a_face_that_passed_in_the_last_moment_still_opens_for_who_came_back(desk, normal, move_clock):
    opening_id, number = submitted(desk, normal)
    bring_back(desk, opening_id)
    desk.faces.saw(number)
    move_clock(31 * 60)
    due_now(desk, number)
    faces.sweep(desk.database, desk.faces)
    assert state(desk, opening_id) == "opened"
    with pytest.raises(Refusal, match="opening_not_enterable"):
        enter(desk, opening_id)


def test_a_draft_left_alone_expires(desk, normal, move_clock):
    opening_id = begin(desk)
    move_clock(31 * 60)
    with pytest.raises(Refusal, match="opening_over"):
        desk.ask("submit_opening", typed(opening_id, normal))
    faces.sweep(desk.database, desk.faces)
    assert state(desk, opening_id) == "expired"


def test_one_enters_once_and_a_repeat_gets_the_same_session(desk, normal):
    opening_id, _ = opened(desk, normal)
    key = uuid.uuid4().hex
    assert enter(desk, opening_id, key=key) == enter(desk, opening_id, key=key)
    with pytest.raises(Refusal, match="opening_not_enterable"):
        enter(desk, opening_id)


def test_nobody_enters_before_the_face_and_nobody_with_another_secret(desk, normal):
    opening_id, _ = submitted(desk, normal)
    with pytest.raises(Refusal, match="opening_not_enterable"):
        enter(desk, opening_id)
    with pytest.raises(NotFound, match="no_such_opening"):
        enter(desk, "0" * 32)


def test_who_had_a_password_has_the_new_one_and_other_logins_end(desk):
    person, before = desk.newcomer(professional_since_on=None)
    assert before["edition"] == "normal"
    opening_id, _ = opened(desk, person)
    with desk.database.read() as session:
        assert session.get_one(OnlineSession, before["session_id"]).state == "ended"
        assert session.get_one(Login, person.fund_number).password_hash
    with pytest.raises(Refusal, match="login_refused"):
        desk.log_in(person.fund_number, password=PASSWORD)
    assert enter(desk, opening_id)["edition"] == "professional"


def test_a_failed_opening_leaves_password_and_login_as_they_were(desk):
    person, before = desk.newcomer(professional_since_on=None)
    _, number = submitted(desk, person)
    hear(desk, callback(desk, number, outcome=1))
    assert desk.log_in(person.fund_number, edition="normal")["token"]
    assert desk.ask("sessions", token=before["token"])["items"]


def test_who_is_logged_in_opens_it_to_nobody_else(desk, normal):
    person, entered = desk.newcomer(professional_since_on=None)
    opening_id = begin(desk, token=entered["token"])
    with pytest.raises(Refusal, match="identity_not_yours"):
        desk.ask("submit_opening", typed(opening_id, normal))
    assert desk.ask("submit_opening", typed(opening_id, person))["state"] == "verifying"


def test_submitting_again_repeats_by_key_and_is_refused_by_state_otherwise(desk, normal):
    opening_id, key = begin(desk), uuid.uuid4().hex
    first = desk.ask("submit_opening", typed(opening_id, normal), key=key)
    assert desk.ask("submit_opening", typed(opening_id, normal), key=key) == first
    before = desk.faces.asked[:]
    for _ in range(9):
        with pytest.raises(Refusal, match="wrong_state"):
            desk.ask("submit_opening", typed(opening_id, normal))
    assert desk.faces.asked == before
    assert desk.ask("submit_opening", typed(begin(desk), normal))["state"] == "verifying"


def test_how_far_it_is_may_be_asked_so_often(desk, normal, adopt):
    adopt(opening_checks_max=3)
    opening_id, number = submitted(desk, normal)
    before = len(desk.faces.asked)
    for _ in range(3):
        check(desk, opening_id)
    for _ in range(2):
        with pytest.raises(TooMany, match="too_many_checks"):
            check(desk, opening_id)
    assert len(desk.faces.asked) - before == 3
    for _ in range(3):
        bring_back(desk, opening_id)
    with pytest.raises(TooMany, match="too_many_checks"):
        bring_back(desk, opening_id)
    hear(desk, callback(desk, number))
    assert state(desk, opening_id) == "opened"


def test_a_refusal_for_too_many_is_not_kept_under_its_key(desk, adopt, move_clock):
    adopt(openings_per_address=1)
    asked, key = {"consent": consent(), "address": desk.address}, uuid.uuid4().hex
    desk.ask("begin_opening", asked)
    refused = desk.reply("begin_opening", asked, key=key)["refusal"]
    move_clock(refused["retry_after_s"] + 1)
    assert desk.ask("begin_opening", asked, key=key)["opening_id"]


def test_an_address_and_a_person_may_try_only_so_often(desk, normal, adopt):
    adopt(openings_per_address=3, opening_attempts_max=2)
    openings = [begin(desk) for _ in range(3)]
    with pytest.raises(TooMany, match="too_many_openings"):
        begin(desk)
    for opening_id in openings[:2]:
        desk.ask("submit_opening", typed(opening_id, normal))
    with pytest.raises(TooMany, match="too_many_openings"):
        desk.ask("submit_opening", typed(openings[2], normal))


def test_unfinished_openings_are_thrown_away_after_their_time(desk, normal, move_clock):
    opening_id, number = submitted(desk, normal)
    hear(desk, callback(desk, number, outcome=1))
    move_clock(8 * 86400)
    desk.service.tidy()
    with pytest.raises(NotFound, match="no_such_opening"):
        desk.ask("opening", {"opening_id": opening_id})
