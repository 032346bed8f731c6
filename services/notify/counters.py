"""The counters behind the limits, in PostgreSQL: exact in any window and under any number of asks at once.

Each ask takes the next turn of every counter it touches (row locks make asks of one subject wait in line) and
looks as many turns back as the limit allows. A refusal undoes the transaction, and with it the turns.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from prometheus_client import Counter
from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.errors import TooMany
from services.common.policy import Policy
from services.common.sealed import blind_index
from services.notify.models import LimitCounter, LimitTurn
from services.notify.rules import LIMITS, PHONE, SCOPES, Limit, free_at, wait_in_words, wait_s

LIMITED = Counter("hall_codes_limited_total", "Asks for a code refused, by limit", ["limit"])
KEPT = timedelta(days=2)

Turns = dict[str, int]
Subjects = Mapping[str, bytes]


def hidden(subjects: Mapping[str, str]) -> dict[str, bytes]:
    """The subjects as keyed hashes: no phone or address stands in a counter."""
    return {scope: blind_index(f"{scope}:{subject}") for scope, subject in subjects.items()}


def take_turn(session: Session, subjects: Subjects, policy: Policy, now: datetime) -> datetime:
    """Count one ask in every scope; returns when this phone may ask again. Raises TooMany with the wait."""
    turns = _raise_counters(session, subjects, now)
    session.execute(
        insert(LimitTurn),
        [{"scope": s, "subject": subjects[s], "turn": turns[s], "at": now} for s in SCOPES],
    )
    allowed = {limit.figure: policy.figure(limit.figure).whole(now.date()) for limit in LIMITS}
    _refuse_over(_times_until_free(session, subjects, turns, allowed, now), now, policy)
    following = {scope: turn + 1 for scope, turn in turns.items()}
    waits = _times_until_free(session, subjects, following, allowed, now)
    return max((at for limit, at in waits if limit.scope == PHONE), default=now)


def _raise_counters(session: Session, subjects: Subjects, now: datetime) -> Turns:
    # One statement, rows in the order of SCOPES: two asks can never wait for each other in a circle.
    rows = [{"scope": s, "subject": subjects[s], "last_turn": 1, "last_at": now} for s in SCOPES]
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
) -> list[tuple[Limit, datetime]]:
    """The limits that stand in the way of `turns`, with the time each lets go."""
    earlier = _earlier(session, subjects, turns, allowed)
    looked_up = [
        (limit, earlier.get((limit.scope, turns[limit.scope] - allowed[limit.figure]))) for limit in LIMITS
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
    ]
    rows = session.execute(select(LimitTurn.scope, LimitTurn.turn, LimitTurn.at).where(or_(*wanted)))
    return {(scope, turn): at for scope, turn, at in rows}


def _refuse_over(waits: list[tuple[Limit, datetime]], now: datetime, policy: Policy) -> None:
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
    return len(removed)
