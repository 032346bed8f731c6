"""Events leave in the transaction of their effect: a row here, published by the relay, never by a service."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import technical_at
from services.common.contracts import CONTRACTS
from services.common.logs import current_trace, get_logger
from services.common.tables import AggregateSequence, OutboxRow

log = get_logger(__name__)

CHANNEL = "outbox"


def announce(session: Session, event: str, aggregate: str, payload: Mapping[str, Any]) -> None:
    """Tell the others `event` (noun.participle) about `aggregate`, in the shape of the event's contract."""
    CONTRACTS[event].check(payload)
    session.add(
        OutboxRow(
            message_id=str(uuid.uuid4()),
            event=event,
            aggregate=aggregate,
            sequence=_next(session, aggregate),
            payload=dict(payload),
            trace=current_trace(),
            at=technical_at(),
        )
    )
    session.execute(text(f"NOTIFY {CHANNEL}"))


def _next(session: Session, aggregate: str) -> int:
    row = insert(AggregateSequence).values(aggregate=aggregate, last=1)
    raised = row.on_conflict_do_update(
        index_elements=[AggregateSequence.aggregate], set_={"last": AggregateSequence.last + 1}
    )
    return int(session.execute(raised.returning(AggregateSequence.last)).scalar_one())


def publish_again(session: Session, aggregate: str, first: int, last: int) -> None:
    """Let the relay publish events `first` to `last` of `aggregate` once more: a consumer missed one."""
    wanted = (OutboxRow.aggregate == aggregate, OutboxRow.sequence.between(first, last))
    again = update(OutboxRow).where(*wanted).values(published_at=None, claimed_until=None)
    found = len(session.execute(again.returning(OutboxRow.id)).all())
    if found < last - first + 1:
        log.error("events asked for are gone", aggregate=aggregate, first=first, last=last, found=found)
    session.execute(text(f"NOTIFY {CHANNEL}"))
