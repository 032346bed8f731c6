"""Captchas: drawn, told to the rehearsal's witness, and tried once (A-11)."""

import base64
import secrets
from typing import Any

from eventlet import tpool
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.adapters import CaptchaWitness
from services.auth.captcha_drawing import Drawn, draw
from services.auth.models import Captcha
from services.auth.rules import normal_captcha_answer
from services.auth.usecases.limits import minutes
from services.common.clock import CHINA, business_now
from services.common.database import Answer, DatabaseAccess, operation_id
from services.common.errors import Invalid
from services.common.request import Request
from services.common.sealed import blind_index


def issue(database: DatabaseAccess, witness: CaptchaWitness, request: Request) -> Answer:
    """A picture of letters, and a question in words for who cannot see it; either answer passes, once.

    The same key gets the same captcha while it lives. `expires_at` is of the business clock.
    """
    drawn: Drawn = tpool.execute(draw)
    captcha_id = secrets.token_hex(16)
    with database.write() as session:
        _store(session, captcha_id, drawn, operation_id(request))
        captcha = session.scalars(select(Captcha).where(Captcha.op_id == operation_id(request))).one()
    if captcha.number == captcha_id:
        witness.tell(captcha_id, drawn.letters)
    return _shown(captcha)


def _store(session: Session, captcha_id: str, drawn: Drawn, op_id: str) -> None:
    now = business_now()
    session.execute(delete(Captcha).where(Captcha.op_id == op_id, Captcha.expires_at <= now))
    row = insert(Captcha).values(
        number=captcha_id,
        op_id=op_id,
        letters_hash=_hash(captcha_id, drawn.letters),
        question=drawn.question,
        question_hash=_hash(captcha_id, drawn.question_answer),
        image_png=drawn.image_png,
        expires_at=now + minutes("captcha_minutes"),
    )
    session.execute(row.on_conflict_do_nothing())


def _shown(captcha: Captcha) -> Answer:
    return {
        "captcha_id": captcha.number,
        "image_png": base64.b64encode(captcha.image_png).decode(),
        "question": captcha.question,
        "expires_at": captcha.expires_at.astimezone(CHINA).isoformat(),
    }


def _hash(captcha_id: str, answer: str) -> bytes:
    return blind_index(f"captcha:{captcha_id}:{normal_captcha_answer(answer)}")


def spend(session: Session, captcha_id: str, answer: str) -> bool:
    """Try the captcha: it is gone afterwards, right or wrong. The caller must commit before refusing."""
    gone = delete(Captcha).where(Captcha.number == captcha_id)
    columns = (Captcha.letters_hash, Captcha.question_hash, Captcha.expires_at)
    row = session.execute(gone.returning(*columns)).one_or_none()
    if row is None or row.expires_at <= business_now():
        return False
    return _hash(captcha_id, answer) in (row.letters_hash, row.question_hash)


def pass_captcha(database: DatabaseAccess, request: Request, arguments: dict[str, Any]) -> None:
    """Spend the captcha of a form, and keep it spent; Invalid for a wrong, used or expired one."""
    if not database.once(request.step("captcha"), _spend, arguments)["right"]:
        raise refused()


def _spend(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
    return {"right": spend(session, *arguments_of(arguments))}


def refused() -> Invalid:
    """What somebody reads whose captcha is wrong, used or expired."""
    return Invalid("captcha_wrong", "验证码不正确或已失效，请换一张再试。", pointer="/captcha_answer")


def arguments_of(arguments: dict[str, Any]) -> tuple[str, str]:
    """Captcha and answer among the arguments of a form."""
    return arguments["captcha_id"], arguments["captcha_answer"]
