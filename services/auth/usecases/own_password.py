"""The password a person chooses: what it must not be; 修改密码 with the old one and a code to the phone."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from services.auth.models import Login, Person
from services.auth.passwords import PasswordWork
from services.auth.rules import password_refusal
from services.auth.usecases import attempts
from services.auth.usecases.attempts import Door
from services.auth.usecases.limits import OWN_PASSWORD, PERSON
from services.auth.usecases.sessions import end_other_sessions
from services.common.clock import CHINA, business_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Invalid, Refusal, TooMany
from services.common.outbox import announce
from services.common.password_length import ADVICE, password_limits
from services.common.receipts import Receipt, digest_of, use_receipt, verify_receipt
from services.common.request import Request

PURPOSE = "password_change"
TOO_MANY_WRONG = TooMany("too_many_wrong", "连续填错次数过多，请在{minutes}分钟后再试。")
_RULE = "手册 3.2：密码修改"


def numbers_of(person: Person) -> tuple[str, ...]:
    """What a password of this person must not tell."""
    return person.fund_number, person.id_number, person.phone or ""


def refuse_weak(password: str, own_numbers: Iterable[str], pointer: str = "/password") -> None:
    """Invalid, with the manual's advice, for a password that the rules refuse (A-08)."""
    if sentence := password_refusal(password, password_limits(), own_numbers):
        raise Invalid("password_weak", f"{sentence}{ADVICE}。", pointer=pointer)


def refuse_same(
    passwords: PasswordWork, password: str, password_hash: str, request: Request, pointer: str = "/password"
) -> None:
    """Invalid for the password one has: a new one is asked for because another may know it."""
    if passwords.matches(password, password_hash, request.remaining_s()):
        raise Invalid("password_same", "新密码不能与原密码相同，请换一个。", pointer=pointer)


def door_of(fund_number: str) -> Door:
    """What counts wrong passwords of somebody who is logged in."""
    return Door(OWN_PASSWORD, fund_number)


def login_door(fund_number: str) -> Door:
    """What counts wrong passwords of a citizen at the login, wherever they are typed."""
    return Door(PERSON, f"citizens:{fund_number}")


def change(
    database: DatabaseAccess, passwords: PasswordWork, arguments: dict[str, Any], request: Request
) -> Answer:
    """Another password for the present one and a code to the phone: {changed_at, sessions_ended}.

    Every other session ends and the person is told by SMS. Wrong present passwords are counted.
    """
    attempts.refuse_missed(database, request)
    receipt, wanted = _receipt(arguments, request), arguments["new_password"]
    with database.read() as session:
        login = session.get_one(Login, request.person.id)
        refuse_weak(wanted, numbers_of(session.get_one(Person, request.person.id)), "/new_password")
    attempts.knock(database, request, door_of(request.person.id), TOO_MANY_WRONG)
    if not passwords.matches(arguments["password"], login.password_hash, request.remaining_s()):
        wrong = Invalid("password_wrong", "原密码不正确，请核对后再试。", pointer="/password")
        raise attempts.miss(database, request, wrong)
    refuse_same(passwords, wanted, login.password_hash, request, "/new_password")
    hashes = login.password_hash, passwords.hashed(wanted, request.remaining_s())
    return database.once(request, _change, receipt, hashes)


def _receipt(arguments: dict[str, Any], request: Request) -> Receipt:
    """A code is good for the session that asked for it."""
    return verify_receipt(
        arguments["receipt"],
        purpose=PURPOSE,
        person=request.person.id,
        digest=digest_of({"password_of_session": request.person.session_id}),
        at=business_now(),
    )


def _change(session: Session, request: Request, receipt: Receipt, hashes: tuple[str, str]) -> Answer:
    now, holder = business_now(), request.person.id
    login = session.get_one(Login, holder, with_for_update=True, populate_existing=True)
    if login.password_hash != hashes[0]:
        raise Refusal("password_changed", "密码刚刚已被修改，请重新登录后再试。", rule=_RULE)
    use_receipt(session, receipt, request)
    login.password_hash, login.changed_at = hashes[1], now
    told = {"fund_number": holder, "at": now.isoformat()}
    announce(session, "password.changed", f"password:{holder}", told)
    attempts.forget(session, [door_of(holder), login_door(holder)])
    ended = end_other_sessions(session, request)["ended"]
    return {"changed_at": now.astimezone(CHINA).isoformat(), "sessions_ended": ended}
