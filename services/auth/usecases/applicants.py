"""Applicants: people without an account who open one as freelancers, from the form to the first session.

Whoever is typed in stands here, sealed, until deposit has opened the account; then the person is made, and
nothing personal is left in the applicant's row (A-21, A-22).
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.auth.models import Applicant, Login, Person
from services.auth.passwords import PasswordWork
from services.auth.rules import PROFESSIONAL
from services.auth.states import APPLICANT, BEGUN, OPENED
from services.auth.usecases import attempts, captchas
from services.auth.usecases.attempts import at_address
from services.auth.usecases.limits import APPLICATIONS, minutes
from services.auth.usecases.own_password import refuse_weak
from services.auth.usecases.people import id_number_index, phone_index
from services.auth.usecases.sessions import Entry, open_session
from services.common.applications import FREELANCER_OPENING, opening_digest
from services.common.clock import business_now, business_today
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Invalid, Refusal, TooMany
from services.common.identifiers import Malformed, parse_id_number, parse_mobile, parse_name
from services.common.inbox import Event
from services.common.move import begin as begin_row
from services.common.move import move
from services.common.operation_log import belongs_to
from services.common.password_length import password_hint
from services.common.receipts import Receipt, use_receipt, verify_receipt
from services.common.request import Request
from services.common.sealed import blind_index

_PARSERS: dict[str, Callable[[str], str]] = {
    "name": parse_name,
    "id_number": parse_id_number,
    "phone": parse_mobile,
}
ACTOR = "deposit"
_TOO_MANY = TooMany("too_many_applications", "本网络地址提交的开户申请过多，请在{minutes}分钟后再试。")
# Every event of an account is heard, so that no gap is seen in its numbers; this one matters here.
HEARD = (OPENING := "account.opened", "account.closed")


def begin(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Note who applies; a code may then be sent to the typed phone. The same answer for anybody.

    The captcha comes first, and an address may begin only so many applications: phones are not bombed and
    numbers not tried.
    """
    typed = {name: _parsed(name, arguments[name]) for name in _PARSERS}
    captchas.pass_captcha(database, request, arguments)
    attempts.knock(database, request, at_address(APPLICATIONS, arguments), _TOO_MANY)
    return database.once(request, _begin, typed)


def _parsed(name: str, typed: str) -> str:
    try:
        return _PARSERS[name](typed)
    except Malformed as error:
        raise Invalid("field_malformed", f"{error}。", pointer=f"/{name}") from None


def _begin(session: Session, request: Request, typed: Mapping[str, str]) -> Answer:
    now = business_now()
    number = secrets.token_hex(16)
    row = Applicant(number=number, begun_at=now, expires_at=now + minutes("applicant_minutes"), **typed)
    begin_row(session, APPLICANT, row, actor=number, at=now)
    return {
        "applicant": number,
        "expires_at": row.expires_at.isoformat(),
        "password_hint": password_hint(),
    }


def _is_over(row: Applicant) -> bool:
    return row.state != BEGUN or row.expires_at <= business_now()


def state(database: DatabaseAccess, number: str) -> Answer:
    """{state, label}: begun, opened, or over for one that lapsed or never was."""
    with database.read() as session:
        row = session.get(Applicant, number)
    over = row is None or (row.state == BEGUN and row.password_hash is None and _is_over(row))
    if row is None or over:
        return {"state": "over", "state_label": "已失效"}
    return {"state": row.state, "state_label": APPLICANT.labels[row.state]}


def set_password(
    database: DatabaseAccess, passwords: PasswordWork, arguments: dict[str, Any], request: Request
) -> Answer:
    """Keep the password typed into the same form (A-21), for whoever has the code to the typed phone.

    The receipt is looked at and not used up: it is deposit that opens something with it.
    """
    _receipt(arguments)
    with database.read() as session:
        row = _living(session, arguments)
    refuse_weak(arguments["password"], (row.id_number or "", row.phone or ""))
    password_hash = passwords.hashed(arguments["password"], request.remaining_s())
    return database.once(request, _keep_password, password_hash, arguments)


def _receipt(arguments: Mapping[str, Any]) -> Receipt:
    return verify_receipt(
        arguments["receipt"],
        purpose=FREELANCER_OPENING,
        person=arguments["applicant"],
        digest=opening_digest(arguments),
        at=business_now(),
    )


def _living(session: Session, arguments: Mapping[str, Any]) -> Applicant:
    """The applicant's row, when it is about just this person."""
    row = session.get(Applicant, arguments["applicant"], with_for_update=True)
    if row is None or _is_over(row):
        raise Refusal("application_over", "本次开户申请已失效或已经办结，请重新填写并获取短信验证码。")
    if (row.name, row.id_number) != (arguments["name"], arguments["id_number"]):
        sentence = "姓名或身份证号码与获取短信验证码时不一致，请重新获取。"
        raise Refusal("code_for_something_else", sentence, pointer="/code")
    return row


def _keep_password(
    session: Session, request: Request, password_hash: str, arguments: Mapping[str, Any]
) -> Answer:
    _living(session, arguments).password_hash = password_hash
    return {}


def hear(session: Session, event: Event) -> None:
    """Make the person whose account deposit has opened: professional edition, verified phone, password.

    LookupError when there is no such applicant: the event is tried again, then a dead letter staff look at.
    """
    told = event.payload
    if event.name != OPENING:
        return
    row = session.get(Applicant, told["applicant"], with_for_update=True)
    if row is None:
        raise LookupError("an account was opened for an applicant who is not known")
    if row.state == OPENED:
        return
    _make_person(session, row, told["fund_number"])
    row.fund_number = told["fund_number"]
    row.name = row.id_number = row.phone = row.password_hash = None
    move(session, APPLICANT, row, "open", actor=ACTOR, at=business_now())


def _make_person(session: Session, row: Applicant, fund_number: str) -> None:
    name, id_number, phone = str(row.name), str(row.id_number), str(row.phone)
    now, today = business_now(), business_today()
    _let_go_of_former(session, id_number)
    session.add(
        Person(
            fund_number=fund_number,
            name=name,
            id_number=id_number,
            id_number_index=id_number_index(id_number),
            phone=phone,
            phone_index=phone_index(phone),
            phone_verified_at=now,
            professional_since_on=today,
            registered_on=today,
        )
    )
    session.flush()
    if row.password_hash is not None:
        hashed = row.password_hash
        session.add(Login(fund_number=fund_number, password_hash=hashed, made_at=now, changed_at=now))


def _let_go_of_former(session: Session, id_number: str) -> None:
    """A person who once closed an account keeps its login by fund number; other names lead to the new one."""
    mine = Person.id_number_index == id_number_index(id_number)
    former = session.scalar(select(Person).where(mine).with_for_update())
    if former is None:
        return
    former.id_number_index = blind_index(f"former:{former.fund_number}")
    if former.phone is not None:
        former.phone_index = blind_index(f"former phone:{former.fund_number}")
    session.flush()


def enter(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """The first session, at once after the opening (A-22); 409 while the opening is not heard of here."""
    return database.once(request, _enter, _receipt(arguments), arguments)


def _enter(session: Session, request: Request, receipt: Receipt, arguments: Mapping[str, Any]) -> Answer:
    row = session.get(Applicant, arguments["applicant"])
    if row is None or row.state != OPENED:
        raise Refusal("opening_not_heard", "账户正在开立，请稍候。", retry_after_s=1)
    use_receipt(session, receipt, request)
    entry = Entry(
        holder=str(row.fund_number),
        role="citizen",
        edition=PROFESSIONAL,
        client=arguments["client"],
        address=arguments["address"],
    )
    opened = open_session(session, entry)
    belongs_to(session, request, entry.holder, session_id=opened["session_id"])
    return opened | {"fund_number": row.fund_number}
