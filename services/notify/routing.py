"""Which provider gets a message: the first that may have it and has not fallen silent.

A provider that gave no answer several times in a row is left alone for a while (an open breaker). After
that one message tries it (half open), no code where another provider is there; the rest come back once it
has answered. A message whose outcome is unknown stays with the provider that may have it, whatever else is
open: nobody gets two.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import business_today, technical_at
from services.notify.messages import policy
from services.notify.models import Message, ProviderHealth
from services.notify.states import UNKNOWN

# How long a sender has a message to itself, and with it the provider that it tries: auth and both providers
# may each let it wait before it writes down what they said.
LEASE_S = 30
# How soon a message looks again whether the provider that another one tries has answered.
ASK_AGAIN_S = 5
Silences = Mapping[str, datetime]


def silences(session: Session) -> Silences:
    """The providers left alone just now, each with the moment it may be tried again.

    One whose pause is over stays among them, with a moment past, until it has answered.
    """
    wanted = select(ProviderHealth).where(ProviderHealth.open_until.is_not(None))
    return {row.provider: row.open_until for row in session.scalars(wanted) if row.open_until}


def all_paused(order: tuple[str, ...], silent: Silences) -> bool:
    """Whether nobody may be given anything yet."""
    now = technical_at()
    return all(name in silent and silent[name] > now for name in order)


def tried(
    session: Session, message: Message, order: tuple[str, ...], silent: Silences, others: bool
) -> str | None:
    """The provider whose pause is over that this message is to try, taken for it alone; None mostly.

    A code tries none while there are `others` to send it.
    """
    if others and message.send_before_at is not None:
        return None
    now = technical_at()
    rested = (name for name in candidates(message, order, {}) if name in silent and silent[name] <= now)
    return next((name for name in rested if _taken(session, name, now)), None)


def _taken(session: Session, provider: str, now: datetime) -> bool:
    """Shut it again for as long as the try may take: one sender alone finds it half open.

    Never waits: messages come in any order, so another sender may hold this provider and wait for the other.
    """
    half_open = (ProviderHealth.provider == provider, ProviderHealth.open_until <= now)
    free = select(ProviderHealth).where(*half_open).with_for_update(skip_locked=True)
    health = session.scalars(free, execution_options={"populate_existing": True}).one_or_none()
    if health is not None:
        health.open_until = now + timedelta(seconds=LEASE_S)
    return health is not None


def candidates(message: Message, order: tuple[str, ...], silent: Silences) -> list[str]:
    """Who may be given the message now, the best first; nobody while the one that may have it is silent."""
    if message.state == UNKNOWN:
        holder = message.provider or order[0]
        return [holder] if holder in order and holder not in silent else []
    return [name for name in order if name not in message.refused_by and name not in silent]


def waits_until(message: Message, order: tuple[str, ...], silent: Silences) -> datetime | None:
    """When a message without candidates may have one again; None when it never will."""
    holders = [message.provider or order[0]] if message.state == UNKNOWN else list(order)
    pauses = [silent[name] for name in holders if name in silent and name not in message.refused_by]
    soonest = technical_at() + timedelta(seconds=ASK_AGAIN_S)
    return max(min(pauses), soonest) if pauses else None


def note_answer(session: Session, provider: str) -> None:
    """The provider answered: it is no longer left alone."""
    row = insert(ProviderHealth).values(provider=provider, misses=0)
    changed = row.on_conflict_do_update(
        index_elements=["provider"], set_={"misses": 0, "open_until": None}, where=ProviderHealth.misses > 0
    )
    session.execute(changed)


def note_miss(session: Session, provider: str) -> int:
    """The provider gave no answer; after so many in a row it is left alone. Returns how many it were."""
    figures, today = policy(), business_today()
    least, pause_s = (figures.figure(name).whole(today) for name in ("sms_misses", "sms_pause_s"))
    row = insert(ProviderHealth).values(provider=provider, misses=1)
    raised = row.on_conflict_do_update(
        index_elements=["provider"], set_={"misses": ProviderHealth.misses + 1}
    )
    misses = session.execute(raised.returning(ProviderHealth.misses)).scalar_one()
    if misses >= least:
        health = session.get_one(ProviderHealth, provider, populate_existing=True)
        health.open_until = technical_at() + timedelta(seconds=pause_s)
    return int(misses)
