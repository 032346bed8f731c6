"""Looks at people and openings at the counter (A-24): purpose, card, paper, a second pair of eyes."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from services.auth.models import Opening, Person
from services.auth.staff_models import CounterOpening, Look
from services.auth.usecases import looks as looking
from services.common.clock import CHINA
from services.common.errors import Forbidden, Invalid, NotFound, Refusal, TooMany
from services.common.tables import OutboxRow
from tests.component.auth.members import Member, paper


@pytest.fixture
def clerk(desk):
    """A clerk's session at 市南管理部."""
    return Member(desk, "clerk", "01").token()


def look(desk, token, number, purpose="counter_opening"):
    return desk.ask("look_up", {"number": number, "purpose": purpose}, token=token)


def consent(desk):
    text = desk.ask("agreement", {"code": "professional_edition"})
    return {name: text[name] for name in ("code", "version", "digest")}


def on_the_counter(desk, seen, person, **changes):
    card = {"look": seen["look"], "name": person.name, "id_number": person.id_number}
    return card | {"paper_number": paper(), "consent": consent(desk)} | changes


def somebody(desk):
    return desk.person(professional_since_on=None)


def is_open(desk, person):
    with desk.database.read() as session:
        return session.get_one(Person, person.fund_number).professional_since_on is not None


@pytest.mark.parametrize("number", ["fund_number", "id_number"])
def test_a_look_shows_a_person_masked_and_is_on_record(desk, clerk, number):
    person = somebody(desk)
    seen = look(desk, clerk, f" {getattr(person, number)} ")
    assert seen["person"]["fund_number"] == person.fund_number
    for hidden in (person.name, person.id_number, person.phone):
        assert hidden not in str(seen)
    with desk.database.read() as session:
        row = session.get_one(Look, seen["look"])
        assert (row.purpose, row.office, row.fund_number) == ("counter_opening", "01", person.fund_number)


def test_a_look_that_finds_nobody_is_on_record_too(desk, clerk):
    seen = look(desk, clerk, "999999999999")
    assert seen["person"] is None
    with desk.database.read() as session:
        assert session.get_one(Look, seen["look"]).fund_number is None


@pytest.mark.parametrize(
    "asked", [{"purpose": ""}, {"purpose": "curiosity"}, {"number": "13900000000"}, {"number": "x"}]
)
def test_no_look_without_purpose_or_number(desk, clerk, asked):
    wish = {"number": somebody(desk).fund_number, "purpose": "enquiry"} | asked
    with pytest.raises(Invalid):
        desk.ask("look_up", wish, token=clerk)


def test_looks_are_limited_by_the_hour(desk, clerk, adopt):
    adopt(looks_per_hour=3)
    for _ in range(3):
        look(desk, clerk, somebody(desk).fund_number)
    with pytest.raises(TooMany):
        look(desk, clerk, somebody(desk).fund_number)


@pytest.mark.feature("A-24")
def test_who_signed_on_paper_has_the_professional_edition_and_sees_the_agreement(desk, clerk):
    person = somebody(desk)
    visit = desk.begin(person.fund_number)["first_visit_id"]
    own = desk.ask("complete_first_visit", desk.own_password(visit))["token"]
    card = on_the_counter(desk, look(desk, clerk, person.fund_number), person)
    opened = desk.ask("open_at_counter", card, token=clerk)
    assert (opened["fund_number"], opened["office_title"]) == (person.fund_number, "市南管理部")
    (signed,) = desk.ask("agreements", token=own)["items"]
    assert (signed["way"], signed["for"]) == ("柜台签订", card["paper_number"])
    assert desk.log_in(person.fund_number, edition="professional")["edition"] == "professional"
    with desk.database.read() as session:
        about = OutboxRow.aggregate == f"edition:{person.fund_number}"
        (told,) = session.scalars(select(OutboxRow).where(about))
        assert (told.event, told.payload["way"]) == ("edition.opened", "counter")
        assert session.get_one(Opening, opened["number"]).state == "opened"


@pytest.mark.parametrize("changes", [{"name": "别人"}, {"id_number": "37020219850101001X"}])
def test_a_card_that_is_not_the_persons_opens_nothing(desk, clerk, changes):
    person = somebody(desk)
    card = on_the_counter(desk, look(desk, clerk, person.fund_number), person, **changes)
    with pytest.raises(Invalid, match="name_differs"):
        desk.ask("open_at_counter", card, token=clerk)
    assert not is_open(desk, person)


def test_an_edition_is_opened_once(desk, clerk):
    person = somebody(desk)
    seen = look(desk, clerk, person.fund_number)
    desk.ask("open_at_counter", on_the_counter(desk, seen, person), token=clerk)
    with pytest.raises(Refusal, match="already_open"):
        desk.ask("open_at_counter", on_the_counter(desk, seen, person), token=clerk)


def test_two_windows_at_once_open_it_once(desk, clerk):
    person = somebody(desk)
    seen = look(desk, clerk, person.fund_number)
    cards = [on_the_counter(desk, seen, person) for _ in range(5)]
    with ThreadPoolExecutor(5) as pool:
        replies = list(pool.map(lambda card: desk.reply("open_at_counter", card, token=clerk), cards))
    assert sum("answer" in reply for reply in replies) == 1
    with desk.database.read() as session:
        rows = session.scalars(select(CounterOpening).where(CounterOpening.fund_number == person.fund_number))
        assert len(rows.all()) == 1


def test_a_repeat_opens_nothing_twice(desk, clerk):
    person = somebody(desk)
    card = on_the_counter(desk, look(desk, clerk, person.fund_number), person)
    first, again = (desk.ask("open_at_counter", card, token=clerk, key=card["look"]) for _ in range(2))
    assert first == again


def test_a_paper_is_good_for_one_person(desk, clerk):
    one, other = somebody(desk), somebody(desk)
    card = on_the_counter(desk, look(desk, clerk, one.fund_number), one)
    desk.ask("open_at_counter", card, token=clerk)
    used = card["paper_number"].lower()
    again = on_the_counter(desk, look(desk, clerk, other.fund_number), other, paper_number=used)
    with pytest.raises(Refusal, match="paper_number_used"):
        desk.ask("open_at_counter", again, token=clerk)
    assert not is_open(desk, other)


def test_a_paper_printed_before_the_agreement_changed_is_refused_with_the_new_text(desk, clerk):
    person = somebody(desk)
    old = consent(desk) | {"version": "2019-1", "digest": "0" * 64}
    card = on_the_counter(desk, look(desk, clerk, person.fund_number), person, consent=old)
    with pytest.raises(Refusal, match="agreement_changed"):
        desk.ask("open_at_counter", card, token=clerk)
    assert not is_open(desk, person)


def test_a_look_must_be_the_own_one_fresh_and_for_this(desk, clerk):
    person = somebody(desk)
    card = on_the_counter(desk, look(desk, clerk, person.fund_number), person)
    with pytest.raises(NotFound):
        desk.ask("open_at_counter", card, token=Member(desk, "clerk", "01").token())
    enquiry = look(desk, clerk, person.fund_number, "enquiry")
    with pytest.raises(Refusal, match="look_for_something_else"):
        desk.ask("open_at_counter", card | {"look": enquiry["look"]}, token=clerk)
    nobody = look(desk, clerk, "999999999999")
    with pytest.raises(Refusal, match="look_for_something_else"):
        desk.ask("open_at_counter", card | {"look": nobody["look"]}, token=clerk)
    desk.move_clock(31 * 60)
    with pytest.raises(Refusal, match="look_over"):
        desk.ask("open_at_counter", card, token=clerk)


def test_a_look_is_seen_again_while_it_is_fresh_and_not_for_ever(desk, clerk):
    wish = {"number": somebody(desk).fund_number, "purpose": "enquiry"}
    seen = desk.ask("look_up", wish, token=clerk, key=(key := uuid.uuid4().hex))
    assert desk.ask("look", {"look": seen["look"]}, token=clerk) == seen
    with pytest.raises(NotFound):
        desk.ask("look", {"look": seen["look"]}, token=Member(desk, "clerk", "01").token())
    desk.move_clock(31 * 60)
    with pytest.raises(Refusal, match="look_over"):
        desk.ask("look", {"look": seen["look"]}, token=clerk)
    # Nor by the key of the look, nor by its operation's address.
    again = desk.ask("look_up", wish, token=clerk, key=key)
    assert (again["look"], "person" in again) == (seen["look"], False)
    kept = desk.ask("operation", {"op_id": key}, token=clerk)["answer"]
    assert (kept["look"], "person" in kept) == (seen["look"], False)


def test_everybody_reads_all_the_looks_at_their_own_file_page_by_page(desk, clerk):
    person, own = desk.newcomer()
    made = [look(desk, clerk, person.fund_number, "enquiry")["at"] for _ in range(5)]
    read, cursor = [], None
    while True:
        page = desk.ask("looks_at_me", {"limit": 2, "cursor": cursor}, token=own["token"])
        read += [one["at"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert read == made[::-1]


def opened(desk, clerk):
    person = somebody(desk)
    card = on_the_counter(desk, look(desk, clerk, person.fund_number), person)
    return desk.ask("open_at_counter", card, token=clerk)


def test_another_checks_it_once_and_an_office_sees_its_own(desk, clerk):
    done = opened(desk, clerk)
    here, elsewhere = Member(desk, "reviewer", "01").token(), Member(desk, "reviewer", "02").token()
    judged = {"number": done["number"], "right": True, "remark": ""}
    with pytest.raises(NotFound):
        desk.ask("check_opening_at_counter", judged, token=elsewhere)
    assert desk.ask("check_opening_at_counter", judged, token=here)["check"]["label"] == "复核无误"
    with pytest.raises(Refusal, match="checked_already"):
        desk.ask("check_opening_at_counter", judged, token=here)
    numbers = [one["number"] for one in desk.ask("counter_openings", {}, token=elsewhere)["items"]]
    assert done["number"] not in numbers
    (latest, *_) = desk.ask("counter_openings", {}, token=Member(desk, "auditor").token())["items"]
    assert (latest["number"], latest["check"]["right"]) == (done["number"], True)


def test_what_is_wrong_must_be_said(desk, clerk):
    judged = {"number": opened(desk, clerk)["number"], "right": False, "remark": " "}
    reviewer = Member(desk, "reviewer", "01").token()
    with pytest.raises(Invalid, match="remark_needed"):
        desk.ask("check_opening_at_counter", judged, token=reviewer)
    told = desk.ask("check_opening_at_counter", judged | {"remark": "协议未签字"}, token=reviewer)
    assert (told["check"]["label"], told["check"]["remark"]) == ("复核有误", "协议未签字")


def test_who_changed_the_role_does_not_check_the_own_work(desk):
    member = Member(desk, "clerk", "01")
    done = opened(desk, member.token())
    administrator = Member(desk, "administrator").token()
    change = {"login_name": member.name, "name": "王", "role": "reviewer", "office": "01"}
    desk.ask("change_member", change, token=administrator)
    with pytest.raises(Forbidden, match="own_work"):
        judged = {"number": done["number"], "right": True, "remark": ""}
        desk.ask("check_opening_at_counter", judged, token=member.token())


def test_the_list_goes_on_where_the_page_ended(desk, clerk):
    numbers = [opened(desk, clerk)["number"] for _ in range(3)]
    first = desk.ask("counter_openings", {"limit": 2}, token=clerk)
    assert [one["number"] for one in first["items"]] == numbers[:0:-1]
    rest = desk.ask("counter_openings", {"limit": 2, "cursor": first["next_cursor"]}, token=clerk)
    assert rest["items"][0]["number"] == numbers[0]


def test_the_person_and_the_auditor_see_who_looked(desk, clerk):
    person, own = desk.newcomer()
    look(desk, clerk, person.fund_number, "complaint")
    (seen,) = desk.ask("looks_at_me", token=own["token"])["items"]
    assert (seen["office_title"], seen["purpose_title"]) == ("市南管理部", "核查投诉或者差错")
    asked = {"fund_number": person.fund_number}
    (found,) = desk.ask("looks", asked, token=Member(desk, "auditor").token())["items"]
    assert found["fund_number"] == person.fund_number


@pytest.fixture
def looks(desk):
    """The looks as the auditor asks for them; the numbers of what is listed."""
    auditor = Member(desk, "auditor").token()

    def asked(**wish):
        page = desk.ask("looks", {"limit": 100} | wish, token=auditor)
        return [one["number"] for one in page["items"]], page["next_cursor"]

    return asked


def test_looks_are_found_by_who_looked(desk, looks):
    member, other = (Member(desk, "clerk", "01") for _ in range(2))
    person = somebody(desk)
    mine = look(desk, member.token(), person.fund_number)["look"]
    look(desk, other.token(), person.fund_number)
    assert looks(login_name=f" {member.name.upper()} ") == ([mine], None)
    with pytest.raises(Invalid, match="no_such_member"):
        looks(login_name="nobody.at.all")


def test_looks_are_found_by_whom_they_were_at_page_by_page(desk, clerk, looks):
    person = somebody(desk)
    made = [look(desk, clerk, person.fund_number, "enquiry")["look"] for _ in range(3)]
    look(desk, clerk, somebody(desk).fund_number)
    first, cursor = looks(fund_number=person.fund_number, limit=2)
    assert first == made[:0:-1]
    assert looks(fund_number=person.fund_number, limit=2, cursor=cursor) == (made[:1], None)
    assert looks(fund_number="370299999999") == ([], None)


def test_looks_are_found_by_days_both_included(desk, clerk, looks, monkeypatch):
    person = somebody(desk)
    days = [date(2031, 3, day) for day in (30, 31)] + [date(2031, 4, 1)]
    made = []
    for day in days:
        at = datetime.combine(day, time(23, 59), CHINA)
        monkeypatch.setattr(looking, "business_now", lambda at=at: at)
        made.append(look(desk, clerk, person.fund_number)["look"])
    asked = {"fund_number": person.fund_number}
    assert looks(**asked, from_on="2031-03-31", to_on="2031-03-31")[0] == made[1:2]
    assert looks(**asked, from_on="2031-03-31")[0] == made[:0:-1]
    assert looks(**asked, to_on="2031-03-31")[0] == made[1::-1]
    with pytest.raises(Invalid, match="days_out_of_order"):
        looks(from_on="2031-04-01", to_on="2031-03-31")


def test_who_acted_at_the_counter_is_named(desk):
    member = Member(desk, "clerk", "01", person="甄一")
    reviewer = Member(desk, "reviewer", "01", person="贾二").token()
    supervisor = Member(desk, "supervisor", person="殷三").token()
    number = opened(desk, member.token())["number"]
    judged = {"number": number, "right": False, "remark": "未签字"}
    desk.ask("check_opening_at_counter", judged, token=reviewer)
    desk.ask("lift_suspension", {"number": number, "correction": "已补签"}, token=supervisor)
    (latest, *_) = desk.ask("counter_openings", {"limit": 1}, token=reviewer)["items"]
    assert (latest["clerk"], latest["clerk_name"]) == (member.name, "甄一")
    named = (latest["check"]["checker_name"], latest["suspension"]["lifted_by_name"])
    assert named == ("贾二", "殷三")
    auditor = Member(desk, "auditor").token()
    (seen, *_) = desk.ask("looks", {"login_name": member.name}, token=auditor)["items"]
    assert seen["staff_name"] == "甄一"


def test_what_staff_did_stands_in_the_persons_log(desk, clerk):
    person, own = desk.newcomer(professional_since_on=None)
    seen = look(desk, clerk, person.fund_number)
    number = desk.ask("open_at_counter", on_the_counter(desk, seen, person), token=clerk)["number"]
    items = desk.ask("operation_log", {"kind": "staff"}, token=own["token"])["items"]
    told = [("柜台为您开通个人专业版", number), ("工作人员查询您的资料", None)]
    assert [(item["title"], item["number"]) for item in items] == told


@pytest.mark.parametrize("role", ["supervisor", "auditor", "operator", "administrator"])
def test_who_is_not_at_the_counter_looks_nobody_up(desk, role):
    token, person = Member(desk, role).token(), somebody(desk)
    wish = {"number": person.fund_number, "purpose": "enquiry"}
    assert desk.reply("look_up", wish, token=token)["refusal"]["code"] == "role_not_allowed"
    assert desk.reply("open_at_counter", wish, token=token)["refusal"]["code"] == "role_not_allowed"


@pytest.mark.parametrize("table", ["looks", "counter_openings", "counter_checks"])
def test_the_records_cannot_be_rewritten(desk, clerk, table):
    opened(desk, clerk)
    with pytest.raises(DBAPIError), desk.database.write() as session:
        session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
