"""The word of the provider who verifies faces: asked for, heard by callback, looked after until it is final.

Callback, question and sweep all end in `settle`, which acts once under the opening's lock, in whatever order
and however often they come. No answer is not a no.
"""

import hmac
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.adapters import FaceProvider, FaceWord, Verdict, face_word
from services.auth.models import Login, Opening, Person
from services.auth.rules import Proven, normal_name, person_digest, why_not_opened
from services.auth.states import DRAFTED, OPENING, VERIFYING
from services.auth.usecases import editions
from services.auth.usecases.editions import AGREEMENT
from services.auth.usecases.people import id_number_index
from services.auth.usecases.sessions import end_all
from services.common.agreements import Signature, load_agreements
from services.common.callbacks import genuine
from services.common.clock import business_now, technical_at
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Forbidden, NotFound
from services.common.logs import get_logger
from services.common.move import move
from services.common.outside import NoAnswer
from services.common.request import Request
from services.common.settings import settings

log = get_logger(__name__)

FIRST_LOOK = timedelta(seconds=10)
_LONGEST_PAUSE_S = 60
_AT_ONCE = 20
_PROVIDER, _SYSTEM = "provider", "system"


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
    _ENDS[word.verdict](session, opening)


def _refuse_another_face(opening: Opening, word: FaceWord) -> None:
    expected = person_digest(opening.number, opening.name or "", opening.id_number or "")
    if word.verdict is not Verdict.CLOSED and not hmac.compare_digest(expected, word.person):
        log.error("face verification of another person", opening=opening.number)
        raise Forbidden("another_person", "核验结果与申请人不符。")


def _passed(session: Session, opening: Opening) -> None:
    person = editions.locked(session, Person.id_number_index == id_number_index(opening.id_number or ""))
    reason = why_not_opened(_proven(opening, person))
    if person is None or reason is not None:
        _failed(session, opening, reason or "no_account")
        return
    editions.open_professional(session, person, _signature(opening, person))
    _set_password(session, person.fund_number, str(opening.password_hash))
    end_all(session, person.fund_number)
    opening.fund_number = person.fund_number
    _finish(session, opening, "open", _PROVIDER)


def _proven(opening: Opening, person: Person | None) -> Proven:
    if person is None:
        return Proven(has_account=False)
    return Proven(
        has_account=True,
        same_name=normal_name(person.name) == opening.name,
        professional=person.professional_since_on is not None,
        password_tells=opening.password_tells,
    )


def _signature(opening: Opening, person: Person) -> Signature:
    """The consent given at the beginning, of the person who has now proven to be the one."""
    agreement = load_agreements(settings().city).version(AGREEMENT, opening.agreement_version)
    return Signature(
        fund_number=person.fund_number, agreement=agreement, address=opening.address, at=opening.accepted_at
    )


def _set_password(session: Session, fund_number: str, password_hash: str) -> None:
    now = business_now()
    row = insert(Login).values(
        fund_number=fund_number, password_hash=password_hash, made_at=now, changed_at=now
    )
    newer = {"password_hash": password_hash, "changed_at": now}
    session.execute(row.on_conflict_do_update(index_elements=[Login.fund_number], set_=newer))


def _failed(session: Session, opening: Opening, reason: str = "face_failed") -> None:
    opening.reason = reason
    _finish(session, opening, "fail", _PROVIDER)


def _expired(session: Session, opening: Opening) -> None:
    _finish(session, opening, "expire", _SYSTEM)


def _finish(session: Session, opening: Opening, action: str, actor: str) -> None:
    """The last step: what was typed is not needed any more."""
    opening.ask_after = opening.name = opening.id_number = opening.password_hash = None
    move(session, OPENING, opening, action, actor=actor, at=business_now())


_ENDS = {Verdict.PASSED: _passed, Verdict.FAILED: _failed, Verdict.CLOSED: _expired}


def sweep(database: DatabaseAccess, face: FaceProvider) -> None:
    """Ask about every verification that is due, and end drafts whose time is over; idempotent."""
    _expire_drafts(database)
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


def _expire_drafts(database: DatabaseAccess) -> None:
    lapsed = (Opening.state == DRAFTED, Opening.expires_at <= business_now())
    with database.write() as session:
        wanted = select(Opening).where(*lapsed).limit(_AT_ONCE).with_for_update(skip_locked=True)
        for opening in session.scalars(wanted).all():
            _expired(session, opening)
