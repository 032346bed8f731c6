"""复核有误: an edition opened wrongly at the counter is shut, and opened again once corrected."""

import pytest
from sqlalchemy import select

from services.common.errors import Forbidden, Invalid, NotFound, Refusal, Unauthenticated
from services.common.tables import OutboxRow, Transition
from tests.component.auth.members import Member
from tests.component.auth.test_counter import look, on_the_counter
from tests.component.auth.test_openings import bring_back, callback, hear, state, submitted

WRONG = {"right": False, "remark": "协议未签字"}


@pytest.fixture
def clerk(desk):
    """A clerk's session at 市南管理部."""
    return Member(desk, "clerk", "01").token()


@pytest.fixture
def reviewer(desk):
    """A reviewer's session at the same office."""
    return Member(desk, "reviewer", "01").token()


@pytest.fixture
def supervisor(desk):
    """A supervisor's session."""
    return Member(desk, "supervisor").token()


def served(desk, clerk):
    """Somebody with a password whose edition was just opened at the counter: person, opening."""
    person, _ = desk.newcomer(professional_since_on=None)
    card = on_the_counter(desk, look(desk, clerk, person.fund_number), person)
    return person, desk.ask("open_at_counter", card, token=clerk)["number"]


def told(desk, fund_number):
    with desk.database.read() as session:
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id))
        return [row.event for row in rows if row.payload.get("fund_number") == fund_number]


@pytest.mark.feature("A-24", "A-03")
def test_what_is_found_wrong_is_shut_until_it_is_corrected(desk, clerk, reviewer, supervisor):
    person, number = served(desk, clerk)
    professional = desk.log_in(person.fund_number)
    normal = desk.log_in(person.fund_number, edition="normal")
    judged = desk.ask("check_opening_at_counter", {"number": number} | WRONG, token=reviewer)
    assert judged["suspension"]["label"] == "已暂停"
    with pytest.raises(Unauthenticated, match="session_over"):
        desk.ask("renew", token=professional["token"])
    assert desk.ask("renew", token=normal["token"])["edition"] == "normal"
    with pytest.raises(Forbidden, match="professional_suspended"):
        desk.log_in(person.fund_number)
    assert desk.log_in(person.fund_number, edition="normal")["token"]
    (listed, *_) = desk.ask("counter_openings", {}, token=supervisor)["items"]
    assert (listed["number"], listed["suspension"]["state"]) == (number, "in_force")
    lifting = {"number": number, "correction": "职工已补签协议"}
    lifted = desk.ask("lift_suspension", lifting, token=supervisor)
    assert (lifted["label"], lifted["correction"]) == ("已恢复", "职工已补签协议")
    assert desk.log_in(person.fund_number)["edition"] == "professional"
    events = [event for event in told(desk, person.fund_number) if event.startswith("edition")]
    assert events == ["edition.opened", "edition.suspended", "edition.restored"]
    titles = [
        one["title"] for one in desk.ask("operation_log", {"kind": "staff"}, token=normal["token"])["items"]
    ]
    assert titles[:2] == ["个人专业版恢复", "柜台开通复核有误，个人专业版暂停"]


def test_who_looks_at_the_counter_sees_that_it_is_shut(desk, clerk, reviewer, supervisor):
    person, number = served(desk, clerk)
    seen = [look(desk, clerk, person.fund_number)["person"]["suspended"]]
    desk.ask("check_opening_at_counter", {"number": number} | WRONG, token=reviewer)
    seen.append(look(desk, clerk, person.fund_number)["person"]["suspended"])
    desk.ask("lift_suspension", {"number": number, "correction": "职工已补签协议"}, token=supervisor)
    seen.append(look(desk, clerk, person.fund_number)["person"]["suspended"])
    assert seen == [False, True, False]


def test_what_is_found_right_stays_open(desk, clerk, reviewer):
    person, number = served(desk, clerk)
    judged = {"number": number, "right": True, "remark": ""}
    assert desk.ask("check_opening_at_counter", judged, token=reviewer)["suspension"] is None
    assert desk.log_in(person.fund_number)["edition"] == "professional"


def test_every_step_has_its_line_of_history(desk, clerk, reviewer, supervisor):
    _, number = served(desk, clerk)
    desk.ask("check_opening_at_counter", {"number": number} | WRONG, token=reviewer)
    desk.ask("lift_suspension", {"number": number, "correction": "已补签"}, token=supervisor)
    with desk.database.read() as session:
        mine = (Transition.machine == "edition_suspension", Transition.number == number)
        steps = session.scalars(select(Transition).where(*mine).order_by(Transition.id)).all()
    assert [(step.action, step.remark) for step in steps] == [("register", ""), ("lift", "已补签")]


def test_a_suspension_is_lifted_once_by_a_supervisor_with_a_word_on_what_was_corrected(
    desk, clerk, reviewer, supervisor
):
    _, number = served(desk, clerk)
    desk.ask("check_opening_at_counter", {"number": number} | WRONG, token=reviewer)
    lifting = {"number": number, "correction": "已补签"}
    for token in (clerk, reviewer, Member(desk, "auditor").token()):
        assert desk.reply("lift_suspension", lifting, token=token)["refusal"]["code"] == "role_not_allowed"
    with pytest.raises(Invalid, match="correction_needed"):
        desk.ask("lift_suspension", lifting | {"correction": " "}, token=supervisor)
    desk.ask("lift_suspension", lifting, token=supervisor)
    with pytest.raises(Refusal, match="wrong_state"):
        desk.ask("lift_suspension", lifting, token=supervisor)
    with pytest.raises(NotFound, match="no_such_suspension"):
        desk.ask("lift_suspension", lifting | {"number": "O20261122999999"}, token=supervisor)


def test_a_shut_edition_is_not_opened_anew_by_face_or_paper(desk, clerk, reviewer):
    person, number = served(desk, clerk)
    desk.ask("check_opening_at_counter", {"number": number} | WRONG, token=reviewer)
    again = on_the_counter(desk, look(desk, clerk, person.fund_number), person)
    with pytest.raises(Refusal, match="suspended"):
        desk.ask("open_at_counter", again, token=clerk)
    opening_id, order = submitted(desk, person)
    hear(desk, callback(desk, order))
    assert state(desk, opening_id) == "passed"
    assert bring_back(desk, opening_id)["reason"] == "suspended"


def as_supervisor(desk, member, office=""):
    """The member's new session, now a supervisor."""
    role = {"login_name": member.name, "name": "测试某", "role": "supervisor", "office": office}
    desk.ask("change_member", role, token=Member(desk, "administrator").token())
    return member.token()


@pytest.mark.parametrize("worked", ["clerk", "reviewer"])
def test_nobody_lifts_what_is_of_the_own_work(desk, worked):
    team = {role: Member(desk, role, "01") for role in ("clerk", "reviewer")}
    _, number = served(desk, team["clerk"].token())
    desk.ask("check_opening_at_counter", {"number": number} | WRONG, token=team["reviewer"].token())
    lifting = {"number": number, "correction": "已补签"}
    with pytest.raises(Forbidden, match="own_work"):
        desk.ask("lift_suspension", lifting, token=as_supervisor(desk, team[worked]))
    assert desk.ask("lift_suspension", lifting, token=Member(desk, "supervisor", "01").token())["label"]


def test_a_supervisor_of_another_office_does_not_find_it(desk, clerk, reviewer):
    _, number = served(desk, clerk)
    desk.ask("check_opening_at_counter", {"number": number} | WRONG, token=reviewer)
    other = Member(desk, "supervisor", "02").token()
    assert number not in [one["number"] for one in desk.ask("counter_openings", {}, token=other)["items"]]
    with pytest.raises(NotFound, match="no_such_suspension"):
        desk.ask("lift_suspension", {"number": number, "correction": "已补签"}, token=other)
