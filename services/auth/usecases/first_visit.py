"""The first visit: number and captcha, code to the registered phone, own password (A-10, A-13, A-14)."""

import secrets
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import FirstVisit, Login, Person
from services.auth.passwords import PasswordWork
from services.auth.rules import NORMAL, PROFESSIONAL
from services.auth.states import BEGUN, FIRST_VISIT
from services.auth.usecases import attempts, captchas
from services.auth.usecases.attempts import at_address
from services.auth.usecases.editions import is_open
from services.auth.usecases.limits import FIRST_VISITS, minutes
from services.auth.usecases.own_password import numbers_of, refuse_weak
from services.auth.usecases.phone_change import refuse_former_phone
from services.auth.usecases.sessions import Entry, open_session
from services.common.clock import business_now, technical_at
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Refusal, TooMany
from services.common.move import begin as begin_row
from services.common.move import move
from services.common.operation_log import belongs_to
from services.common.password_length import password_hint
from services.common.receipts import Receipt, digest_of, use_receipt, verify_receipt
from services.common.request import Request
from services.common.subject import Subject, sign_subject

PURPOSE = "first_visit"
_TOO_MANY = TooMany("too_many_first_visits", "首次登录过于频繁，请在{minutes}分钟后再试。")


def begin(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Begin a first visit: the same answer, by the same work, for any twelve digits.

    The token is restricted: it shows who is on a first visit, and every other route refuses it (A-14).
    """
    captchas.pass_captcha(database, request, arguments)
    attempts.knock(database, request, at_address(FIRST_VISITS, arguments), _TOO_MANY)
    return database.once(request, _begin, arguments["fund_number"])


def _begin(session: Session, request: Request, fund_number: str) -> Answer:
    now = business_now()
    number, life = secrets.token_hex(16), minutes("first_visit_minutes")
    visit = FirstVisit(number=number, fund_number=fund_number, begun_at=now, expires_at=now + life)
    begin_row(session, FIRST_VISIT, visit, actor=number, at=now)
    issued_at = technical_at()
    subject = Subject(
        id=number,
        role="citizen",
        session_id=number,
        restricted=True,
        issued_at=int(issued_at.timestamp()),
        expires_at=int((issued_at + life).timestamp()),
    )
    return {
        "first_visit_id": number,
        "expires_at": visit.expires_at.isoformat(),
        "token": sign_subject(subject),
        "password_hint": password_hint(),
    }


def complete(
    database: DatabaseAccess, passwords: PasswordWork, arguments: dict[str, Any], request: Request
) -> Answer:
    """Make the login with the own password, used-up receipt and all, and open the first session.

    Refused alike for a visit that is over or unknown, and for somebody who has a password already: no code
    was sent to them, and this is no way to set a new one.
    """
    receipt = _receipt(arguments)
    with database.read() as session:
        person = _newcomer(session, arguments["first_visit_id"])
    refuse_weak(arguments["password"], numbers_of(person))
    password_hash = passwords.hashed(arguments["password"], request.remaining_s())
    return database.once(request, _complete, receipt, password_hash, arguments)


def _receipt(arguments: dict[str, Any]) -> Receipt:
    first_visit_id = arguments["first_visit_id"]
    return verify_receipt(
        arguments["receipt"],
        purpose=PURPOSE,
        person=first_visit_id,
        digest=digest_of({"first_visit_id": first_visit_id}),
        at=business_now(),
    )


def _newcomer(session: Session, first_visit_id: str, *, lock: bool = False) -> Person:
    visit = session.get(FirstVisit, first_visit_id)
    if visit is None or visit.state != BEGUN or visit.expires_at <= business_now():
        raise _over()
    person = session.get(Person, visit.fund_number, with_for_update=lock or None)
    if person is None or session.get(Login, visit.fund_number) is not None:
        raise _over()
    return person


def _over() -> Refusal:
    sentence = "本次首次登录不能完成：可能已超时，或已经设置过密码。请重新开始；已有密码的请直接登录。"
    return Refusal("first_visit_over", sentence)


def _complete(
    session: Session, request: Request, receipt: Receipt, password_hash: str, arguments: dict[str, Any]
) -> Answer:
    now = business_now()
    use_receipt(session, receipt, request)
    person = _newcomer(session, arguments["first_visit_id"], lock=True)
    visit = session.get_one(FirstVisit, arguments["first_visit_id"])
    refuse_former_phone(session, person, visit.begun_at)
    move(session, FIRST_VISIT, visit, "complete", actor=person.fund_number, at=now)
    _make_login(session, person.fund_number, password_hash)
    person.phone_verified_at = now
    opened = open_session(session, _entry(session, person, arguments))
    belongs_to(session, request, person.fund_number, session_id=opened["session_id"])
    return opened


def _make_login(session: Session, fund_number: str, password_hash: str) -> None:
    now = business_now()
    row = insert(Login).values(
        fund_number=fund_number, password_hash=password_hash, made_at=now, changed_at=now
    )
    if session.execute(row.on_conflict_do_nothing().returning(Login.fund_number)).first() is None:
        raise _over()


def _entry(session: Session, person: Person, arguments: dict[str, Any]) -> Entry:
    return Entry(
        holder=person.fund_number,
        role="citizen",
        edition=PROFESSIONAL if is_open(session, person) else NORMAL,
        client=arguments["client"],
        address=arguments["address"],
    )
