"""修改手机号 (manual 10.1, A-15 to A-18): old and new phone, a code to the old one, the own password."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.auth.models import Login, Person, PhoneChange
from services.auth.passwords import PasswordWork
from services.auth.states import BEGUN, COMPLETED, PHONE_CHANGE
from services.auth.usecases import attempts
from services.auth.usecases.attempts import Door
from services.auth.usecases.limits import OLD_PHONE, minutes
from services.auth.usecases.own_password import TOO_MANY_WRONG, door_of
from services.auth.usecases.people import phone_index
from services.auth.usecases.sessions import end_other_sessions
from services.common.clock import CHINA, business_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Invalid, NotFound, Refusal
from services.common.identifiers import Malformed, mask_mobile, parse_mobile
from services.common.move import begin as begin_row
from services.common.move import move
from services.common.receipts import Receipt, digest_of, use_receipt, verify_receipt
from services.common.request import Request

PURPOSE = "phone_change"
_RULE = "手册 10.1：在原认证手机号可接收到短信的情况下，职工可以自助维护新认证手机号"


def present(database: DatabaseAccess, request: Request) -> Answer:
    """{phone, verified_at, verification_id}: the own phone, masked for the screen; None without one.

    A phone whose owner has never given back a code from it has no `verified_at`, and is no login name.
    """
    with database.read() as session:
        person = _person(session, request)
        latest = verification_id(session, person)
    verified = person.phone_verified_at
    return {
        "phone": mask_mobile(person.phone) if person.phone else None,
        "verified_at": verified.astimezone(CHINA).isoformat() if verified else None,
        "verification_id": latest,
    }


def verification_id(session: Session, person: Person) -> str:
    """What stands for the person's present phone in the digest of a code: another one after each change."""
    saved = (PhoneChange.fund_number == person.fund_number, PhoneChange.state == COMPLETED)
    latest = select(PhoneChange.number).where(*saved).order_by(PhoneChange.changed_at.desc()).limit(1)
    return digest_of([person.fund_number, session.scalar(latest) or ""])


def refuse_former_phone(session: Session, person: Person, begun_at: datetime) -> None:
    """Refused when the phone has changed since something began: its code may have gone to the former one.

    `person` is a row that the transaction has locked.
    """
    since = (PhoneChange.state == COMPLETED, PhoneChange.changed_at >= begun_at)
    own = select(PhoneChange.number).where(PhoneChange.fund_number == person.fund_number, *since)
    if session.scalars(own.limit(1)).first() is not None:
        raise Refusal("phone_changed", "登记的手机号刚刚已变更，请重新开始，并使用发到新手机号的验证码。")


def done(database: DatabaseAccess, phone_change_id: str, request: Request) -> Answer:
    """A saved change as its receipt shows it; NotFound for anybody else's and for one not saved."""
    with database.read() as session:
        change = session.get(PhoneChange, phone_change_id)
    if change is None or change.fund_number != request.person.id or change.state != COMPLETED:
        raise NotFound("no_such_phone_change", "没有找到这次手机号变更。")
    return _shown(change)


def changed(database: DatabaseAccess, fund_number: str) -> Answer:
    """{at|None}: when a person last changed the verified phone, by the business clock."""
    own = (PhoneChange.fund_number == fund_number, PhoneChange.state == COMPLETED)
    with database.read() as session:
        at = session.scalar(select(func.max(PhoneChange.changed_at)).where(*own))
    return {"at": at.isoformat() if at else None}


def begin(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """{phone_change_id, expires_at}, once the old phone is the present one (A-15, A-16).

    Whoever sits at another's open session does not know the old phone: wrong ones are counted.
    """
    old, new = (_mobile(arguments, name) for name in ("old_phone", "new_phone"))
    present = _present_phone(database, request)
    attempts.knock(database, request, Door(OLD_PHONE, request.person.id), TOO_MANY_WRONG)
    if present != old:
        sentence = "原认证手机号与登记的手机号不一致，请核对后再试。"
        raise Invalid("old_phone_wrong", sentence, pointer="/old_phone", rule=_RULE)
    if old == new:
        raise Invalid("phone_same", "新手机号与原认证手机号相同，不需要修改。", pointer="/new_phone")
    return database.once(request, _begin, new)


def _mobile(arguments: dict[str, Any], name: str) -> str:
    try:
        return parse_mobile("".join(arguments[name].split()))
    except Malformed as error:
        raise Invalid("phone_malformed", f"{error}。", pointer=f"/{name}") from None


def _present_phone(database: DatabaseAccess, request: Request) -> str:
    with database.read() as session:
        phone = _person(session, request).phone
    if phone is None:
        raise Refusal("phone_missing", "您还没有认证手机号，请持本人身份证到任一管理部柜台登记。", rule=_RULE)
    return phone


def _begin(session: Session, request: Request, new_phone: str) -> Answer:
    now, person = business_now(), _person(session, request)
    change = PhoneChange(
        number=secrets.token_hex(16),
        fund_number=person.fund_number,
        former_phone=person.phone,
        new_phone=new_phone,
        begun_at=now,
        expires_at=now + minutes("phone_change_minutes"),
    )
    begin_row(session, PHONE_CHANGE, change, actor=person.fund_number, at=now)
    attempts.forget(session, [Door(OLD_PHONE, person.fund_number)])
    return {"phone_change_id": change.number, "expires_at": change.expires_at.isoformat()}


def complete(
    database: DatabaseAccess, passwords: PasswordWork, arguments: dict[str, Any], request: Request
) -> Answer:
    """保存 (A-18): the new phone, and every other session ended; announced, so that both phones are told.

    Asks for the own password again (ASVS 7.5.1): a session left open is not enough. Refused for a code that
    was for another new phone, a change begun too long ago, or one overtaken by another change.
    """
    attempts.refuse_missed(database, request)
    new = _mobile(arguments, "new_phone")
    receipt = _receipt(arguments, request)
    attempts.knock(database, request, door_of(request.person.id), TOO_MANY_WRONG)
    with database.read() as session:
        login = session.get_one(Login, request.person.id)
    if not passwords.matches(arguments["password"], login.password_hash, request.remaining_s()):
        wrong = Invalid("password_wrong", "登录密码不正确，请核对后再试。", pointer="/password")
        raise attempts.miss(database, request, wrong)
    return database.once(request, _complete, arguments["phone_change_id"], new, receipt)


def _receipt(arguments: dict[str, Any], request: Request) -> Receipt:
    return verify_receipt(
        arguments["receipt"],
        purpose=PURPOSE,
        person=request.person.id,
        digest=digest_of({"phone_change_id": arguments["phone_change_id"]}),
        at=business_now(),
    )


def _complete(
    session: Session, request: Request, phone_change_id: str, new_phone: str, receipt: Receipt
) -> Answer:
    person = _person(session, request, lock=True)
    change = _living(session, person, phone_change_id)
    if change.new_phone != new_phone:
        sentence = "短信验证码与填写的新手机号不符，请重新获取验证码。"
        raise Refusal("code_for_something_else", sentence, pointer="/new_phone")
    use_receipt(session, receipt, request)
    take_effect(session, person, change, "complete", actor=person.fund_number)
    attempts.forget(session, [door_of(person.fund_number)])
    return _shown(change) | {"sessions_ended": end_other_sessions(session, request)["ended"]}


def take_effect(session: Session, person: Person, change: PhoneChange, action: str, *, actor: str) -> None:
    """The new phone in place of the old one, announced. It is a login name once a code came back from it."""
    now = business_now()
    person.phone, person.phone_index = change.new_phone, phone_index(change.new_phone)
    person.phone_verified_at, change.changed_at = None, now
    told, whose = {"fund_number": person.fund_number, "at": now.isoformat()}, f"phone:{person.fund_number}"
    move(session, PHONE_CHANGE, change, action, actor=actor, at=now, payload=told, aggregate=whose)


def _living(session: Session, person: Person, phone_change_id: str) -> PhoneChange:
    """The own change that may still be saved: not too old, and nothing changed the phone since."""
    change = session.scalar(
        select(PhoneChange)
        .where(PhoneChange.number == phone_change_id, PhoneChange.fund_number == person.fund_number)
        .with_for_update()
    )
    if change is None:
        raise NotFound("no_such_phone_change", "没有找到这次手机号变更，请重新获取验证码。")
    lapsed = change.expires_at <= business_now()
    if change.state != BEGUN or lapsed or change.former_phone != person.phone:
        raise Refusal("phone_change_over", "这次手机号变更已超时或已办结，请重新获取验证码。")
    return change


def _person(session: Session, request: Request, *, lock: bool = False) -> Person:
    return session.get_one(Person, request.person.id, with_for_update=lock or None)


def _shown(change: PhoneChange) -> Answer:
    changed_at = change.changed_at or change.begun_at
    return {
        "number": change.number,
        "former_phone": mask_mobile(change.former_phone) if change.former_phone else None,
        "phone": mask_mobile(change.new_phone),
        "changed_at": changed_at.astimezone(CHINA).isoformat(),
    }
