"""Which lowered limit is in force: changes of phone as events and auth tell, of the card as deposit says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Date, Select, and_, cast, func, select
from sqlalchemy.orm import Session

from services.common.clock import CHINA, business_now
from services.common.inbox import Event
from services.common.request import Request
from services.withdrawal.facts import Hall, card_changed_at, phone_changed_at
from services.withdrawal.models import Attempt, Bill, HeededChange
from services.withdrawal.rules.case import Figures
from services.withdrawal.rules.cautions import CAUSES, Caution, Change, in_force

Shown = dict[str, Any]

UNDONE = ("settlement_cancelled", "deleted")
ATTEMPTED_ON = cast(func.timezone(CHINA.key, Attempt.began_at), Date)


def of_present_attempts(asked: Select[Any]) -> Select[Any]:
    """Of bills that were not undone, each with the attempt it stands for now.

    A cancelled bill that is paid again draws on the day it is paid again, whenever it was registered.
    """
    present = and_(Attempt.bill_number == Bill.number, Attempt.ordinal == Bill.attempt)
    return asked.select_from(Bill).join(Attempt, present).where(Bill.state.not_in(UNDONE))


def heed(session: Session, event: Event) -> None:
    """Remember a change that was announced; the event's noun is what was changed."""
    cause = CAUSES.get(event.name.partition(".")[0])
    session.add(
        HeededChange(
            message_id=event.message_id,
            fund_number=event.payload["fund_number"],
            cause=cause.code,
            changed_at=datetime.fromisoformat(event.payload["at"]),
        )
    )


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A withdrawal begun at business time `at`; `besides` is its bill when it has one already."""

    fund_number: str
    at: datetime
    card_changed_at: datetime | None
    phone_changed_at: datetime | None
    besides: str = ""


def caution_of(session: Session, drawing: Drawing, figures: Figures) -> Caution | None:
    """The caution that a withdrawal falls under, with what other bills have drawn since it began."""
    hours = figures.whole("caution_hours")
    changes = _heeded(session, drawing.fund_number, drawing.at - timedelta(hours=hours))
    asked = {"card": drawing.card_changed_at, "phone": drawing.phone_changed_at}
    changes += [Change(cause=cause, at=at.astimezone(CHINA)) for cause, at in asked.items() if at is not None]
    caution = in_force(changes, drawing.at, hours=hours, limit_fen=figures.whole("caution_limit_fen"))
    return caution.after(_drawn_fen(session, drawing, caution.since_at)) if caution else None


def _heeded(session: Session, fund_number: str, since: datetime) -> list[Change]:
    wanted = select(HeededChange).where(
        HeededChange.fund_number == fund_number, HeededChange.changed_at > since
    )
    return [Change(cause=row.cause, at=row.changed_at.astimezone(CHINA)) for row in session.scalars(wanted)]


def _drawn_fen(session: Session, drawing: Drawing, since: datetime) -> int:
    drawn = of_present_attempts(select(func.coalesce(func.sum(Bill.amount_fen), 0))).where(
        Bill.fund_number == drawing.fund_number, Bill.number != drawing.besides, Attempt.began_at >= since
    )
    return int(session.execute(drawn).scalar_one())


def told(hall: Hall, request: Request, figures: Figures) -> Shown:
    """The rule in figures, and what is in force for the person now: {hours, limit_fen, active|None}."""
    person = request.person.id
    drawing = Drawing(
        fund_number=person,
        at=business_now(),
        card_changed_at=card_changed_at(hall, request, person),
        phone_changed_at=phone_changed_at(hall, request, person),
    )
    with hall.database.read() as session:
        caution = caution_of(session, drawing, figures)
    return {
        "hours": figures.whole("caution_hours"),
        "limit_fen": figures.whole("caution_limit_fen"),
        "active": shown(caution),
    }


def shown(caution: Caution | None) -> Shown | None:
    """A caution as the person reads it."""
    if caution is None:
        return None
    return {
        "deeds": list(caution.deeds),
        "until_at": caution.until_at.isoformat(),
        "limit_fen": caution.limit_fen,
        "left_fen": caution.left_fen,
        "sentence": caution.sentence,
    }
