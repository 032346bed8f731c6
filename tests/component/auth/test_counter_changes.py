"""Who has lost password or phone comes to the counter: look, card, paper, a second pair of eyes."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.auth.models import Login, Person
from services.auth.staff_models import CounterChange
from services.common.errors import Forbidden, Invalid, NotFound, Refusal, TooMany, Unauthenticated
from services.common.tables import OutboxRow, Transition
from tests.component.auth.desk import PASSWORD
from tests.component.auth.members import Member, paper
from tests.component.auth.test_counter import look
from tests.component.auth.test_counter import on_the_counter as opening_card
from tests.component.auth.test_openings import callback, confirmation, hear, opened, submitted
from tests.component.auth.test_openings import enter as come_in

RESET, PHONE = "counter_reset", "counter_phone"


@pytest.fixture
def clerk(desk):
    """A clerk's session at 市南管理部."""
    return Member(desk, "clerk", "01").token()


@pytest.fixture
def reviewer(desk):
    """A reviewer's session at the same office."""
    return Member(desk, "reviewer", "01").token()


def a_phone():
    return f"1997{secrets.randbelow(10**7):07d}"


def on_the_counter(desk, clerk, person, purpose=RESET, **changes):
    seen = look(desk, clerk, person.fund_number, purpose)
    card = {"look": seen["look"], "name": person.name, "id_number": person.id_number}
    return card | {"paper_number": paper()} | changes


def entered(desk, clerk, person, purpose=RESET, **changes):
    card = on_the_counter(desk, clerk, person, purpose, **changes)
    return desk.ask("enter_counter_change", card, token=clerk)["number"]


def judged(number, right=True, **changes):
    return {"number": number, "right": right, "remark": ""} | changes


def told(desk, fund_number):
    with desk.database.read() as session:
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id))
        return [row.event for row in rows if row.payload.get("fund_number") == fund_number]


def listed(desk, token, number):
    items = desk.ask("counter_changes", {}, token=token)["items"]
    return next(one for one in items if one["number"] == number)


def has_password(desk, person):
    with desk.database.read() as session:
        return session.get(Login, person.fund_number) is not None


@pytest.mark.feature("A-13", "A-20")
def test_a_reset_password_is_chosen_anew_at_a_new_first_visit(desk, clerk, reviewer):
    person, before = desk.newcomer()
    number = entered(desk, clerk, person)
    assert desk.log_in(person.fund_number)["token"]
    done = desk.ask("check_counter_change", judged(number), token=reviewer)
    assert (done["label"], done["open"]) == ("复核无误，已生效", False)
    with pytest.raises(Unauthenticated, match="session_over"):
        desk.ask("renew", token=before["token"])
    with pytest.raises(Unauthenticated, match="login_refused"):
        desk.log_in(person.fund_number)
    assert "password.reset" in told(desk, person.fund_number)
    visit = desk.begin(person.fund_number)["first_visit_id"]
    assert desk.ask("contact", {"first_visit_id": visit}, caller="notify")["phone"] == person.phone
    own = desk.own_password(visit, password="chosen anew 7")
    token = desk.ask("complete_first_visit", own)["token"]
    assert desk.log_in(person.fund_number, password="chosen anew 7")["token"]
    titles = [one["title"] for one in desk.ask("operation_log", {"kind": "staff"}, token=token)["items"]]
    assert titles == [
        "柜台重置密码（复核后生效）",
        "柜台为您登记重置密码或者变更手机号",
        "工作人员查询您的资料",
    ]


@pytest.mark.feature("A-15")
def test_a_phone_changed_at_the_counter_is_a_change_of_phone(desk, clerk, reviewer):
    person, before = desk.newcomer()
    new = a_phone()
    number = entered(desk, clerk, person, PHONE, new_phone=f" {new[:3]} {new[3:]}")
    with pytest.raises(Invalid, match="phone_differs"):
        desk.ask("check_counter_change", judged(number, new_phone=a_phone()), token=reviewer)
    with desk.database.read() as session:
        assert session.get_one(Person, person.fund_number).phone == person.phone
    desk.ask("check_counter_change", judged(number, new_phone=new), token=reviewer)
    with desk.database.read() as session:
        kept = session.get_one(Person, person.fund_number)
        assert (kept.phone, kept.phone_verified_at) == (new, None)
    assert told(desk, person.fund_number).count("phone.changed") == 1
    former = {"phone_change_id": number}
    assert desk.ask("contact", former, caller="notify")["phone"] == person.phone
    with pytest.raises(Unauthenticated, match="session_over"):
        desk.ask("renew", token=before["token"])
    assert desk.log_in(person.fund_number)["token"]
    with pytest.raises(Unauthenticated):
        desk.log_in(new)


def test_a_phone_can_be_registered_where_there_was_none(desk, clerk, reviewer):
    person, new = desk.person(phone=None), a_phone()
    number = entered(desk, clerk, person, PHONE, new_phone=new)
    desk.ask("check_counter_change", judged(number, new_phone=new), token=reviewer)
    assert desk.ask("contact", {"phone_change_id": number}, caller="notify")["phone"] is None
    assert desk.ask("contact", {"fund_number": person.fund_number}, caller="notify")["phone"] == new


def test_nothing_changes_before_the_check_or_when_it_is_found_wrong(desk, clerk, reviewer):
    person, _ = desk.newcomer()
    number = entered(desk, clerk, person)
    with pytest.raises(Invalid, match="remark_needed"):
        desk.ask("check_counter_change", judged(number, right=False), token=reviewer)
    wrong = judged(number, right=False, remark="申请未签字")
    assert desk.ask("check_counter_change", wrong, token=reviewer)["label"] == "复核有误，未生效"
    with pytest.raises(Refusal, match="wrong_state"):
        desk.ask("check_counter_change", judged(number), token=reviewer)
    assert has_password(desk, person)
    assert "password.reset" not in told(desk, person.fund_number)
    assert entered(desk, clerk, person) != number


@pytest.mark.parametrize("route", ["first_visit", "opening"])
def test_a_code_to_the_phone_that_was_lost_opens_nothing_once_it_has_changed(desk, clerk, reviewer, route):
    """Whoever found the phone has begun, and has the code, before the new phone is registered."""
    person, new = desk.newcomer(professional_since_on=None)[0], a_phone()
    desk.ask("check_counter_change", judged(entered(desk, clerk, person)), token=reviewer)
    change = entered(desk, clerk, person, PHONE, new_phone=new)
    if route == "first_visit":
        method, proof = (
            "complete_first_visit",
            desk.own_password(desk.begin(person.fund_number)["first_visit_id"]),
        )
    else:
        opening_id, order = submitted(desk, person)
        hear(desk, callback(desk, order))
        method, proof = "confirm_opening", confirmation(desk, opening_id)
    desk.ask("check_counter_change", judged(change, new_phone=new), token=reviewer)
    with pytest.raises(Refusal, match="phone_changed"):
        desk.ask(method, proof)
    with desk.database.read() as session:
        kept = session.get_one(Person, person.fund_number)
        assert (kept.phone, kept.phone_verified_at, kept.professional_since_on) == (new, None, None)
    assert not has_password(desk, person)
    visit = desk.begin(person.fund_number)["first_visit_id"]
    assert desk.ask("complete_first_visit", desk.own_password(visit))["token"]


def test_who_has_opened_the_edition_does_not_come_in_after_a_reset(desk, clerk, reviewer):
    person = desk.newcomer(professional_since_on=None)[0]
    opening_id, _ = opened(desk, person)
    desk.ask("check_counter_change", judged(entered(desk, clerk, person)), token=reviewer)
    with pytest.raises(Refusal, match="opening_not_enterable"):
        come_in(desk, opening_id)


def test_a_reset_waits_for_the_change_of_a_lost_phone(desk, clerk, reviewer):
    person, new = desk.newcomer()[0], a_phone()
    reset = entered(desk, clerk, person)
    change = entered(desk, clerk, person, PHONE, new_phone=new)
    with pytest.raises(Refusal, match="phone_change_waits"):
        desk.ask("check_counter_change", judged(reset), token=reviewer)
    assert has_password(desk, person)
    desk.ask("check_counter_change", judged(change, new_phone=new), token=reviewer)
    assert desk.ask("check_counter_change", judged(reset), token=reviewer)["open"] is False


def test_a_look_is_good_for_a_few_wrong_cards(desk, clerk, adopt):
    adopt(cards_per_look=3)
    person, token = desk.newcomer()
    card = on_the_counter(desk, clerk, person)
    wrong = [card | {"name": f"测试{letter}"} for letter in "甲乙丙丁"]
    codes = [desk.reply("enter_counter_change", one, token=clerk)["refusal"]["code"] for one in wrong]
    assert codes == ["name_differs"] * 3 + ["too_many_cards"]
    with pytest.raises(TooMany, match="too_many_cards"):
        desk.ask("enter_counter_change", card, token=clerk)
    assert entered(desk, clerk, person)
    log = desk.ask("operation_log", {"kind": "staff"}, token=token["token"])["items"]
    assert "柜台出示的身份证与您的登记不一致，未予办理" in [one["title"] for one in log]


def test_a_look_to_open_the_edition_is_good_for_a_few_wrong_cards(desk, clerk, adopt):
    adopt(cards_per_look=1)
    person = desk.person(professional_since_on=None)
    card = opening_card(desk, look(desk, clerk, person.fund_number), person)
    with pytest.raises(Invalid, match="name_differs"):
        desk.ask("open_at_counter", card | {"name": "测试甲"}, token=clerk)
    with pytest.raises(TooMany, match="too_many_cards"):
        desk.ask("open_at_counter", card, token=clerk)


def test_a_reviewer_may_mistype_the_new_phone_a_few_times(desk, clerk, reviewer, adopt):
    adopt(counter_phone_attempts_max=3)
    person, new = desk.newcomer()[0], a_phone()
    number = entered(desk, clerk, person, PHONE, new_phone=new)
    wrong = [judged(number, new_phone=a_phone()) for _ in range(3)]
    codes = [desk.reply("check_counter_change", one, token=reviewer)["refusal"]["code"] for one in wrong]
    assert codes == ["phone_differs"] * 3
    with pytest.raises(TooMany, match="too_many_phones"):
        desk.ask("check_counter_change", judged(number, new_phone=new), token=reviewer)
    desk.move_clock(15 * 60)
    assert desk.ask("check_counter_change", judged(number, new_phone=new), token=reviewer)["open"] is False


def test_who_entered_and_who_checked_are_named(desk):
    member = Member(desk, "clerk", "01", person="甄一")
    number = entered(desk, member.token(), desk.newcomer()[0])
    checker = Member(desk, "reviewer", "01", person="贾二").token()
    (waiting, *_) = desk.ask("counter_changes", {"limit": 1}, token=checker)["items"]
    assert (waiting["clerk"], waiting["clerk_name"], waiting["checker_name"]) == (member.name, "甄一", "")
    judged = {"number": number, "right": False, "remark": "未签字"}
    desk.ask("check_counter_change", judged, token=checker)
    (done, *_) = desk.ask("counter_changes", {"limit": 1}, token=checker)["items"]
    assert (done["number"], done["checker_name"]) == (number, "贾二")


def test_only_somebody_else_of_the_office_checks(desk, reviewer):
    member = Member(desk, "clerk", "01")
    person, _ = desk.newcomer()
    number = entered(desk, member.token(), person)
    with pytest.raises(NotFound, match="no_such_change"):
        desk.ask("check_counter_change", judged(number), token=Member(desk, "reviewer", "02").token())
    change = {"login_name": member.name, "name": "王", "role": "reviewer", "office": "01"}
    desk.ask("change_member", change, token=Member(desk, "administrator").token())
    with pytest.raises(Forbidden, match="own_work"):
        desk.ask("check_counter_change", judged(number), token=member.token())
    assert has_password(desk, person)
    desk.ask("check_counter_change", judged(number), token=reviewer)
    assert not has_password(desk, person)


@pytest.mark.parametrize("changes", [{"name": "别人"}, {"id_number": "37020219850101001X"}])
def test_another_ones_card_enters_nothing(desk, clerk, changes):
    person, _ = desk.newcomer()
    with pytest.raises(Invalid, match="name_differs"):
        entered(desk, clerk, person, **changes)


def test_a_look_for_something_else_enters_nothing(desk, clerk):
    person, _ = desk.newcomer()
    with pytest.raises(Refusal, match="look_for_something_else"):
        entered(desk, clerk, person, "enquiry")
    card = on_the_counter(desk, clerk, person)
    desk.move_clock(31 * 60)
    with pytest.raises(Refusal, match="look_over"):
        desk.ask("enter_counter_change", card, token=clerk)


def test_one_waits_at_a_time_and_a_paper_is_good_once(desk, clerk):
    person, _ = desk.newcomer()
    other, _ = desk.newcomer()
    card = on_the_counter(desk, clerk, person)
    desk.ask("enter_counter_change", card, token=clerk)
    with pytest.raises(Refusal, match="change_waits"):
        entered(desk, clerk, person)
    with pytest.raises(Refusal, match="paper_number_used"):
        entered(desk, clerk, other, paper_number=card["paper_number"].lower())


@pytest.mark.parametrize(("kind", "paper"), [(RESET, {}), (PHONE, {"new_phone": "19971234567"})])
def test_what_was_entered_long_ago_takes_no_effect(desk, clerk, kind, paper):
    person, _ = desk.newcomer()
    number = entered(desk, clerk, person, kind, **paper)
    desk.move_clock(24 * 3600 + 1)
    token = Member(desk, "reviewer", "01").token()
    with pytest.raises(Refusal, match="change_lapsed"):
        desk.ask("check_counter_change", judged(number, **paper), token=token)
    assert has_password(desk, person)
    line = listed(desk, token, number)
    assert (line["label"], line["open"]) == ("已超过复核时限，未生效", False)


def test_what_was_not_checked_in_time_is_entered_anew(desk, clerk, reviewer):
    person, _ = desk.newcomer()
    lapsed = entered(desk, clerk, person)
    waited_too_long(desk, lapsed)
    again = entered(desk, clerk, person)
    desk.ask("check_counter_change", judged(again), token=reviewer)
    assert not has_password(desk, person)
    assert last_step(desk, lapsed) == ("expire", "system")


def test_the_sweep_writes_down_what_was_not_checked_in_time(desk, clerk):
    person, _ = desk.newcomer()
    number = entered(desk, clerk, person)
    desk.service.tidy()
    assert last_step(desk, number)[0] == "register"
    waited_too_long(desk, number)
    desk.service.tidy()
    assert last_step(desk, number) == ("expire", "system")


def waited_too_long(desk, number):
    with desk.database.write() as session:
        session.get_one(CounterChange, number).at -= timedelta(hours=24)


def last_step(desk, number):
    with desk.database.read() as session:
        steps = select(Transition).where(Transition.number == number).order_by(Transition.id.desc())
        step = session.scalars(steps.limit(1)).one()
        return step.action, step.actor


def test_what_cannot_be_done_is_said_when_it_is_entered(desk, clerk):
    with pytest.raises(Refusal, match="no_password_yet"):
        entered(desk, clerk, desk.person())
    person, _ = desk.newcomer()
    for phone, code in ((person.phone, "phone_same"), ("123", "phone_malformed"), ("", "phone_malformed")):
        with pytest.raises(Invalid, match=code):
            entered(desk, clerk, person, PHONE, new_phone=phone)


def test_an_office_sees_its_own_and_the_auditor_all(desk, clerk, reviewer):
    person, _ = desk.newcomer()
    number = entered(desk, clerk, person, PHONE, new_phone=(new := a_phone()))
    for token in (clerk, reviewer, Member(desk, "auditor").token()):
        line = listed(desk, token, number)
        assert line["label"] == "待复核"
        assert new not in str(line) and person.name not in str(line)
    elsewhere = desk.ask("counter_changes", {}, token=Member(desk, "clerk", "02").token())["items"]
    assert number not in [one["number"] for one in elsewhere]


@pytest.mark.parametrize("role", ["supervisor", "auditor", "operator", "administrator"])
def test_no_other_role_enters_or_checks(desk, role):
    token = Member(desk, role).token()
    for method in ("enter_counter_change", "check_counter_change"):
        assert desk.reply(method, {}, token=token)["refusal"]["code"] == "role_not_allowed"


def test_the_old_password_is_of_no_use_after_a_reset(desk, clerk, reviewer):
    person, _ = desk.newcomer()
    desk.ask("check_counter_change", judged(entered(desk, clerk, person)), token=reviewer)
    with pytest.raises(Unauthenticated, match="login_refused"):
        desk.log_in(person.fund_number, password=PASSWORD)
