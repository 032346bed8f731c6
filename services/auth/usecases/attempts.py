"""Doors that close after failures: counted in rows that exist alike for known and unknown names."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import AttemptRecord
from services.auth.rules import Attempts, after_attempt, is_locked, locked_for_s
from services.auth.usecases.limits import Scope
from services.common.addresses import counted_address
from services.common.clock import business_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import TooMany
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


def knock(database: DatabaseAccess, request: Request, door: Door, refusal: TooMany) -> None:
    """Count an attempt at a door, and keep it counted whatever becomes of it.

    Raises `refusal`, with the seconds to wait, when the door is closed; a repeat by key counts once.
    """
    if wait_s := database.once(request.step("knock"), _knock, door)["wait_s"]:
        raise closed(refusal, wait_s)


def _knock(session: Session, request: Request, door: Door) -> Answer:
    (wait_s,) = try_doors(session, [door], business_now())
    return {"wait_s": wait_s}


def closed(refusal: TooMany, wait_s: int) -> TooMany:
    """The refusal of a door that stays closed for so many seconds; its sentence may name the {minutes}."""
    minutes = str(-(-wait_s // 60))
    sentence = refusal.sentence.format(minutes=minutes)
    return TooMany(refusal.code, sentence, figures={"minutes": minutes}, retry_after_s=wait_s)


def try_doors(session: Session, doors: Iterable[Door], at: datetime) -> list[int]:
    """Count an attempt at each door, unless it is closed; the seconds each stays closed, 0 for open ones.

    Counting comes before the password is looked at, so that a hundred tries at once count a hundred times.
    """
    ordered = sorted(doors, key=lambda door: door.key)
    rows = _locked_rows(session, [door.key for door in ordered])
    closed = {door: _try(rows[door.key], door, at) for door in ordered}
    return [closed[door] for door in doors]


def _locked_rows(session: Session, keys: list[bytes]) -> dict[bytes, AttemptRecord]:
    blank = insert(AttemptRecord).values([{"key": key, "count": 0, "locks": 0} for key in keys])
    session.execute(blank.on_conflict_do_nothing())
    wanted = select(AttemptRecord).where(AttemptRecord.key.in_(keys)).order_by(AttemptRecord.key)
    return {row.key: row for row in session.scalars(wanted.with_for_update())}


def _try(row: AttemptRecord, door: Door, at: datetime) -> int:
    before = _attempts(row)
    if is_locked(before, at):
        return locked_for_s(before, at)
    for name, value in asdict(after_attempt(before, door.scope.schedule, at)).items():
        setattr(row, name, value)
    return 0


def closed_for_s(session: Session, door: Door, at: datetime) -> int:
    """Seconds the door stays closed, 0 for an open one; counts nothing."""
    row = session.get(AttemptRecord, door.key)
    attempts = _attempts(row) if row else Attempts()
    return locked_for_s(attempts, at) if is_locked(attempts, at) else 0


def forget(session: Session, doors: Iterable[Door]) -> None:
    """Forget the failures at these doors: the right person came."""
    keys = sorted(door.key for door in doors)
    session.execute(delete(AttemptRecord).where(AttemptRecord.key.in_(keys)))


def _attempts(row: AttemptRecord) -> Attempts:
    return Attempts(
        count=row.count,
        locks=row.locks,
        window_started_at=row.window_started_at,
        locked_until_at=row.locked_until_at,
    )
