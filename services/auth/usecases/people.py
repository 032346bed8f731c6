"""Finding people by the names they may log in with, and telling notify where a code may go."""

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.auth.models import Applicant, FirstVisit, Login, Opening, Person, PhoneChange
from services.auth.rules import kind_of_login_name
from services.auth.states import BEGUN, COMPLETED, DRAFTED, EXPIRED, PASSED
from services.common.clock import business_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import NotFound, Refusal
from services.common.request import digest_of
from services.common.sealed import blind_index

Wanted = tuple[ColumnElement[bool], ...]


def find(session: Session, login_name: str) -> Person | None:
    """The person of a fund number, ID number or verified phone (decision 18).

    A shared phone is the login name of whoever verified it first: nobody loses it to a later comer.
    """
    wanted = _WANTED.get(kind_of_login_name(login_name) or "")
    if wanted is None:
        return None
    people = select(Person).where(*wanted(login_name))
    return session.scalar(people.order_by(Person.phone_verified_at, Person.fund_number).limit(1))


def _by_fund_number(name: str) -> Wanted:
    return (Person.fund_number == name,)


def _by_id_number(name: str) -> Wanted:
    return (Person.id_number_index == id_number_index(name),)


def _by_phone(name: str) -> Wanted:
    return Person.phone_index == phone_index(name), Person.phone_verified_at.is_not(None)


_WANTED: dict[str, Callable[[str], Wanted]] = {
    "fund_number": _by_fund_number,
    "id_number": _by_id_number,
    "phone": _by_phone,
}


def id_number_index(id_number: str) -> bytes:
    """By what an ID number is found."""
    return blind_index(f"id_number:{id_number}")


def phone_index(phone: str) -> bytes:
    """By what a phone is found."""
    return blind_index(f"phone:{phone}")


def opening_handle(opening_id: str) -> str:
    """What others may know of an opening's secret: enough to ask for a code, not to come in by."""
    return digest_of({"opening_id": opening_id})


def opening_index(handle: str) -> bytes:
    """By what an opening is found."""
    return blind_index(f"opening:{handle}")


def contact(database: DatabaseAccess, whose: Mapping[str, str]) -> Answer:
    """{phone|None, target}: where a code or message may be sent, and a lasting pseudonym to count by.

    Behind a first visit, the number of nobody, or of somebody who has a password already, gets a pseudonym
    and no phone. It is not the phone's pseudonym, so that strangers cannot use up the codes of its owner.
    """
    ((how, number),) = whose.items()
    with database.read() as session:
        return _CONTACTS[how](session, number)


def _of_person(session: Session, fund_number: str) -> Answer:
    person = session.get(Person, fund_number)
    if person is None:
        # A new account's owner: deposit told others of it before it told us. Whoever asks, asks again.
        raise NotFound("person_not_known", "没有查到这个人。")
    return _reached(person.phone, fund_number)


def _before_change(session: Session, phone_change_id: str) -> Answer:
    """The phone that a change took out of use: its owner is warned there too."""
    change = session.get(PhoneChange, phone_change_id)
    done = change is not None and change.state == COMPLETED
    return _reached(change.former_phone if change and done else None, phone_change_id)


def _of_first_visit(session: Session, first_visit_id: str) -> Answer:
    visit = session.get(FirstVisit, first_visit_id)
    if visit is None or visit.state != BEGUN or visit.expires_at <= business_now():
        return _reached(None, first_visit_id)
    person = session.get(Person, visit.fund_number)
    has_login = session.get(Login, visit.fund_number) is not None
    return _reached(None if has_login or person is None else person.phone, visit.fund_number)


def _reached(phone: str | None, otherwise: str) -> Answer:
    return {"phone": phone, "target": blind_index(f"target:{phone or otherwise}").hex()}


def _of_applicant(session: Session, number: str) -> Answer:
    """The typed phone while the application lives; strangers who type it use up no codes of its owner's."""
    row = session.get(Applicant, number)
    lives = row is not None and row.state == BEGUN and row.expires_at > business_now()
    phone = row.phone if row is not None and lives else None
    return {"phone": phone, "target": blind_index(f"target:applicant:{phone or number}").hex()}


def _of_opening(session: Session, handle: str) -> Answer:
    """The registered phone of the person whose face has passed; none, unsaid, where there is none.

    Refused where a code could not be used, alike for everybody, whether there is such a person or not.
    """
    opening = opening_of(session, handle)
    _refuse_useless_code(opening)
    person = session.get(Person, opening.fund_number or "")
    return _reached(person.phone if person else None, handle)


def opening_of(session: Session, handle: str) -> Opening:
    """The opening that others know by this; NotFound when there is none."""
    opening = session.scalar(select(Opening).where(Opening.secret_index == opening_index(handle)))
    if opening is None:
        raise NotFound("no_such_opening", "没有找到这次开通，请重新开始。")
    return opening


def _refuse_useless_code(opening: Opening) -> None:
    state = present_state(opening)
    if state == EXPIRED:
        raise over()
    if state != PASSED:
        raise not_passed()


def present_state(opening: Opening) -> str:
    """Its state; one that waited for its person too long has expired, also before that is written down.

    What the provider still works on is closed there first, and goes on as it is until then.
    """
    waits = opening.state in (DRAFTED, PASSED)
    return EXPIRED if waits and opening.expires_at <= business_now() else opening.state


def over() -> Refusal:
    """The time of the opening is over."""
    return Refusal("opening_over", "本次开通已超时，请重新开始。")


def not_passed() -> Refusal:
    """There is nothing to confirm: the face has not passed yet, or it is decided already."""
    return Refusal("opening_not_passed", "现在不需要验证码，请查看办理进度。")


_CONTACTS: dict[str, Callable[[Session, str], Answer]] = {
    "fund_number": _of_person,
    "first_visit_id": _of_first_visit,
    "phone_change_id": _before_change,
    "applicant": _of_applicant,
    "opening": _of_opening,
}
