"""The first visit of staff: an own password and a second factor, before anything else (ASVS 6.4.1, 6.5)."""

import secrets
from typing import Any

from sqlalchemy.orm import Session

from services.auth.passwords import PasswordWork
from services.auth.second_factor import address_for_app, new_secret, proven_step
from services.auth.staff_models import StaffMember, StaffSetup
from services.auth.states import DISABLED, INVITED, STAFF_LOGIN
from services.auth.usecases.limits import minutes
from services.auth.usecases.own_password import refuse_same
from services.auth.usecases.sessions import Entry, open_session
from services.auth.usecases.staff import member_of, refuse_password
from services.common.clock import business_now, technical_at, technical_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Forbidden, Invalid, Refusal, Unauthenticated
from services.common.move import move
from services.common.password_length import password_hint
from services.common.permissions import STAFF_ROLES
from services.common.request import Request
from services.common.subject import Subject, sign_subject


def may_enter(member: StaffMember) -> bool:
    """Not disabled, and with a password that still counts."""
    until = member.initial_until_at
    lapsed = member.state == INVITED and until is not None and until <= business_now()
    return member.state != DISABLED and not lapsed


def begin_setup(session: Session, member: StaffMember) -> Answer:
    """Begin a first visit: a restricted token that every other route refuses, and nothing of the person."""
    now = technical_at()
    setup = StaffSetup(
        number=secrets.token_hex(16),
        login_name=member.login_name,
        password_hash=member.password_hash,
        code_secret=new_secret(),
        expires_at=now + minutes("staff_setup_minutes"),
    )
    session.add(setup)
    subject = Subject(
        id=member.login_name,
        role=member.role,
        session_id=setup.number,
        restricted=True,
        issued_at=int(now.timestamp()),
        expires_at=int(setup.expires_at.timestamp()),
    )
    return {
        "token": sign_subject(subject),
        "session_id": setup.number,
        "role": member.role,
        "edition": "",
        "restricted": True,
        "expires_at": setup.expires_at.isoformat(),
        "ends_at": setup.expires_at.isoformat(),
    }


def show(database: DatabaseAccess, request: Request) -> Answer:
    """What is to be set up: {login_name, name, secret, address, password_hint, expires_at}.

    `address` is the QR code's text. Only the restricted token of this first visit sees it.
    """
    with database.read() as session:
        setup = _setup(session, request)
        member = session.get_one(StaffMember, setup.login_name)
    return {
        "login_name": member.login_name,
        "name": member.name or "",
        "secret": setup.code_secret,
        "address": address_for_app(setup.code_secret, member.login_name),
        "password_hint": password_hint(),
        "expires_at": setup.expires_at.isoformat(),
    }


def _setup(session: Session, request: Request) -> StaffSetup:
    """The first visit of the token; refused for another, an old one, and one before a reset."""
    subject = request.subject
    if subject is None:
        raise Unauthenticated("not_logged_in", "请先登录。")
    if subject.role not in STAFF_ROLES or not subject.restricted:
        raise Forbidden("role_not_allowed", "当前身份不能办理此业务。")
    setup = session.get(StaffSetup, subject.session_id)
    member = session.get(StaffMember, subject.id)
    if setup is None or member is None or setup.login_name != member.login_name or _is_over(setup, member):
        raise Refusal("setup_over", "本次首次登录已超时，或者登录已经设置过。请重新登录。")
    return setup


def _is_over(setup: StaffSetup, member: StaffMember) -> bool:
    another = member.state != INVITED or member.password_hash != setup.password_hash
    return another or setup.expires_at <= technical_at()


def complete(
    database: DatabaseAccess, passwords: PasswordWork, arguments: dict[str, Any], request: Request
) -> Answer:
    """Set the own password and prove the second factor by a first code; opens the first session."""
    with database.read() as session:
        setup = _setup(session, request)
    step = proven_step(setup.code_secret, arguments["code"], technical_now())
    if step is None:
        raise wrong_code()
    refuse_password(arguments["password"], setup.login_name)
    refuse_same(passwords, arguments["password"], setup.password_hash, request)
    password_hash = passwords.hashed(arguments["password"], request.remaining_s())
    return database.once(request, _complete, step, password_hash, arguments)


def wrong_code() -> Invalid:
    """The one-time code is not one of now, or was used before."""
    sentence = "动态口令不正确或已用过，请等手机上的口令更新后再输入；仍不正确请校准手机时间。"
    return Invalid("one_time_code_wrong", sentence, pointer="/code")


def _complete(
    session: Session, request: Request, step: int, password_hash: str, arguments: dict[str, Any]
) -> Answer:
    member = member_of(session, request.person.id)
    setup = _setup(session, request)
    member.code_secret, member.code_step = setup.code_secret, step
    member.password_hash, member.initial_until_at = password_hash, None
    move(session, STAFF_LOGIN, member, "set_up", actor=member.login_name, at=business_now())
    entry = Entry(
        holder=member.login_name,
        role=member.role,
        edition="",
        client=arguments["client"],
        address=arguments["address"],
    )
    return open_session(session, entry)
