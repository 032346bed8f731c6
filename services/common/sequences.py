"""The numbers of an aggregate's events: which are missing, and asking their producers for those.

A number that was passed over is written down and nothing else: two events side by side, or one that is
retried, come by themselves. What has not come after all retries is asked for.
"""

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import technical_at
from services.common.logs import get_logger
from services.common.metrics import MISSING
from services.common.outbox import announce
from services.common.tables import Common, InboxSequence, MissingEvent

log = get_logger(__name__)

# Longer than all retries of an event take.
MISSING_FOR_S = 300
ASKED_AGAIN_S = 3600
MOST_MISSING = 1000

# Made once and of bare tables: every event of every service passes here, and a statement costs more to make
# than to run.
_SEQUENCES, _MISSING = (Common.metadata.tables[kind.__tablename__] for kind in (InboxSequence, MissingEvent))
_LAST = (
    select(_SEQUENCES.c.last)
    .where(_SEQUENCES.c.producer == bindparam("producer"), _SEQUENCES.c.aggregate == bindparam("aggregate"))
    .with_for_update()
)
_NEXT = insert(_SEQUENCES)
_FIRST = _NEXT.on_conflict_do_nothing()
# Two events of a new aggregate may come at once, when there is no row yet to lock.
_RAISE = _NEXT.on_conflict_do_update(
    index_elements=["producer", "aggregate"],
    set_={"last": func.greatest(_SEQUENCES.c.last, _NEXT.excluded.last), "seen_at": func.clock_timestamp()},
).returning(_SEQUENCES.c.last)
_FOUND = _MISSING.delete().where(
    _MISSING.c.producer == bindparam("of"),
    _MISSING.c.aggregate == bindparam("about"),
    _MISSING.c.sequence == bindparam("number"),
)


def watch_sequence(session: Session, producer: str, aggregate: str, sequence: int) -> None:
    """Note which numbers of the aggregate are missing, and that this one is not any more."""
    key = {"producer": producer, "aggregate": aggregate}
    last = _last_seen(session, key, sequence)
    if sequence > last + 1:
        _miss(session, key, range(last + 1, min(sequence, last + 1 + MOST_MISSING)))
    if sequence > last:
        last = session.execute(_RAISE, {**key, "last": sequence}).scalar_one()
    if sequence < last:
        session.execute(_FOUND, {"of": producer, "about": aggregate, "number": sequence})


def _last_seen(session: Session, key: dict[str, Any], sequence: int) -> int:
    """The highest number so far, its row locked. Before a gap is noted there must be a row to lock."""
    last: int | None = session.scalar(_LAST, key)
    if last is None and sequence > 1:
        session.execute(_FIRST, {**key, "last": 0})
        last = session.scalar(_LAST, key)
    return last or 0


def _miss(session: Session, key: dict[str, Any], numbers: range) -> None:
    rows = [{**key, "sequence": number} for number in numbers]
    session.execute(insert(_MISSING).on_conflict_do_nothing(), rows)


def ask_for_missing(session: Session) -> int:
    """Ask the producers for events that did not come by themselves; returns how many it were."""
    now = technical_at()
    unasked = or_(
        MissingEvent.asked_at.is_(None), MissingEvent.asked_at < now - timedelta(seconds=ASKED_AGAIN_S)
    )
    late = MissingEvent.seen_at < now - timedelta(seconds=MISSING_FOR_S)
    wanted = (
        update(MissingEvent)
        .where(late, unasked)
        .values(asked_at=now)
        .returning(MissingEvent.producer, MissingEvent.aggregate, MissingEvent.sequence)
    )
    gaps: dict[tuple[str, str], list[int]] = {}
    for producer, aggregate, sequence in session.execute(wanted):
        gaps.setdefault((producer, aggregate), []).append(sequence)
    for (producer, aggregate), numbers in gaps.items():
        _ask(session, producer, aggregate, numbers)
    return sum(len(numbers) for numbers in gaps.values())


def _ask(session: Session, producer: str, aggregate: str, numbers: list[int]) -> None:
    gap = {"producer": producer, "aggregate": aggregate, "first": min(numbers), "last": max(numbers)}
    announce(session, "gap.found", f"gap:{uuid.uuid4()}", gap)
    MISSING.labels(producer).inc(len(numbers))
    log.error("events missing", **gap)
