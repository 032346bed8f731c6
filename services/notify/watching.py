"""What those who run the hall see of SMS: providers, messages by state, and whether codes are given back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from prometheus_client import Gauge
from sqlalchemy import func, select, text, union_all
from sqlalchemy.orm import Session

from services.common.clock import business_now, technical_at
from services.common.logs import get_logger
from services.notify.adapters import FIRST, SECOND
from services.notify.counters import approval
from services.notify.messages import Answer, policy
from services.notify.models import IS_ACCEPTED, IS_WAITING, Message, ProviderHealth
from services.notify.states import MESSAGE

log = get_logger(__name__)
LATELY = timedelta(days=1)
TITLES = {FIRST: "主用短信平台", SECOND: "备用短信平台"}
APPROVED = Gauge("hall_codes_approved_percent", "Share of the last two hours' codes that were given back")


def look(session: Session, now: datetime) -> bool:
    """Whether too few codes are given back (somebody has them sent for nothing): an error in the log."""
    issued, approved = approval(session, now)
    least, percent = (
        policy().figure(name).whole(now.date()) for name in ("code_alarm_least", "code_alarm_percent")
    )
    APPROVED.set(100 if issued == 0 else approved * 100 // issued)
    is_odd = issued >= least and approved * 100 < issued * percent
    if is_odd:
        log.error("few codes are given back", issued=issued, approved=approved)
    return is_odd


def overview(session: Session, order: tuple[str, ...]) -> Answer:
    """For the operator: {providers, states, codes} as they are now.

    `states` counts what is under way, whatever its age, and what was written within a day and has ended:
    counting all that is kept would take longer each year.
    """
    known = {row.provider: row for row in session.scalars(select(ProviderHealth))}
    issued, approved = approval(session, business_now())
    return {
        "providers": [_provider(name, known.get(name)) for name in order],
        "states": [
            {"state": state, "label": MESSAGE.labels[state], "count": count}
            for state, count in _counted(session)
        ],
        "codes": {"issued": issued, "approved": approved, "alarm": look(session, business_now())},
    }


def _counted(session: Session) -> Sequence[tuple[str, int]]:
    of_today = Message.state.in_(MESSAGE.final) & (Message.written_at >= business_now() - LATELY)
    kinds = (text(IS_WAITING), text(IS_ACCEPTED), of_today)
    counted = (select(Message.state, func.count()).where(kind).group_by(Message.state) for kind in kinds)
    return [(state, count) for state, count in session.execute(union_all(*counted))]


def _provider(name: str, health: ProviderHealth | None) -> Answer:
    paused = (
        health.open_until if health and health.open_until and health.open_until > technical_at() else None
    )
    return {
        "name": name,
        "title": TITLES[name],
        "misses": health.misses if health else 0,
        "paused_until": paused.isoformat() if paused else None,
    }
