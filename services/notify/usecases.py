"""What notify does when it is asked: issue a code, check one, list messages, tell a depositor of an event."""

import hmac
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Any, Protocol

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import business_now, technical_at
from services.common.database import DatabaseAccess
from services.common.errors import Forbidden, Invalid, Refusal, Unauthenticated
from services.common.events import Event
from services.common.move import begin
from services.common.policy import Policy, load_policy
from services.common.receipts import Receipt, sign_receipt
from services.common.request import Request
from services.common.sealed import blind_index
from services.common.settings import settings
from services.common.subject import require_professional
from services.notify.counters import hidden, take_turn
from services.notify.models import MESSAGE_NUMBERS, Code, CodeTry, Message
from services.notify.purposes import PURPOSES, Purpose
from services.notify.rules import masked_phone, subjects
from services.notify.states import MESSAGE
from services.notify.templates import TEMPLATES, Facts

Answer = dict[str, Any]
Wake = Callable[[], None]
ACTOR = "notify"


class Asked(Protocol):
    """Another service that answers questions."""

    def call(self, method: str, arguments: dict[str, Any], request: Request) -> Any: ...


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who wants a code. Without a fund number `person` names a first visit or an application."""

    purpose: Purpose
    person: str
    fund_number: str | None

    @property
    def known_as(self) -> dict[str, str]:
        """How auth is asked for this person's phone."""
        known_by = "fund_number" if self.fund_number else self.purpose.known_by
        return {known_by: self.person}


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where codes of a person go. Nobody is behind a first visit without a phone; `target` stands in."""

    phone: str | None
    target: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A code is wanted: by whom, sent where, for what (`digest`), asked from which IP address."""

    asker: Asker
    contact: Contact
    digest: str
    address: str


def policy() -> Policy:
    """The figures of this city."""
    return load_policy(settings().city)


def asker_of(arguments: Answer, request: Request) -> Asker:
    """Who asks, in the role the purpose wants. Raises Unauthenticated, Forbidden or Invalid."""
    purpose = PURPOSES.get(arguments["purpose"])
    if purpose.role is None:
        person = arguments.get(purpose.known_by)
        if not person:
            sentence = f"请先开始办理“{purpose.title_zh}”。"
            raise Invalid(f"{purpose.known_by}_missing", sentence, pointer=f"/{purpose.known_by}")
        return Asker(purpose=purpose, person=person, fund_number=None)
    if request.subject is None:
        raise Unauthenticated("not_logged_in", "请先登录。")
    if request.subject.role != purpose.role or request.subject.restricted:
        raise Forbidden("role_not_allowed", "当前身份不能办理此业务。")
    require_professional(request.subject)
    return Asker(purpose=purpose, person=request.subject.id, fund_number=request.subject.id)


def contact_of(auth: Asked, asker: Asker, request: Request) -> Contact:
    """The asker's phone, from auth. Raises Unavailable; Refusal when somebody logged in has no phone."""
    said = auth.call("contact", asker.known_as, request)
    if said["phone"] is None and asker.fund_number:
        raise Refusal("phone_missing", "您尚未登记手机号，请到公积金服务大厅登记后办理。")
    return Contact(phone=said["phone"], target=said["target"])


def wish_of(auth: Asked, arguments: Answer, request: Request) -> Wish:
    """The wish in a request, with the phone fetched from auth. Raises as `asker_of` and `contact_of`."""
    asker = asker_of(arguments, request)
    contact = contact_of(auth, asker, request)
    return Wish(asker=asker, contact=contact, digest=arguments["digest"], address=arguments["address"])


def issue(session: Session, request: Request, wish: Wish, wake: Wake) -> Answer:
    """Write a new code and its message; the code before it is void. Raises TooMany.

    An unknown first visit goes the same way to the last row: its message has no phone and is never sent.
    """
    now, figures = business_now(), policy()
    counted = hidden(subjects(wish.contact.target, wish.contact.phone, wish.address))
    next_at = take_turn(session, counted, figures, now)
    life_s = figures.figure("code_life_s").whole(now.date())
    expires_at = now + timedelta(seconds=life_s)
    plain = _fresh_code(figures.figure("code_digits").whole(now.date()))
    message = Message(
        cause=_replace_code(session, wish, plain, now, expires_at),
        fund_number=wish.asker.fund_number,
        phone=wish.contact.phone,
        code=plain,
        send_before_at=expires_at,
    )
    write_message(session, message, wish.asker.purpose.template, {"life_s": life_s}, wake)
    return {"sent": True, "expires_at": expires_at.isoformat(), "next_at": next_at.isoformat()}


def _fresh_code(digits: int) -> str:
    return str(randbelow(10**digits)).zfill(digits)


def _replace_code(session: Session, wish: Wish, plain: str, now: datetime, expires_at: datetime) -> str:
    code_id = str(uuid.uuid4())
    values = {
        "id": code_id,
        "digest": wish.digest,
        "code_hash": code_hash(code_id, plain),
        "issued_at": now,
        "expires_at": expires_at,
        "verified_at": None,
    }
    row = insert(Code).values(purpose=wish.asker.purpose.code, person=wish.asker.person, **values)
    session.execute(row.on_conflict_do_update(index_elements=[Code.purpose, Code.person], set_=values))
    return code_id


def code_hash(code_id: str, plain: str) -> bytes:
    """What is kept of a code: a hash under the service's key, bound to this very code."""
    return blind_index(f"code:{code_id}:{plain}")


def write_message(session: Session, message: Message, template_code: str, facts: Facts, wake: Wake) -> None:
    """Queue a message with its template's text in the session's transaction; `wake` follows the commit."""
    template, now = TEMPLATES.get(template_code), business_now()
    signature = str(policy().figure("sms_signature").on(now.date()))
    message.number = f"S{now:%Y%m%d}{session.scalar(select(MESSAGE_NUMBERS.next_value())):08d}"
    message.template, message.template_version = template.code, template.version
    message.text = template.render(facts, signature)
    message.next_attempt_at, message.written_at = technical_at(), now
    begin(session, MESSAGE, message, actor=ACTOR, at=now)
    sqlalchemy_event.listen(session, "after_commit", lambda _: wake(), once=True)


def check(database: DatabaseAccess, arguments: Answer, request: Request) -> Answer:
    """A receipt for the right code.

    A try is spent and committed before the code is looked at, so that neither a refusal nor a crash nor a
    hundred guesses at once give one back.
    """
    asker = asker_of(arguments, request)
    with database.write() as session:
        code_id = _spend_try(session, request, asker, arguments)
    return database.once(request, _receipt, code_id, arguments["code"])


def _spend_try(session: Session, request: Request, asker: Asker, arguments: Answer) -> str:
    wanted = (Code.purpose == asker.purpose.code, Code.person == asker.person)
    code = session.scalar(select(Code).where(*wanted).with_for_update())
    if code is None:
        raise _refused("code_not_asked", "请先获取短信验证码。")
    if code.digest != arguments["digest"]:
        raise _refused("code_for_something_else", "短信验证码与本次业务不符，请重新获取。")
    if code.expires_at <= business_now():
        raise _refused("code_expired", "短信验证码已过期，请重新获取。")
    row = insert(CodeTry).values(**_try_key(code.id, arguments["code"], request), tried_at=business_now())
    spent = session.execute(row.on_conflict_do_nothing().returning(CodeTry.code_id)).first()
    if spent and _wrong_tries(session, code.id) > tries_allowed():
        raise _void()
    return code.id


def _try_key(code_id: str, plain: str, request: Request) -> dict[str, Any]:
    return {"code_id": code_id, "op_id": request.op_id, "attempt_hash": code_hash(code_id, plain)}


def tries_allowed() -> int:
    """How many wrong tries void a code."""
    return policy().figure("code_tries").whole(business_now().date())


def _wrong_tries(session: Session, code_id: str) -> int:
    """Tries that were not right, those just being looked at included."""
    wrong = select(func.count()).where(CodeTry.code_id == code_id, CodeTry.right.is_(False))
    return session.scalar(wrong) or 0


def _receipt(session: Session, request: Request, code_id: str, plain: str) -> Answer:
    code = session.scalar(select(Code).where(Code.id == code_id).with_for_update())
    if code is None:
        raise _refused("code_replaced", "该验证码已被新的验证码取代，请填写最新收到的验证码。")
    if not hmac.compare_digest(code.code_hash, code_hash(code_id, plain)):
        raise _wrong(tries_allowed() - _wrong_tries(session, code_id))
    key = _try_key(code_id, plain, request)
    session.execute(update(CodeTry).filter_by(**key).values(right=True))
    code.verified_at = code.verified_at or business_now()
    return {"receipt": sign_receipt(_receipt_of(code))}


def _receipt_of(code: Code) -> Receipt:
    """Always the same for one code: the owner of the effect can tell a second use."""
    life_s = policy().figure("code_receipt_life_s").whole(code.issued_at.date())
    return Receipt(
        id=f"code-{code.id}",
        purpose=code.purpose,
        person=code.person,
        digest=code.digest,
        expires_at=int(code.issued_at.timestamp()) + life_s,
    )


def _refused(code: str, sentence: str) -> Refusal:
    return Refusal(code, sentence, pointer="/code")


def _void() -> Refusal:
    return _refused("code_void", f"验证码输错{tries_allowed()}次，已作废，请重新获取。")


def _wrong(left: int) -> Refusal:
    if left <= 0:
        return _void()
    figures = {"tries_left": str(left)}
    return Invalid("code_wrong", f"验证码不正确，还可再试{left}次。", pointer="/code", figures=figures)


def tell(session: Session, event: Event, wake: Wake) -> None:
    """Write the message of an event to its depositor, when the event has a text among the templates.

    KeyError or TypeError for a payload without what the text needs: the event is retried, then a dead letter.
    """
    if event.name not in TEMPLATES:
        return
    message = Message(cause=event.message_id, fund_number=event.payload["fund_number"], phone=None, code=None)
    write_message(session, message, event.name, event.payload, wake)


def own_messages(session: Session, fund_number: str, arguments: Answer) -> Answer:
    """A page of the depositor's own messages, newest first, without codes and with the phone masked."""
    wanted = select(Message).where(Message.fund_number == fund_number).order_by(Message.number.desc())
    if arguments["cursor"]:
        wanted = wanted.where(Message.number < arguments["cursor"])
    rows = session.scalars(wanted.limit(arguments["limit"] + 1)).all()
    page = rows[: arguments["limit"]]
    return {
        "items": [_shown(row) for row in page],
        "next_cursor": page[-1].number if len(rows) > len(page) else None,
    }


def _shown(row: Message) -> Answer:
    return {
        "number": row.number,
        "title": TEMPLATES.get(row.template).title_zh,
        "text": row.text,
        "phone_masked": masked_phone(row.phone) if row.phone else None,
        "state": row.state,
        "state_label": MESSAGE.labels[row.state],
        "written_at": row.written_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
    }
