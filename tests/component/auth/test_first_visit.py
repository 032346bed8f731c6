"""The first visit: the same for any number, one code, one password, and only then a session."""

import inspect

import pytest

from services.auth.models import FirstVisit, Login
from services.auth.service import AuthService
from services.common.errors import Forbidden, Invalid, Refusal, TooMany
from services.common.request import digest_of
from services.common.subject import verify_subject
from tests.component.auth.desk import PASSWORD

SAME_KEYS = {"first_visit_id", "expires_at", "token", "password_hint"}


def contact(desk, **whose):
    return desk.ask("contact", whose, caller="notify")


@pytest.mark.feature("A-10", "A-13", "A-14")
def test_a_person_makes_a_login_and_is_in(desk):
    person, answer = desk.newcomer()
    subject = verify_subject(answer["token"])
    assert (subject.id, subject.edition, subject.restricted) == (person.fund_number, "professional", False)
    assert desk.log_in(person.fund_number)["token"]


def test_without_the_agreement_the_first_session_is_of_the_normal_edition(desk):
    _, answer = desk.newcomer(professional_since_on=None)
    assert answer["edition"] == "normal"


def test_the_answer_is_the_same_for_nobody_for_somebody_and_for_somebody_with_a_login(desk):
    numbers = ["999999999999", desk.person().fund_number, desk.newcomer()[0].fund_number]
    answers = [desk.begin(number) for number in numbers]
    assert [set(answer) for answer in answers] == [SAME_KEYS] * 3
    with desk.database.read() as session:
        rows = [session.get_one(FirstVisit, answer["first_visit_id"]) for answer in answers]
    assert [row.state for row in rows] == ["begun"] * 3


def test_the_code_goes_to_the_registered_phone(desk):
    person = desk.person()
    visit = desk.begin(person.fund_number)["first_visit_id"]
    assert contact(desk, first_visit_id=visit)["phone"] == person.phone
    assert (
        contact(desk, first_visit_id=visit)["target"]
        == contact(desk, fund_number=person.fund_number)["target"]
    )


def test_no_code_goes_anywhere_for_an_unknown_number_and_its_target_is_stable(desk):
    first, second = (desk.begin("999999999999")["first_visit_id"] for _ in range(2))
    answers = [contact(desk, first_visit_id=visit) for visit in (first, second)]
    assert answers == [answers[0]] * 2
    assert answers[0]["phone"] is None
    assert len(answers[0]["target"]) == 64


def test_no_code_goes_to_who_has_a_login_and_strangers_do_not_use_up_their_codes(desk):
    person, _ = desk.newcomer()
    answer = contact(desk, first_visit_id=desk.begin(person.fund_number)["first_visit_id"])
    assert answer["phone"] is None
    assert answer["target"] != contact(desk, fund_number=person.fund_number)["target"]


def test_no_code_goes_anywhere_after_the_visit_has_lapsed(desk):
    visit = desk.begin(desk.person().fund_number)["first_visit_id"]
    desk.move_clock(30 * 60)
    assert contact(desk, first_visit_id=visit)["phone"] is None


def test_only_notify_may_ask_for_a_phone(desk):
    with pytest.raises(Forbidden):
        desk.ask("contact", {"fund_number": desk.person().fund_number})


@pytest.mark.parametrize("whose", [{}, {"fund_number": "037000000000", "first_visit_id": "x"}])
def test_a_contact_is_asked_for_by_one_of_both(desk, whose):
    with pytest.raises(Invalid):
        contact(desk, **whose)


@pytest.mark.feature("A-13", "A-14")
@pytest.mark.parametrize("known", [True, False])
def test_until_the_password_is_made_every_other_route_refuses(desk, known):
    token = desk.begin(desk.person().fund_number if known else "999999999999")["token"]
    assert verify_subject(token).restricted
    for method in ("renew", "log_out", "sessions", "end_session", "dead_letters"):
        with pytest.raises(Forbidden, match="role_not_allowed"):
            desk.ask(method, token=token)


@pytest.mark.feature("A-14")
def test_a_restricted_token_reaches_only_what_needs_nobody_logged_in(desk):
    token = desk.begin("999999999999")["token"]
    open_to_all = {"issue_captcha", "begin_first_visit", "complete_first_visit", "log_in", "staff_log_in"}
    open_to_all |= {
        "revocations",
        "contact",
        "phone_changed",
        "ping",
        "operation",
        "agreement",
        "face_callback",
    }
    open_to_all |= {"begin_opening_application", "set_applicant_password", "applicant", "enter_opened"}
    open_to_all |= {
        "complete_staff_setup",
        "begin_opening",
        "submit_opening",
        "opening",
        "check_opening",
        "enter_opening",
        "bring_back_opening",
        "confirm_opening",
    }
    methods = {
        name for name, member in inspect.getmembers(AuthService) if hasattr(member, "nameko_entrypoints")
    }
    of_no_caller = {"tidy", "look_after_faces", "note_agreement", "let_in"}
    of_no_caller |= {"keep_dead_letter", "publish_missed_events", "forget_operations"}
    of_no_caller |= {"count_event", "ask_for_missing"}
    exposed = methods - of_no_caller
    refused = {name for name in exposed if _code(desk, name, token) == "role_not_allowed"}
    assert refused == exposed - open_to_all


def _code(desk, method, token):
    return desk.reply(method, {}, token=token).get("refusal", {}).get("code")


@pytest.mark.parametrize("person", ["another visit", ""])
def test_the_receipt_of_another_visit_is_refused(desk, person):
    visit = desk.begin(desk.person().fund_number)["first_visit_id"]
    with pytest.raises(Refusal, match="code_for_something_else"):
        desk.ask("complete_first_visit", desk.own_password(visit, receipt=desk.receipt(visit, person=person)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": "withdrawal"}, "code_for_something_else"),
        ({"digest": digest_of({"first_visit_id": "another"})}, "code_for_something_else"),
        ({"expires_at": 0}, "code_expired"),
    ],
)
def test_a_receipt_for_something_else_or_from_long_ago_is_refused(desk, change, code):
    visit = desk.begin(desk.person().fund_number)["first_visit_id"]
    with pytest.raises(Refusal, match=code):
        desk.ask("complete_first_visit", desk.own_password(visit, receipt=desk.receipt(visit, **change)))


def test_a_receipt_that_notify_did_not_sign_is_refused(desk):
    visit = desk.begin(desk.person().fund_number)
    own = desk.own_password(visit["first_visit_id"], receipt=visit["token"])
    with pytest.raises(Refusal, match="code_invalid"):
        desk.ask("complete_first_visit", own)


def test_a_receipt_is_used_once(desk):
    visit = desk.begin(desk.person().fund_number)["first_visit_id"]
    own = desk.own_password(visit)
    desk.ask("complete_first_visit", own)
    with pytest.raises(Refusal, match="first_visit_over"):
        desk.ask("complete_first_visit", own)


def test_the_same_key_makes_one_login_and_one_session(desk):
    visit = desk.begin(desk.person().fund_number)["first_visit_id"]
    own = desk.own_password(visit)
    first, second = (desk.ask("complete_first_visit", own, key="v" + visit) for _ in range(2))
    assert first == second


def test_a_second_visit_is_no_way_to_a_new_password(desk):
    person = desk.person()
    first, second = (desk.begin(person.fund_number)["first_visit_id"] for _ in range(2))
    desk.ask("complete_first_visit", desk.own_password(first))
    with pytest.raises(Refusal, match="first_visit_over"):
        desk.ask("complete_first_visit", desk.own_password(second, password="another horse 8"))
    assert desk.log_in(person.fund_number)["token"]


def test_a_lapsed_an_unknown_and_a_finished_visit_are_refused_alike(desk):
    _, finished = desk.newcomer()
    lapsed = desk.begin(desk.person().fund_number)["first_visit_id"]
    desk.move_clock(30 * 60)
    visits = [lapsed, "0" * 32, desk.begin("999999999999")["first_visit_id"]]
    refusals = [desk.reply("complete_first_visit", desk.own_password(visit))["refusal"] for visit in visits]
    assert finished["token"]
    assert refusals == [refusals[0]] * 3


@pytest.mark.parametrize("password", ["short", "12345678", "x" * 3 + "y1" * 31])
def test_a_weak_password_is_refused_with_the_hint_and_the_code_stays_good(desk, password):
    visit = desk.begin(desk.person().fund_number)["first_visit_id"]
    receipt = desk.receipt(visit)
    with pytest.raises(Invalid, match="password_weak") as refused:
        desk.ask("complete_first_visit", desk.own_password(visit, receipt=receipt, password=password))
    assert (refused.value.pointer, "不超过12位" in refused.value.sentence) == ("/password", True)
    assert refused.value.sentence.count("64位") <= 1
    assert desk.ask("complete_first_visit", desk.own_password(visit, receipt=receipt))["token"]


def test_ones_own_numbers_are_no_password(desk):
    person = desk.person()
    visit = desk.begin(person.fund_number)["first_visit_id"]
    for password in (person.fund_number, person.id_number, person.phone):
        with pytest.raises(Invalid, match="password_weak"):
            desk.ask("complete_first_visit", desk.own_password(visit, password=password))


def test_nobody_has_a_password_before_the_first_visit(desk):
    person = desk.person()
    guesses = (person.fund_number[-6:] + "aa", person.id_number[-6:] + "aa", PASSWORD)
    codes = {
        desk.reply("log_in", desk.login(person.fund_number, password=guess))["refusal"]["code"]
        for guess in guesses
    }
    with desk.database.read() as session:
        assert session.get(Login, person.fund_number) is None
    assert codes == {"login_refused"}


def test_an_address_may_not_try_numbers_without_end(desk, adopt):
    adopt(first_visits_per_address=3)
    for turn in range(3):
        assert desk.begin(f"99{turn:010d}")["first_visit_id"]
    with pytest.raises(TooMany, match="too_many_first_visits"):
        desk.begin("990000000003")


def test_an_unfinished_visit_is_thrown_away_after_a_day(desk):
    visit = desk.begin("999999999999")["first_visit_id"]
    desk.move_clock(25 * 3600)
    desk.service.tidy()
    with desk.database.read() as session:
        assert session.get(FirstVisit, visit) is None
