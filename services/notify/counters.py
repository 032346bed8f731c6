"""The counters behind the limits, in PostgreSQL: exact in any window and under any number of asks at once.

Each ask takes the next turn of every counter it touches (row locks make asks of one subject wait in line) and
looks as many turns back as the limit allows. A refusal undoes the transaction, and with it the turns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import Counter
from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import CHINA
from services.common.errors import TooMany
from services.common.policy import Policy
from services.common.sealed import blind_index
from services.notify.models import CodeTally, LimitCounter, LimitTurn
from services.notify.rules import LIMITS, PHONE, SCOPES, Limit, back_off_s, free_at, wait_in_words, wait_s

LIMITED = Counter("hall_codes_limited_total", "Asks for a code refused, by limit", ["limit"])
KEPT = timedelta(days=2)
BACK_OFF = "code_backoff_most_s"

Turns = dict[str, int]
Waits = list[tuple[Limit, datetime]]
Subjects = Mapping[str, bytes]


def hidden(subjects: Mapping[str, str]) -> dict[str, bytes]:
    """The subjects as keyed hashes: no phone or address stands in a counter."""
    return {scope: blind_index(f"{scope}:{subject}") for scope, subject in subjects.items()}


def take_turn(session: Session, subjects: Subjects, policy: Policy, now: datetime) -> datetime:
    """Count one ask in every scope; returns when this phone may ask again. Raises TooMany with the wait."""
    turns = _raise_counters(session, subjects, now)
    session.execute(
        insert(LimitTurn),
        [{"scope": s, "subject": subjects[s], "turn": turn, "at": now} for s, turn in turns.items()],
    )
    allowed = {limit.figure: policy.figure(limit.figure).whole(now.date()) for limit in LIMITS}
    waits = _times_until_free(session, subjects, turns, allowed, now)
    pause = _pause(session, subjects[PHONE], turns[PHONE], policy, now)
    if pause.until > max((at for _, at in waits), default=now):
        raise _too_soon(wait_s(pause.until, now), pause.unanswered, policy)
    _refuse_over(waits, now, policy)
    following = {scope: turn + 1 for scope, turn in turns.items()}
    waits = _times_until_free(session, subjects, following, allowed, now)
    return max([pause.next_at, *(at for limit, at in waits if limit.scope == PHONE)])


@dataclass(frozen=True)
class _Pause:
    """The back-off of a phone: until when it bars this ask, and from when it lets the next one pass."""

    unanswered: int
    until: datetime
    next_at: datetime


def _pause(session: Session, phone: bytes, turn: int, policy: Policy, now: datetime) -> _Pause:
    """Count this ask as not answered yet; how long the phone waits for each code that nobody gave back."""
    first_s, most_s = (policy.figure(name).whole(now.date()) for name in ("code_backoff_first_s", BACK_OFF))
    counter = session.get_one(LimitCounter, (PHONE, phone), populate_existing=True)
    last_at = session.scalar(select(LimitTurn.at).filter_by(scope=PHONE, subject=phone, turn=turn - 1))
    is_over = last_at is None or abs(now - last_at) >= timedelta(seconds=2 * most_s)
    before = 0 if is_over else counter.unanswered
    counter.unanswered = before + 1
    waited, following = (
        timedelta(seconds=back_off_s(codes, first_s, most_s)) for codes in (before, before + 1)
    )
    until = last_at + waited if last_at and waited else now
    return _Pause(before, until, now + following)


def _too_soon(seconds: int, unanswered: int, policy: Policy) -> TooMany:
    LIMITED.labels(BACK_OFF).inc()
    return TooMany(
        "code_asked_too_soon",
        f"已连续{unanswered}次获取验证码而没有使用，请在{wait_in_words(seconds)}后再获取。",
        rule=policy.figure(BACK_OFF).title,
        retry_after_s=seconds,
    )


def forgive(session: Session, phone: bytes) -> None:
    """A code came back: the phone is its owner's, and the back-off starts anew."""
    wanted = (LimitCounter.scope == PHONE, LimitCounter.subject == phone)
    session.execute(update(LimitCounter).where(*wanted).values(unanswered=0))


def count_issued(session: Session, purpose: str, now: datetime) -> None:
    """Count a code for its hour."""
    hour_at = now.replace(minute=0, second=0, microsecond=0)
    row = insert(CodeTally).values(hour_at=hour_at, purpose=purpose, issued=1, approved=0)
    counted = {"issued": CodeTally.issued + 1}
    session.execute(row.on_conflict_do_update(index_elements=["hour_at", "purpose"], set_=counted))


def count_approved(session: Session, purpose: str, issued_at: datetime) -> None:
    """Count a code as given back, for the hour in which it was issued."""
    hour_at = issued_at.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)
    wanted = (CodeTally.hour_at == hour_at, CodeTally.purpose == purpose)
    session.execute(update(CodeTally).where(*wanted).values(approved=CodeTally.approved + 1))


def approval(session: Session, now: datetime) -> tuple[int, int]:
    """Codes of the last two hours: how many were issued, how many of them given back."""
    sums = (func.coalesce(func.sum(CodeTally.issued), 0), func.coalesce(func.sum(CodeTally.approved), 0))
    recent = CodeTally.hour_at.between(now - timedelta(hours=2), now)
    issued, approved = session.execute(select(*sums).where(recent)).one()
    return int(issued), int(approved)


def _raise_counters(session: Session, subjects: Subjects, now: datetime) -> Turns:
    # One statement, rows in the order of SCOPES: two asks can never wait for each other in a circle.
    scopes = [scope for scope in SCOPES if scope in subjects]
    rows = [{"scope": s, "subject": subjects[s], "last_turn": 1, "last_at": now} for s in scopes]
    fresh = insert(LimitCounter).values(rows)
    raised = fresh.on_conflict_do_update(
        index_elements=[LimitCounter.scope, LimitCounter.subject],
        set_={
            "last_turn": LimitCounter.last_turn + 1,
            "last_at": func.greatest(LimitCounter.last_at, fresh.excluded.last_at),
        },
    )
    taken = session.execute(raised.returning(LimitCounter.scope, LimitCounter.last_turn))
    return {scope: turn for scope, turn in taken}


def _times_until_free(
    session: Session, subjects: Subjects, turns: Turns, allowed: Mapping[str, int], now: datetime
) -> Waits:
    """The limits that stand in the way of `turns`, with the time each lets go."""
    earlier = _earlier(session, subjects, turns, allowed)
    looked_up = [
        (limit, earlier.get((limit.scope, turns[limit.scope] - allowed[limit.figure])))
        for limit in LIMITS
        if limit.scope in turns
    ]
    waits = [(limit, free_at(limit, at, now)) for limit, at in looked_up]
    return [(limit, at) for limit, at in waits if at is not None]


def _earlier(
    session: Session, subjects: Subjects, turns: Turns, allowed: Mapping[str, int]
) -> dict[tuple[str, int], datetime]:
    wanted = [
        and_(
            LimitTurn.scope == limit.scope,
            LimitTurn.subject == subjects[limit.scope],
            LimitTurn.turn == turns[limit.scope] - allowed[limit.figure],
        )
        for limit in LIMITS
        if limit.scope in turns
    ]
    rows = session.execute(select(LimitTurn.scope, LimitTurn.turn, LimitTurn.at).where(or_(*wanted)))
    return {(scope, turn): at for scope, turn, at in rows}


def _refuse_over(waits: Waits, now: datetime, policy: Policy) -> None:
    if not waits:
        return
    limit, until = max(waits, key=lambda wait: wait[1])
    LIMITED.labels(limit.figure).inc()
    seconds, figure = wait_s(until, now), policy.figure(limit.figure)
    raise TooMany(
        limit.code,
        limit.sentence.format(wait=wait_in_words(seconds)),
        rule=figure.title,
        figures={"可获取次数": str(figure.whole(now.date()))},
        retry_after_s=seconds,
    )


def forget_old_turns(session: Session, now: datetime) -> int:
    """Remove turns no limit looks back to, and counters not used since; returns the turns removed."""
    removed = session.execute(
        delete(LimitTurn).where(LimitTurn.at < now - KEPT).returning(LimitTurn.turn)
    ).all()
    session.execute(delete(LimitCounter).where(LimitCounter.last_at < now - KEPT))
    session.execute(delete(CodeTally).where(CodeTally.hour_at < now - KEPT))
    return len(removed)
