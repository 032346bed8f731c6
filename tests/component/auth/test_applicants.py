"""Applicants: no account yet, a code to the typed phone, the own password, in at once when it opens."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from services.auth.models import Applicant, Login, Person
from services.auth.usecases import applicants
from services.common.applications import FREELANCER_OPENING, opening_digest
from services.common.clock import business_now
from services.common.errors import Forbidden, Invalid, NotFound, Refusal, TooMany
from services.common.identifiers import id_check_digit
from services.common.inbox import Event
from services.common.receipts import Receipt, sign_receipt
from services.common.subject import verify_subject
from tests.component.auth.desk import PASSWORD


class Counter:
    """Somebody at the opening form."""

    def __init__(self, desk):
        self.desk = desk
        digits = f"{uuid.uuid4().int % 10**5:05d}"
        first = f"37029719{90 + int(digits[0]) % 9}0{1 + int(digits[1]) % 8}1{digits[2]}{digits[2:]}"[:17]
        self.typed = {
            "name": "贾自由",
            "id_number": first + id_check_digit(first),
            "phone": f"1540{uuid.uuid4().int % 10**7:07d}",
        }
        self.fund_number = f"3799{uuid.uuid4().int % 10**8:08d}"

    def begin(self, **changes):
        asked = self.typed | {"address": self.desk.address} | self.desk.captcha() | changes
        return self.desk.ask("begin_opening_application", asked)["applicant"]

    def wish(self, applicant, **changes):
        names = ("name", "id_number")
        wanted = {name: self.typed[name] for name in names} | {"applicant": applicant}
        return wanted | {"office": "01", "base_fen": 600_000, "rate_percent": 10} | changes

    def proven(self, applicant, receipt=None, **changes):
        wanted = self.wish(applicant)
        return wanted | {"receipt": receipt or self.receipt(wanted)} | changes

    def receipt(self, wanted, **changes):
        values = {
            "id": uuid.uuid4().hex,
            "purpose": FREELANCER_OPENING,
            "person": wanted["applicant"],
            "digest": opening_digest(wanted),
            "expires_at": int((business_now() + timedelta(minutes=5)).timestamp()),
        }
        return sign_receipt(Receipt(**(values | changes)))

    def set_password(self, applicant, **changes):
        wanted = self.proven(applicant, **changes)
        return self.desk.ask("set_applicant_password", {"password": PASSWORD} | wanted)

    def hear(self, applicant, fund_number=None):
        payload = {"fund_number": fund_number or self.fund_number, "applicant": applicant}
        event = Event(
            message_id=uuid.uuid4().hex,
            name="account.opened",
            producer="deposit",
            aggregate=f"account:{payload['fund_number']}",
            sequence=1,
            at=datetime.now(UTC),
            trace="",
            payload=payload,
        )
        with self.desk.database.write() as session:
            applicants.hear(session, event)

    def enter(self, applicant, **changes):
        here = {"address": self.desk.address, "client": "手机浏览器"}
        return self.desk.ask("enter_opened", self.proven(applicant, **changes) | here)

    def contact(self, applicant):
        return self.desk.ask("contact", {"applicant": applicant}, caller="notify")

    def people(self):
        with self.desk.database.read() as session:
            return list(session.scalars(select(Person).where(Person.fund_number == self.fund_number)))


@pytest.fixture
def counter(desk):
    return Counter(desk)


@pytest.mark.feature("A-21", "A-22")
def test_when_deposit_has_opened_the_person_is_in_at_once_with_the_password_of_the_form(counter, desk):
    applicant = counter.begin()
    counter.set_password(applicant)
    counter.hear(applicant)
    entered = counter.enter(applicant)
    subject = verify_subject(entered["token"])
    assert (subject.id, subject.edition, subject.restricted) == (counter.fund_number, "professional", False)
    for name in (counter.fund_number, counter.typed["id_number"], counter.typed["phone"]):
        assert desk.log_in(name)["token"]


@pytest.mark.feature("A-22")
def test_before_that_the_entrance_says_to_wait_and_the_receipt_stays_good(counter):
    applicant = counter.begin()
    receipt = counter.proven(applicant)["receipt"]
    counter.set_password(applicant, receipt=receipt)
    with pytest.raises(Refusal, match="opening_not_heard") as refused:
        counter.enter(applicant, receipt=receipt)
    assert refused.value.retry_after_s == 1
    counter.hear(applicant)
    assert counter.enter(applicant, receipt=receipt)["token"]


def test_a_receipt_lets_in_once(counter):
    applicant = counter.begin()
    counter.set_password(applicant)
    counter.hear(applicant)
    receipt = counter.proven(applicant)["receipt"]
    counter.enter(applicant, receipt=receipt)
    with pytest.raises(Refusal, match="code_used"):
        counter.enter(applicant, receipt=receipt)


def test_an_opening_heard_twice_makes_one_person_and_leaves_nothing_personal(counter, desk):
    applicant = counter.begin()
    counter.set_password(applicant)
    for _ in range(3):
        counter.hear(applicant)
    assert len(counter.people()) == 1
    with desk.database.read() as session:
        row = session.get_one(Applicant, applicant)
    assert (row.state, row.name, row.id_number, row.phone, row.password_hash) == (
        "opened",
        None,
        None,
        None,
        None,
    )


def test_an_opening_for_nobody_known_is_a_failure_that_staff_will_see(counter):
    with pytest.raises(LookupError):
        counter.hear("0" * 32)


@pytest.mark.feature("N-13")
def test_the_code_goes_to_the_typed_phone_and_uses_up_no_codes_of_its_owner(counter, desk):
    owner = desk.person(phone=counter.typed["phone"])
    reached = counter.contact(counter.begin())
    assert reached["phone"] == counter.typed["phone"]
    assert reached["target"] == counter.contact(counter.begin())["target"]
    assert (
        reached["target"]
        != desk.ask("contact", {"fund_number": owner.fund_number}, caller="notify")["target"]
    )


def test_no_code_goes_anywhere_for_a_lapsed_or_unknown_application(counter, desk):
    applicant = counter.begin()
    desk.move_clock(30 * 60)
    assert counter.contact(applicant)["phone"] is None
    assert counter.contact("0" * 32)["phone"] is None


def test_a_fund_number_nobody_here_knows_yet_is_asked_again_and_not_given_up(counter, desk):
    with pytest.raises(NotFound, match="person_not_known"):
        desk.ask("contact", {"fund_number": counter.fund_number}, caller="notify")


def test_only_notify_may_ask_for_the_phone(counter, desk):
    with pytest.raises(Forbidden):
        desk.ask("contact", {"applicant": counter.begin()})


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"id_number": "370297199301010030"}, "/id_number"),
        ({"phone": "12345678901"}, "/phone"),
        ({"name": "x"}, "/name"),
    ],
)
def test_what_is_malformed_is_refused_by_name(counter, change, pointer):
    with pytest.raises(Invalid, match="field_malformed") as refused:
        counter.begin(**change)
    assert refused.value.pointer == pointer


def test_a_wrong_captcha_begins_nothing(counter):
    with pytest.raises(Invalid, match="captcha_wrong"):
        counter.begin(captcha_answer="????")


def test_an_address_may_not_begin_without_end(counter, adopt):
    adopt(applications_per_address=3)
    for _ in range(3):
        counter.begin()
    with pytest.raises(TooMany, match="too_many_applications"):
        counter.begin()


def test_the_answer_is_the_same_for_who_has_an_account(counter, desk):
    desk.person(id_number=counter.typed["id_number"])
    asked = counter.typed | {"address": desk.address} | desk.captcha()
    assert set(desk.ask("begin_opening_application", asked)) == {"applicant", "expires_at", "password_hint"}


@pytest.mark.feature("N-13")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"person": "b" * 32}, "code_for_something_else"),
        ({"purpose": "withdrawal"}, "code_for_something_else"),
        ({"digest": "0" * 64}, "code_for_something_else"),
        ({"expires_at": 0}, "code_expired"),
    ],
)
def test_without_the_code_for_just_this_no_password_is_kept(counter, desk, change, code):
    applicant = counter.begin()
    wrong = counter.receipt(counter.wish(applicant), **change)
    with pytest.raises(Refusal, match=code):
        counter.set_password(applicant, receipt=wrong)
    with desk.database.read() as session:
        assert session.get_one(Applicant, applicant).password_hash is None


def test_another_persons_name_or_number_under_this_application_is_refused(counter):
    applicant = counter.begin()
    other = counter.wish(applicant, name="甄别人")
    with pytest.raises(Refusal, match="code_for_something_else"):
        counter.set_password(applicant, name="甄别人", receipt=counter.receipt(other))


@pytest.mark.parametrize("which", ["id_number", "phone"])
def test_ones_own_numbers_are_no_password(counter, which):
    with pytest.raises(Invalid, match="password_weak"):
        counter.set_password(counter.begin(), password=counter.typed[which])


def test_after_the_opening_nobody_sets_another_password(counter):
    applicant = counter.begin()
    counter.set_password(applicant)
    counter.hear(applicant)
    with pytest.raises(Refusal, match="application_over"):
        counter.set_password(applicant, password="another horse 8")


def test_who_closed_an_account_before_keeps_its_login_by_its_number_alone(counter, desk):
    former, _ = desk.newcomer(id_number=counter.typed["id_number"], phone=counter.typed["phone"])
    applicant = counter.begin()
    counter.set_password(applicant, password="another horse 8")
    counter.hear(applicant)
    assert desk.log_in(former.fund_number)["token"]
    for name in (counter.typed["id_number"], counter.typed["phone"]):
        opened = desk.log_in(name, password="another horse 8")
        assert verify_subject(opened["token"]).id == counter.fund_number


def test_how_far_it_is_can_be_asked(counter, desk):
    applicant = counter.begin()
    counter.set_password(applicant)
    states = [desk.ask("applicant", {"applicant": applicant})["state"]]
    counter.hear(applicant)
    states += [desk.ask("applicant", {"applicant": one})["state"] for one in (applicant, "0" * 32)]
    assert states == ["begun", "opened", "over"]


def test_what_lapsed_is_thrown_away_but_a_password_waits_for_a_late_opening(counter, desk):
    idle, waiting = counter.begin(), counter.begin()
    counter.set_password(waiting)
    desk.move_clock(26 * 3600)
    desk.service.tidy()
    with desk.database.read() as session:
        assert session.get(Applicant, idle) is None
    counter.hear(waiting)
    with desk.database.read() as session:
        assert session.get(Login, counter.fund_number) is not None
    desk.move_clock(8 * 24 * 3600)
    desk.service.tidy()
    with desk.database.read() as session:
        assert session.get(Applicant, waiting) is None


def test_nothing_of_an_applicant_is_readable_in_the_tables(counter, desk):
    applicant = counter.begin()
    counter.set_password(applicant)
    with desk.database.read() as session:
        stored = " ".join(
            str(row)
            for statement in (
                "SELECT applicants::text FROM applicants",
                "SELECT operations::text FROM operations",
            )
            for row in session.execute(text(statement))
        )
    assert not [word for word in (*counter.typed.values(), PASSWORD) if word in stored]
