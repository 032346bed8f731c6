"""复核有误: the edition that was opened is shut and its sessions end, until a supervisor lifts it."""

from typing import Any

from sqlalchemy.orm import Session

from services.auth.models import OnlineSession, Person
from services.auth.rules import PROFESSIONAL
from services.auth.staff_models import CounterCheck, CounterOpening, EditionSuspension, StaffMember
from services.auth.states import EDITION_SUSPENSION
from services.auth.usecases.editions import locked
from services.auth.usecases.sessions import end_sessions
from services.common.clock import CHINA, business_now
from services.common.database import Answer
from services.common.errors import Forbidden, Invalid, NotFound
from services.common.move import begin, move
from services.common.operation_log import note
from services.common.outbox import announce
from services.common.request import Request


def suspend(session: Session, opening: CounterOpening, actor: str) -> None:
    """Shut what an opening found wrong has opened; the person is told and keeps the normal edition."""
    person = locked(session, Person.fund_number == opening.fund_number)
    if person is None or person.professional_since_on is None:
        return
    now = business_now()
    row = EditionSuspension(number=opening.number, fund_number=opening.fund_number, since_at=now)
    begin(session, EDITION_SUSPENSION, row, actor=actor, at=now)
    told = {"number": opening.number, "fund_number": opening.fund_number}
    announce(session, "edition.suspended", f"edition:{opening.fund_number}", told)
    end_sessions(session, opening.fund_number, OnlineSession.edition == PROFESSIONAL)
    note(session, opening.fund_number, "suspend_edition", opening.number)


def lift(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
    """Open the edition again, saying what was corrected: the suspension as lists show it."""
    correction = arguments["correction"].strip()
    if not correction:
        raise Invalid("correction_needed", "请写明问题是怎样更正的。", pointer="/correction")
    row = session.get(EditionSuspension, arguments["number"], with_for_update=True)
    if row is None or not _is_shown(session, request, row.number):
        raise NotFound("no_such_suspension", "没有这笔暂停。")
    if request.person.id in _who_worked(session, row.number):
        raise Forbidden("own_work", "不能恢复本人经办或者复核的业务。")
    now = business_now()
    row.correction, row.lifted_at, row.lifted_by = correction, now, request.person.id
    move(
        session,
        EDITION_SUSPENSION,
        row,
        "lift",
        actor=request.person.id,
        at=now,
        payload={"fund_number": row.fund_number},
        remark=correction,
        aggregate=f"edition:{row.fund_number}",
    )
    note(session, row.fund_number, "restore_edition", row.number)
    return shown(row)


def _is_shown(session: Session, request: Request, number: str) -> bool:
    """People of an office see and do what is of their own."""
    office = session.get_one(StaffMember, request.person.id).office
    return office in ("", session.get_one(CounterOpening, number).office)


def _who_worked(session: Session, number: str) -> set[str]:
    """Who opened it at the counter, and who found it wrong."""
    return {session.get_one(CounterOpening, number).clerk, session.get_one(CounterCheck, number).checker}


def shown(row: EditionSuspension) -> Answer:
    """A suspension as lists show it."""
    return {
        "number": row.number,
        "fund_number": row.fund_number,
        "state": row.state,
        "label": EDITION_SUSPENSION.labels[row.state],
        "since_at": row.since_at.astimezone(CHINA).isoformat(),
        "lifted_by": row.lifted_by,
        "lifted_at": row.lifted_at.astimezone(CHINA).isoformat() if row.lifted_at else None,
        "correction": row.correction,
    }
