"""Doors that close after failures: counted in rows that exist alike for known and unknown names."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import AttemptRecord
from services.auth.rules import Attempts, after_attempt, is_locked, locked_for_s
from services.auth.usecases.limits import Scope
from services.common.addresses import counted_address
from services.common.clock import business_now, technical_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Refusal, TooMany, refusal_from_wire
from services.common.request import Request
from services.common.sealed import blind_index


@dataclass(frozen=True)
class Door:
    """One thing whose failures are counted together."""

    scope: Scope
    what: str

    @property
    def key(self) -> bytes:
        """Its blind index: neither names nor addresses stand in the table."""
        return blind_index(f"{self.scope.name}:{self.what}")


def at_address(scope: Scope, arguments: Mapping[str, Any]) -> Door:
    """The door of the address a form came from."""
    return Door(scope, counted_address(arguments["address"]))


def knock(database: DatabaseAccess, request: Request, door: Door, refusal: TooMany) -> float:
    """Count an attempt at a door, and keep it counted whatever becomes of it: when it was made.

    The moment is of the technical clock, in unix seconds; a repeat by key counts once and gets the moment of
    the first. Raises `refusal`, with the seconds to wait, when the door is closed: that is not kept.
    """
    at_s: float = database.once(request.step("knock"), _knock, door, refusal)["at_s"]
    return at_s


def _knock(session: Session, request: Request, door: Door, refusal: TooMany) -> Answer:
    pass_door(session, door, refusal, business_now())
    return {"at_s": technical_now()}


def pass_door(session: Session, door: Door, refusal: TooMany, at: datetime) -> None:
    """Count an attempt at an open door; raises `refusal` at a closed one."""
    if wait_s := try_door(session, door, at):
        raise closed(refusal, wait_s)


def proves(session: Session, door: Door, right: bool, refusal: TooMany) -> bool:
    """Count what was typed at a door when it is not right, forget what was not when it is: `right` again.

    Raises `refusal` at a closed door, right or not. The caller must commit before refusing what is not right.
    """
    pass_door(session, door, refusal, business_now())
    if right:
        forget(session, [door])
    return right


def miss(database: DatabaseAccess, request: Request, refusal: Refusal) -> Refusal:
    """Keep under the request's key that it came to nothing; `refuse_missed` then says so to a repeat."""
    database.once(request.step("failed"), _missed, refusal)
    return refusal


def _missed(session: Session, request: Request, refusal: Refusal) -> Answer:
    return refusal.on_wire()


def refuse_missed(database: DatabaseAccess, request: Request) -> None:
    """Refuse the repeat of a request that came to nothing, without any of the work done again."""
    if (said := database.answered(request.step("failed"))) is not None:
        raise refusal_from_wire(said)


def closed(refusal: TooMany, wait_s: int) -> TooMany:
    """The refusal of a door that stays closed for so many seconds; its sentence may name the {minutes}."""
    minutes = str(-(-wait_s // 60))
    sentence = refusal.sentence.format(minutes=minutes)
    return TooMany(refusal.code, sentence, figures={"minutes": minutes}, retry_after_s=wait_s)


def try_door(session: Session, door: Door, at: datetime) -> int:
    """Count an attempt at the door, unless it is closed; the seconds it stays closed, 0 for an open one.

    Counting comes before the password is looked at, so that a hundred tries at once count a hundred times.
    """
    row = _locked_row(session, door.key)
    before = _attempts(row)
    if is_locked(before, at):
        return locked_for_s(before, at)
    for name, value in asdict(after_attempt(before, door.scope.schedule, at)).items():
        setattr(row, name, value)
    return 0


def _locked_row(session: Session, key: bytes) -> AttemptRecord:
    """The row of a door, made or as it stands, in one statement: the right person may come and delete it."""
    row = insert(AttemptRecord).values(key=key, count=0, locks=0)
    kept = row.on_conflict_do_update(index_elements=[AttemptRecord.key], set_={"key": row.excluded.key})
    found = kept.returning(AttemptRecord)
    return session.scalars(found, execution_options={"populate_existing": True}).one()


def closed_for_s(session: Session, door: Door, at: datetime) -> int:
    """Seconds the door stays closed, 0 for an open one; counts nothing."""
    row = session.get(AttemptRecord, door.key)
    attempts = _attempts(row) if row else Attempts()
    return locked_for_s(attempts, at) if is_locked(attempts, at) else 0


def forget(session: Session, doors: Iterable[Door]) -> None:
    """Forget the failures at these doors, in the order they are tried in: the right person came."""
    for door in doors:
        session.execute(delete(AttemptRecord).where(AttemptRecord.key == door.key))


def _attempts(row: AttemptRecord) -> Attempts:
    return Attempts(
        count=row.count,
        locks=row.locks,
        window_started_at=row.window_started_at,
        locked_until_at=row.locked_until_at,
    )
