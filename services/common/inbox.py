"""An event as it lies in a message, and the inbox that lets each take effect once, or never when given up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.sequences import watch_sequence
from services.common.tables import Common, InboxRow

# Made once and of bare tables: every event of every service passes here, and a statement costs more to make
# than to run.
_INBOX = Common.metadata.tables[InboxRow.__tablename__]
_TAKE = insert(_INBOX).on_conflict_do_nothing().returning(_INBOX.c.message_id)
_KNOWN = select(_INBOX.c.message_id).where(_INBOX.c.message_id == bindparam("message"))


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened elsewhere. `sequence` counts the events of one `aggregate` from 1."""

    message_id: str
    name: str
    producer: str
    aggregate: str
    sequence: int
    at: datetime
    trace: str
    payload: dict[str, Any]


def decoded(body: bytes) -> Event:
    """The event in a message body; ValueError when it is none."""
    try:
        wire = orjson.loads(body)
        return Event(
            message_id=wire["message_id"],
            name=wire["event"],
            producer=wire["producer"],
            aggregate=wire["aggregate"],
            sequence=int(wire["sequence"]),
            at=datetime.fromisoformat(wire["at"]),
            trace=str(wire.get("trace", "")),
            payload=dict(wire["payload"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not an event: {type(error).__name__}") from None


def take(session: Session, event: Event) -> bool:
    """Note the event as taken; false when it was before."""
    if not _noted(session, event):
        return False
    watch_sequence(session, event.producer, event.aggregate, event.sequence)
    return True


def count_event(session: Session, event: Event) -> str:
    """Take an event that has no handler, so that the next of its aggregate does not look like a gap."""
    return "not for us" if take(session, event) else "repeated"


def give_up(session: Session, event: Event) -> None:
    """Let an event among the dead letters take no effect any more, however often it is published again.

    Its number was watched when it became one.
    """
    _noted(session, event)


def is_settled(session: Session, event: Event) -> bool:
    """Whether the event has taken effect here, or was given up."""
    return session.execute(_KNOWN, {"message": event.message_id}).first() is not None


def _noted(session: Session, event: Event) -> bool:
    message = {"message_id": event.message_id, "event": event.name}
    return session.execute(_TAKE, message).first() is not None
