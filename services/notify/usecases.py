"""What notify does about codes: issue one, check one, and let another use of notify spend one."""

import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Any, Protocol

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import business_now
from services.common.database import DatabaseAccess
from services.common.errors import Forbidden, Invalid, Refusal, Unauthenticated
from services.common.identifiers import mask_mobile
from services.common.receipts import Receipt, sign_receipt
from services.common.request import Request
from services.common.sealed import blind_index
from services.common.subject import Subject, require_professional
from services.notify.counters import count_approved, count_issued, forgive, hidden, take_turn
from services.notify.messages import Answer, Wake, policy, write_message
from services.notify.models import Code, CodeTry, Message
from services.notify.purposes import PURPOSES, Purpose
from services.notify.rules import PHONE, Asking, subjects


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
    """Where codes of a person go. Nobody is behind a first visit without a phone; `target` stands in.

    `typed`: the phone was typed just now and may be anybody's, so it gets fewer codes.
    """

    phone: str | None
    target: str
    typed: bool = False


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A code is wanted: by whom, sent where, for what (`digest`), asked from which IP address."""

    asker: Asker
    contact: Contact
    digest: str
    address: str


def asker_of(arguments: Answer, request: Request) -> Asker:
    """Who asks, in the role the purpose wants. Raises Unauthenticated, Forbidden or Invalid."""
    purpose = PURPOSES.get(arguments["purpose"])
    if purpose.role is None:
        person = arguments.get(purpose.known_by)
        if not person:
            sentence = f"请先开始办理“{purpose.title_zh}”。"
            raise Invalid(f"{purpose.known_by}_missing", sentence, pointer=f"/{purpose.known_by}")
        return Asker(purpose=purpose, person=person, fund_number=None)
    subject = allowed(purpose, request)
    return Asker(purpose=purpose, person=subject.id, fund_number=subject.id)


def allowed(purpose: Purpose, request: Request) -> Subject:
    """The subject, in the role and edition the purpose wants. Raises Unauthenticated or Forbidden."""
    if request.subject is None:
        raise Unauthenticated("not_logged_in", "请先登录。")
    if request.subject.role != purpose.role or request.subject.restricted:
        raise Forbidden("role_not_allowed", "当前身份不能办理此业务。")
    if purpose.professional:
        require_professional(request.subject)
    return request.subject


def contact_of(auth: Asked, asker: Asker, request: Request) -> Contact:
    """The asker's phone, from auth. Raises Unavailable; Refusal when somebody logged in has no phone."""
    said = auth.call("contact", asker.known_as, request)
    if said["phone"] is None and asker.fund_number:
        raise Refusal("phone_missing", "您尚未登记手机号，请本人持身份证到任一管理部柜台登记后办理。")
    return Contact(phone=said["phone"], target=said["target"], typed=asker.purpose.typed)


def wish_of(auth: Asked, arguments: Answer, request: Request) -> Wish:
    """The wish in a request, with the phone fetched from auth. Raises as `asker_of` and `contact_of`."""
    asker = asker_of(arguments, request)
    contact = contact_of(auth, asker, request)
    return Wish(asker=asker, contact=contact, digest=arguments["digest"], address=arguments["address"])


def issue(session: Session, request: Request, wish: Wish, wake: Wake) -> Answer:
    """Write a new code and its message; the code before it is void. Raises TooMany: then nothing is written.

    An unknown first visit goes the same way to the last row: its message has no phone and is never sent.
    """
    now, figures = business_now(), policy()
    counted = hidden(subjects(_asking(wish)))
    life_s = figures.figure("code_life_s").whole(now.date())
    expires_at = now + timedelta(seconds=life_s)
    plain = _fresh_code(figures.figure("code_digits").whole(now.date()))
    # First the code's row, then the counters, as checking does: nobody waits for another in a circle.
    cause = _replace_code(session, wish, plain, (now, expires_at), counted[PHONE])
    next_at = take_turn(session, counted, figures, now)
    count_issued(session, wish.asker.purpose.code, now)
    message = Message(
        cause=cause,
        fund_number=wish.asker.fund_number,
        phone=wish.contact.phone,
        code=plain,
        send_before_at=expires_at,
    )
    write_message(session, message, wish.asker.purpose.template, {"life_s": life_s}, wake)
    # Where it went is told to whoever is logged in; somebody else may not learn whose phone it is.
    known = wish.contact.phone if wish.asker.fund_number else None
    answer = {"sent": True, "expires_at": expires_at.isoformat(), "next_at": next_at.isoformat()}
    return answer | ({"sent_to": mask_mobile(known)} if known else {})


def _asking(wish: Wish) -> Asking:
    return Asking(
        target=wish.contact.target,
        phone=wish.contact.phone,
        typed=wish.contact.typed,
        account=wish.asker.fund_number,
        address=wish.address,
    )


def _fresh_code(digits: int) -> str:
    return str(randbelow(10**digits)).zfill(digits)


def _replace_code(
    session: Session, wish: Wish, plain: str, life: tuple[datetime, datetime], subject: bytes
) -> str:
    code_id = str(uuid.uuid4())
    values = {
        "id": code_id,
        "digest": _kept_digest(wish.digest),
        "code_hash": code_hash(code_id, plain),
        "subject": subject,
        "issued_at": life[0],
        "expires_at": life[1],
        "verified_at": None,
    }
    row = insert(Code).values(purpose=wish.asker.purpose.code, person=wish.asker.person, **values)
    session.execute(row.on_conflict_do_update(index_elements=[Code.purpose, Code.person], set_=values))
    return code_id


def _kept_digest(digest: str) -> str:
    """What is kept of a digest: a plain one of something guessable, like a phone, would give it away."""
    return blind_index(f"digest:{digest}").hex()


def code_hash(code_id: str, plain: str) -> bytes:
    """What is kept of a code: a hash under the service's key, bound to this very code."""
    return blind_index(f"code:{code_id}:{plain}")


def check(database: DatabaseAccess, arguments: Answer, request: Request) -> Answer:
    """A receipt for the right code.

    A try is spent and committed before the code is looked at, so that neither a refusal nor a crash nor a
    hundred guesses at once give one back.
    """
    asker = asker_of(arguments, request)
    plain, digest = arguments["code"], arguments["digest"]
    with database.write() as session:
        code_id = spend_try(session, request, asker, plain, digest)
    return database.once(request, _receipt, (code_id, plain), digest)


def spend_try(session: Session, request: Request, asker: Asker, plain: str, digest: str) -> str:
    """Spend one try at the living code of the asker for `digest`; its id. Commit before `given_back`.

    Raises Refusal when there is no such code, it expired, or its tries are used up.
    """
    code = session.scalar(select(Code).where(*_living(asker)).with_for_update())
    if code is None:
        raise _refused("code_not_asked", "请先获取短信验证码。")
    if code.digest != _kept_digest(digest):
        raise _refused("code_for_something_else", "短信验证码与本次业务不符，请重新获取。")
    if code.expires_at <= business_now():
        raise _refused("code_expired", "短信验证码已过期，请重新获取。")
    row = insert(CodeTry).values(**_try_key(code.id, plain, request), tried_at=business_now())
    spent = session.execute(row.on_conflict_do_nothing().returning(CodeTry.code_id)).first()
    if spent and _wrong_tries(session, code.id) > tries_allowed():
        raise _void()
    return code.id


def _living(asker: Asker) -> tuple[ColumnElement[bool], ...]:
    return (Code.purpose == asker.purpose.code, Code.person == asker.person)


def _try_key(code_id: str, plain: str, request: Request) -> dict[str, Any]:
    return {"code_id": code_id, "op_id": request.op_id, "attempt_hash": code_hash(code_id, plain)}


def tries_allowed() -> int:
    """How many wrong tries void a code."""
    return policy().figure("code_tries").whole(business_now().date())


def _wrong_tries(session: Session, code_id: str) -> int:
    """Tries that were not right, those just being looked at included."""
    wrong = select(func.count()).where(CodeTry.code_id == code_id, CodeTry.right.is_(False))
    return session.scalar(wrong) or 0


def _receipt(session: Session, request: Request, typed: tuple[str, str], digest: str) -> Answer:
    code = given_back(session, request, *typed)
    return {"receipt": sign_receipt(receipt_of(code, digest))}


def given_back(session: Session, request: Request, code_id: str, plain: str) -> Code:
    """The code, when `plain` is it: the try counts as right, the phone's back-off is over. Raises Refusal."""
    code = session.scalar(select(Code).where(Code.id == code_id).with_for_update())
    if code is None:
        raise _refused("code_replaced", "该验证码已被新的验证码取代，请填写最新收到的验证码。")
    if not hmac.compare_digest(code.code_hash, code_hash(code_id, plain)):
        raise _wrong(tries_allowed() - _wrong_tries(session, code_id))
    key = _try_key(code_id, plain, request)
    session.execute(update(CodeTry).filter_by(**key).values(right=True))
    if code.verified_at is None:
        code.verified_at = business_now()
        count_approved(session, code.purpose, code.issued_at)
    if code.subject:
        forgive(session, code.subject)
    return code


def receipt_of(code: Code, digest: str) -> Receipt:
    """Always the same for one code: the owner of the effect can tell a second use."""
    life_s = policy().figure("code_receipt_life_s").whole(code.issued_at.date())
    return Receipt(
        id=f"code-{code.id}",
        purpose=code.purpose,
        person=code.person,
        digest=digest,
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
