"""The word of the provider who verifies faces: asked for, heard by callback, looked after until it is final.

Callback, question and sweep all end in `settle`, which acts once under the opening's lock, in whatever order
and however often they come. No answer is not a no.
"""

import hmac
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.auth.adapters import FaceProvider, FaceWord, Verdict, face_word
from services.auth.models import Opening
from services.auth.rules import person_digest
from services.auth.states import DRAFTED, PASSED, VERIFYING
from services.auth.usecases import passes
from services.common.callbacks import genuine
from services.common.clock import business_now, technical_at
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Forbidden, NotFound
from services.common.logs import get_logger
from services.common.outside import NoAnswer
from services.common.request import Request

log = get_logger(__name__)

FIRST_LOOK = timedelta(seconds=10)
_LONGEST_PAUSE_S = 60
_AT_ONCE = 20


def start(database: DatabaseAccess, face: FaceProvider, number: str) -> None:
    """Order the verification, or find the page of the order there is; without an answer nothing is kept."""
    with database.read() as session:
        opening = session.get_one(Opening, number)
    if opening.state != VERIFYING or opening.name is None or opening.id_number is None:
        return
    try:
        page_url = face.start(number, opening.name, opening.id_number)
    except NoAnswer as trouble:
        log.warning("face verification not ordered", opening=number, cause=str(trouble.args[-1]))
        return
    with database.write() as session:
        session.execute(update(Opening).where(Opening.number == number).values(page_url=page_url))


def ask(database: DatabaseAccess, face: FaceProvider, opening: Opening) -> None:
    """Ask what became of an order, closing it when its time is over, and do what follows."""
    over = opening.expires_at <= business_now()
    try:
        word = face.close(opening.number) if over else face.enquire(opening.number)
    except NoAnswer as trouble:
        log.warning("face verification not answered", opening=opening.number, cause=str(trouble.args[-1]))
        return
    with database.write() as session:
        settle(session, opening.number, word)


def hear(database: DatabaseAccess, face: FaceProvider, callback: dict[str, str], request: Request) -> Answer:
    """The provider's callback. Forbidden unless it is genuine, and for the person of its order."""
    told = genuine(face.key, callback)
    return database.once(request, _hear, str(told.get("order_number") or ""), face_word(told))


def _hear(session: Session, request: Request, number: str, word: FaceWord) -> Answer:
    settle(session, number, word)
    return {"received": True}


def settle(session: Session, number: str, word: FaceWord) -> None:
    """Do what the provider's word means for an opening that still waits for it; once, whoever brings it.

    Raises NotFound for a number that is no opening's, Forbidden when the face was another person's.
    """
    wanted = select(Opening).where(Opening.number == number).with_for_update()
    opening = session.scalars(wanted).one_or_none()
    if opening is None:
        raise NotFound("no_such_opening", "没有找到这次开通，请重新开始。")
    if opening.state != VERIFYING or word.verdict is Verdict.PENDING:
        return
    _refuse_another_face(opening, word)
    _ENDS[word.verdict](session, opening, word)


def _refuse_another_face(opening: Opening, word: FaceWord) -> None:
    expected = person_digest(opening.number, opening.name or "", opening.id_number or "")
    if word.verdict is not Verdict.CLOSED and not hmac.compare_digest(
        expected.encode(), word.person.encode()
    ):
        log.error("face verification of another person", opening=opening.number)
        raise Forbidden("another_person", "核验结果与申请人不符。")


def _failed(session: Session, opening: Opening, word: FaceWord) -> None:
    passes.fail(session, opening, passes.PROVIDER, "face_failed")


def _closed(session: Session, opening: Opening, word: FaceWord) -> None:
    passes.expire(session, opening)


_ENDS = {Verdict.PASSED: passes.passed, Verdict.FAILED: _failed, Verdict.CLOSED: _closed}


def sweep(database: DatabaseAccess, face: FaceProvider) -> None:
    """Ask about every verification that is due, and end what waits for the person too long; idempotent."""
    _expire_left_alone(database)
    with database.read() as session:
        due = session.scalars(
            select(Opening)
            .where(Opening.ask_after <= technical_at())
            .order_by(Opening.ask_after)
            .limit(_AT_ONCE)
        ).all()
    for opening in due:
        _put_off(database, opening)
        _ask_quietly(database, face, opening)


def _ask_quietly(database: DatabaseAccess, face: FaceProvider, opening: Opening) -> None:
    try:
        ask(database, face, opening)
    except Forbidden:
        # Logged where it was found; the other openings go on, this one ends when its time is over.
        return


def _put_off(database: DatabaseAccess, opening: Opening) -> None:
    pause = timedelta(seconds=min(10 * 2**opening.tries, _LONGEST_PAUSE_S))
    later: dict[str, Any] = {"tries": Opening.tries + 1, "ask_after": technical_at() + pause}
    waiting = (Opening.number == opening.number, Opening.state == VERIFYING)
    with database.write() as session:
        session.execute(update(Opening).where(*waiting).values(later))


def _expire_left_alone(database: DatabaseAccess) -> None:
    lapsed = (Opening.state.in_((DRAFTED, PASSED)), Opening.expires_at <= business_now())
    with database.write() as session:
        wanted = select(Opening).where(*lapsed).limit(_AT_ONCE).with_for_update(skip_locked=True)
        for opening in session.scalars(wanted).all():
            passes.expire(session, opening)
