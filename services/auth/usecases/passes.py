"""What follows a face that passed: nothing, until the browser that began proves to be that person's.

Anybody may begin in another's name and pass the provider's link on to them. So the edition opens, and the
typed password counts, only when the browser that began brings back the code which the provider gave to the
browser in which the face passed, or a code sent to the person's registered phone.
"""

import hmac

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.adapters import FaceWord
from services.auth.models import Login, Opening, Person
from services.auth.rules import Proven, normal_name, why_not_opened
from services.auth.states import OPENING, PASSED
from services.auth.usecases import editions
from services.auth.usecases.editions import AGREEMENT
from services.auth.usecases.people import id_number_index
from services.auth.usecases.sessions import end_all
from services.common.agreements import Agreement, Signature, load_agreements
from services.common.clock import business_now
from services.common.errors import Refusal
from services.common.move import move
from services.common.operation_log import note
from services.common.settings import settings

CITIZEN, PROVIDER, SYSTEM = "citizen", "provider", "system"


def passed(session: Session, opening: Opening, word: FaceWord) -> None:
    """Note that the person's face was seen, and whose it is, if anybody's of the centre.

    What cannot be opened to that person fails no sooner than what can be is opened: who began in another's
    name and had the link passed on learns nothing of that person, not even whether there is an account.
    """
    mine = Person.id_number_index == id_number_index(opening.id_number or "")
    opening.fund_number = session.scalar(select(Person.fund_number).where(mine))
    opening.return_digest, opening.ask_after = word.returned or None, None
    move(session, OPENING, opening, "pass", actor=PROVIDER, at=business_now())
    if _as_shown(opening):
        open_if_returned(session, opening)


def open_if_returned(session: Session, opening: Opening) -> None:
    """Open it when the browser that began has brought just what the provider gave to the one that passed.

    Raises as `take_effect`.
    """
    told, brought = opening.return_digest, opening.brought_digest
    if opening.state != PASSED or not told or not brought:
        return
    if hmac.compare_digest(told.encode(), brought.encode()):
        take_effect(session, opening, whose(session, opening))


def whose(session: Session, opening: Opening) -> Person | None:
    """The person whose face passed, locked; None when it is nobody of the centre."""
    return editions.locked(session, Person.fund_number == opening.fund_number)


def take_effect(session: Session, opening: Opening, person: Person | None) -> Person | None:
    """The edition, the signature, the password: all at once, and written into the person's log.

    `person` is what `whose` gave. None when it is impossible; the opening then has failed, and this browser
    reads why. Refused when the hall has the agreement no more as it was shown at the beginning.
    """
    if person is None or (reason := _why_not(session, opening, person)):
        fail(session, opening, SYSTEM, "no_account" if person is None else str(reason))
        return None
    editions.open_professional(session, person, _signature(opening, person))
    _set_password(session, person.fund_number, str(opening.password_hash))
    end_all(session, person.fund_number)
    note(session, person.fund_number, "open_edition", opening.number)
    _finish(session, opening, "open", CITIZEN)
    return person


def _why_not(session: Session, opening: Opening, person: Person) -> str | None:
    proven = Proven(
        has_account=True,
        same_name=normal_name(person.name) == opening.name,
        professional=person.professional_since_on is not None,
        suspended=editions.suspended(session, person.fund_number),
        password_tells=opening.password_tells,
    )
    return why_not_opened(proven)


def _signature(opening: Opening, person: Person) -> Signature:
    """The consent given at the beginning, of the person who has now proven to be the one."""
    agreement = _as_shown(opening)
    if agreement is None:
        sentence = "您同意的协议文本已更新，请重新开始，阅读并同意新的内容。"
        raise Refusal("agreement_changed", sentence)
    return Signature(
        fund_number=person.fund_number, agreement=agreement, address=opening.address, at=opening.accepted_at
    )


def _as_shown(opening: Opening) -> Agreement | None:
    """The agreement accepted at the beginning, word for word; None when the hall has only another text."""
    shown = (AGREEMENT, opening.agreement_digest)
    texts = load_agreements(settings().city)
    return next((one for one in texts if (one.code, one.digest) == shown), None)


def _set_password(session: Session, fund_number: str, password_hash: str) -> None:
    now = business_now()
    row = insert(Login).values(
        fund_number=fund_number, password_hash=password_hash, made_at=now, changed_at=now
    )
    newer = {"password_hash": password_hash, "changed_at": now}
    session.execute(row.on_conflict_do_update(index_elements=[Login.fund_number], set_=newer))


def fail(session: Session, opening: Opening, actor: str, reason: str) -> None:
    """End it without an effect; the person reads why."""
    opening.reason = reason
    _finish(session, opening, "fail", actor)


def expire(session: Session, opening: Opening) -> None:
    """End it because its time is over."""
    _finish(session, opening, "expire", SYSTEM)


def _finish(session: Session, opening: Opening, action: str, actor: str) -> None:
    """The last step: what was typed is not needed any more."""
    opening.ask_after = opening.name = opening.id_number = opening.password_hash = None
    opening.return_digest = opening.brought_digest = None
    move(session, OPENING, opening, action, actor=actor, at=business_now())
