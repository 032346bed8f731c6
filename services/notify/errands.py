"""Which messages go out next: claimed by lease, codes before all others, each with the providers to ask.

A code lives minutes: it goes before business messages, and some places at the providers are kept for codes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.common.clock import business_now, technical_at
from services.common.move import move
from services.notify.adapters import Outcome
from services.notify.messages import ACTOR, policy
from services.notify.models import WAITING, Code, Message
from services.notify.routing import (
    LEASE_S,
    Silences,
    all_paused,
    candidates,
    silences,
    tried,
    waits_until,
)
from services.notify.states import MESSAGE, SENDING, UNKNOWN

# All that is claimed goes out side by side, so that no message waits under its lease for others to be sent.
SIDE_BY_SIDE = 5
OTHERS_MOST = 3
_IS_CODE = Message.send_before_at.is_not(None)
_NOT_THERE = (Outcome.UNREACHED, Outcome.REFUSED)


@dataclass(frozen=True, kw_only=True)
class Room:
    """How many more messages may be under way, and how many of them that carry no code."""

    places: int
    others: int


@dataclass
class Errand:
    """One try at one message this sender holds the lease of.

    `names` are the providers to ask, in order. `said` is what they said. `maybe_there`: the first may have
    the message from an earlier try.
    """

    message: Message
    names: list[str]
    maybe_there: bool
    said: dict[str, Outcome] = field(default_factory=dict)

    @property
    def refused_by(self) -> list[str]:
        """Who certainly has not got the message and will not take it."""
        no = [name for name, outcome in self.said.items() if outcome is Outcome.REJECTED]
        return [*(name for name in self.message.refused_by if name not in no), *no]

    def action(self, order: tuple[str, ...]) -> str:
        """The step that what was said leads to."""
        outcome = list(self.said.values())[-1]
        if outcome is Outcome.ACCEPTED:
            return "accept"
        if outcome is Outcome.UNKNOWN or self.still_there(outcome):
            return "lose"
        return "reject" if set(self.refused_by) >= set(order) else "postpone"

    def still_there(self, outcome: Outcome) -> bool:
        """That this try brought nothing does not say that an earlier one did not."""
        return self.maybe_there and outcome in _NOT_THERE


def claim(session: Session, order: tuple[str, ...], room: Room) -> tuple[int, list[Errand]]:
    """Look at messages that are due, as many as there is room for: how many, and those worth sending now."""
    silent = silences(session)
    if all_paused(order, silent):
        return 0, []
    due = [*_due(session, _IS_CODE, room.places)]
    due += _due(session, ~_IS_CODE, min(room.others, room.places - len(due)))
    taken = (_take(session, message, order, silent) for message in due)
    return len(due), [errand for errand in taken if errand]


def _due(session: Session, kind: ColumnElement[bool], most: int) -> Sequence[Message]:
    """Messages that are due, or whose sender's lease is over, locked past other senders' claims."""
    if most <= 0:
        return []
    due = (
        select(Message)
        .where(Message.state.in_(WAITING), Message.next_attempt_at <= technical_at(), kind)
        .order_by(Message.next_attempt_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(due).all()


def _take(session: Session, message: Message, order: tuple[str, ...], silent: Silences) -> Errand | None:
    now = business_now()
    if message.state == SENDING:
        move(session, MESSAGE, message, "lose", actor=ACTOR, at=now, remark="lease over")
    names, until = candidates(message, order, silent), waits_until(message, order, silent)
    if why := _not_worth_sending(session, message, now) or _nobody_left(message, names, until):
        message.code = None
        move(session, MESSAGE, message, "abandon", actor=ACTOR, at=now, remark=why)
        return None
    if first := tried(session, message, order, silent, others=bool(names)):
        names = [first, *names]
    if not names:
        message.next_attempt_at = until or technical_at()
        return None
    errand = Errand(message, names, maybe_there=message.state == UNKNOWN)
    message.attempts += 1
    message.next_attempt_at = technical_at() + timedelta(seconds=LEASE_S)
    move(session, MESSAGE, message, "take", actor=ACTOR, at=now)
    return errand


def _nobody_left(message: Message, names: list[str], until: datetime | None) -> str | None:
    """Why no provider will ever be asked: all have refused, or who may have it is none of ours any more."""
    if names or until is not None:
        return None
    return f"no provider is left to ask, it was last with {message.provider}"


def _not_worth_sending(session: Session, message: Message, now: datetime) -> str | None:
    if message.code and session.scalar(select(Code.id).where(Code.id == message.cause)) is None:
        return "a newer code was asked for"
    if message.send_before_at is not None and message.send_before_at <= now:
        return "the code expired"
    if message.attempts >= policy().figure("sms_attempts").whole(now.date()):
        return "too many attempts"
    return None
