"""Opening the professional edition online: agreement, identity and password, face, login (A-05 to A-08).

Nobody learns whether a person has an account before the provider has seen that person's face: until then
every answer is the same for everybody. The password typed here becomes the person's when the face has passed
and this browser has proven to be that person's (`confirming.py`).
"""

import secrets
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.auth.adapters import FaceProvider
from services.auth.models import OPENING_NUMBERS, Login, Opening, Person
from services.auth.passwords import PasswordWork
from services.auth.rules import PROFESSIONAL, WHY_NOT_OPENED, normal_name, password_refusal
from services.auth.states import DRAFTED, EXPIRED, OPENED, OPENING, VERIFYING
from services.auth.usecases import attempts, faces
from services.auth.usecases.attempts import Door, at_address
from services.auth.usecases.editions import AGREEMENT, is_open
from services.auth.usecases.limits import CHECKS_OF_AN_OPENING, OPENINGS, OPENINGS_OF_A_PERSON, minutes
from services.auth.usecases.own_password import refuse_weak
from services.auth.usecases.people import (
    id_number_index,
    opening_handle,
    opening_index,
    opening_of,
    over,
    present_state,
)
from services.auth.usecases.sessions import Entry, open_session
from services.common.agreements import accepted
from services.common.clock import CHINA, business_now, technical_at
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Invalid, Refusal, TooMany
from services.common.identifiers import Malformed, parse_id_number, parse_name
from services.common.move import begin as begin_row
from services.common.move import move
from services.common.operation_log import belongs_to
from services.common.password_length import password_hint, password_limits
from services.common.request import Request

CITIZEN = "citizen"
_TOO_MANY = TooMany("too_many_openings", "在线开通过于频繁，请在{minutes}分钟后再试。")
TOO_MANY_CHECKS = TooMany("too_many_checks", "查询过于频繁，请稍后在本页查看办理结果。")


def begin(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Accept the agreement as it was shown (A-07): {opening_id, expires_at, password_hint}.

    Version, digest, moment and address of the consent are kept. Refused with 409 and the new text when the
    agreement has changed since it was shown.
    """
    attempts.knock(database, request, at_address(OPENINGS, arguments), _TOO_MANY)
    return database.once(request, _begin, arguments)


def _begin(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
    agreement = accepted(AGREEMENT, arguments["consent"])
    secret, now = secrets.token_hex(16), business_now()
    opening = Opening(
        number=f"O{now:%Y%m%d}{session.execute(OPENING_NUMBERS.next_value()).scalar_one():06d}",
        secret_index=opening_index(opening_handle(secret)),
        fund_number=_own_number(request),
        agreement_version=agreement.version,
        agreement_digest=agreement.digest,
        accepted_at=now,
        address=arguments["address"],
        expires_at=now + minutes("opening_minutes"),
    )
    begin_row(session, OPENING, opening, actor=CITIZEN, at=now)
    return {
        "opening_id": secret,
        "expires_at": opening.expires_at.isoformat(),
        "password_hint": password_hint(),
    }


def _own_number(request: Request) -> str | None:
    """Who is logged in already, by the normal edition: then it can be opened to nobody else."""
    subject = request.subject
    return subject.id if subject and subject.role == CITIZEN and not subject.restricted else None


def submit(
    database: DatabaseAccess,
    passwords: PasswordWork,
    face: FaceProvider,
    arguments: dict[str, Any],
    request: Request,
) -> Answer:
    """Take name, ID number and own password (A-08) and order the verification: the opening as `shown`.

    The same answer and work whether there is such a person or not. When the provider gives no answer the
    opening still waits for it, and has no `page_url` until it is asked again.
    """
    opening = _found(database, arguments["opening_id"])
    if opening.state == DRAFTED or database.answered(request.step("effect")) is None:
        _fill_in(database, passwords, opening, arguments, request)
    faces.start(database, face, opening.number)
    return database.once(request, _answer, opening.number)


def _fill_in(
    database: DatabaseAccess,
    passwords: PasswordWork,
    opening: Opening,
    arguments: dict[str, Any],
    request: Request,
) -> None:
    """Write down who it is to be, for an opening that waits for it: of any other nothing is counted."""
    name, id_number = _name(arguments["name"]), _id_number(arguments["id_number"])
    _refuse_no_draft(opening)
    refuse_weak(arguments["password"], [id_number])
    _refuse_another(database, opening, id_number)
    attempts.knock(database, request, Door(OPENINGS_OF_A_PERSON, id_number), _TOO_MANY)
    typed = {
        "name": name,
        "id_number": id_number,
        "password_hash": passwords.hashed(arguments["password"], request.remaining_s()),
        "password_tells": _tells(database, arguments["password"], id_number),
    }
    database.once(request.step("effect"), _submit, opening.number, typed)


def _name(text: str) -> str:
    try:
        return parse_name(normal_name(text))
    except Malformed as error:
        raise Invalid("name_malformed", f"{error}。", pointer="/name") from None


def _id_number(text: str) -> str:
    try:
        return parse_id_number(text)
    except Malformed as error:
        raise Invalid("id_number_wrong", f"{error}，请核对。", pointer="/id_number") from None


def _found(database: DatabaseAccess, opening_id: str) -> Opening:
    with database.read() as session:
        return found(session, opening_id)


def _refuse_no_draft(opening: Opening) -> None:
    OPENING.step(opening.state, "submit")
    if present_state(opening) == EXPIRED:
        raise over()


def found(session: Session, opening_id: str) -> Opening:
    """The opening whose secret this is; NotFound for any other."""
    return opening_of(session, opening_handle(opening_id))


def _refuse_another(database: DatabaseAccess, opening: Opening, id_number: str) -> None:
    """Somebody logged in opens it to nobody but themselves."""
    if opening.fund_number is None:
        return
    with database.read() as session:
        if session.get_one(Person, opening.fund_number).id_number != id_number:
            sentence = "所填身份证号码与当前登录人不一致，只能为本人开通。"
            raise Refusal("identity_not_yours", sentence, pointer="/id_number")


def _tells(database: DatabaseAccess, password: str, id_number: str) -> bool:
    """Whether the password holds a number of a person whom nobody has proven to be yet: told later."""
    with database.read() as session:
        person = session.scalars(
            select(Person).where(Person.id_number_index == id_number_index(id_number))
        ).one_or_none()
    numbers = (person.fund_number, person.phone or "") if person else ()
    return password_refusal(password, password_limits(), numbers) is not None


def _submit(session: Session, request: Request, number: str, typed: dict[str, Any]) -> Answer:
    opening = session.get_one(Opening, number, with_for_update=True)
    move(session, OPENING, opening, "submit", actor=CITIZEN, at=business_now())
    for name, value in typed.items():
        setattr(opening, name, value)
    opening.ask_after = technical_at() + faces.FIRST_LOOK
    return {}


def _answer(session: Session, request: Request, number: str) -> Answer:
    return shown(session.get_one(Opening, number))


def shown(opening: Opening) -> Answer:
    """An opening as the page shows it: state, where to go on, why not, until when. Nothing of the person."""
    state = present_state(opening)
    return {
        "state": state,
        "label": OPENING.labels[state],
        "page_url": opening.page_url if state == VERIFYING else None,
        "reason": opening.reason,
        "sentence": WHY_NOT_OPENED.get(opening.reason or ""),
        "expires_at": opening.expires_at.astimezone(CHINA).isoformat(),
    }


def look(database: DatabaseAccess, opening_id: str) -> Answer:
    """How far the opening is: {state, label, page_url, reason, sentence, expires_at}."""
    with database.read() as session:
        return shown(found(session, opening_id))


def check(database: DatabaseAccess, face: FaceProvider, opening_id: str, request: Request) -> Answer:
    """Ask the provider now, or order again what it has not taken; the opening as `shown`.

    Asking is the person's coming back: a callback that is late or lost costs nothing but this question. It is
    asked so often for one opening; the hall itself goes on asking, and `look` tells what it hears.
    """
    opening = _found(database, opening_id)
    attempts.knock(database, request, Door(CHECKS_OF_AN_OPENING, opening.number), TOO_MANY_CHECKS)
    if opening.state == VERIFYING and opening.page_url is None:
        faces.start(database, face, opening.number)
    elif opening.state == VERIFYING:
        faces.ask(database, face, opening)
    return database.once(request, _answer, opening.number)


def enter(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Log in who has just opened the professional edition: once, and not after the opening's time."""
    return database.once(request, _enter, arguments)


def _enter(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
    number = found(session, arguments["opening_id"]).number
    opening = session.get_one(Opening, number, with_for_update=True, populate_existing=True)
    entered = opening.entered_at is not None or opening.expires_at <= business_now()
    if opening.state != OPENED or opening.fund_number is None or entered or _is_undone(session, opening):
        raise Refusal("opening_not_enterable", "请用登录名和您设置的密码登录。")
    opening.entered_at = business_now()
    entry = Entry(
        holder=opening.fund_number,
        role=CITIZEN,
        edition=PROFESSIONAL,
        client=arguments["client"],
        address=arguments["address"],
    )
    opened = open_session(session, entry)
    belongs_to(session, request, entry.holder, session_id=opened["session_id"])
    return opened


def _is_undone(session: Session, opening: Opening) -> bool:
    """Has the counter taken back the password, or shut the edition, since it was opened?"""
    person = session.get(Person, opening.fund_number, with_for_update={"read": True})
    has_login = session.get(Login, opening.fund_number) is not None
    return person is None or not has_login or not is_open(session, person)
