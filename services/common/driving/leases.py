"""One driver at a time for a row: a lease on it by the technical clock, checked in every step."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from services.common.clock import technical_at
from services.common.database import DatabaseAccess
from services.common.driving.rows import DrivenRow

LEASE_S = 15
BACK_OFF_S_MAX = 20

Row = TypeVar("Row", bound=DrivenRow)


class LeaseLost(Exception):
    """Another driver, a callback or the citizen has moved the row on; what this driver learnt is stale."""


@dataclass(frozen=True, kw_only=True)
class Turn(Generic[Row]):
    """A leased row as its driver saw it when the lease was taken or last kept."""

    token: str
    row: Row

    @property
    def number(self) -> str:
        """The row's number."""
        return self.row.number

    def after(self, row: Row) -> "Turn[Row]":
        """The same lease with the row as the last step left it."""
        return Turn(token=self.token, row=row)


def nothing_more(session: Session, row: DrivenRow) -> None:
    """What most rows need written with their lease."""


def take(
    database: DatabaseAccess,
    kind: type[Row],
    number: str,
    begun: Callable[[Session, Row], None] = nothing_more,
) -> Turn[Row] | None:
    """Lease the row when it is due and nobody else has it; None otherwise.

    What `begun` writes is there, with the lease, before the driver asks anybody.
    """
    now = technical_at()
    with database.write() as session:
        due = select(kind).where(kind.number == number, kind.drive_after <= now, is_free(kind, now))
        row = session.scalar(due.with_for_update(skip_locked=True))
        if row is None:
            return None
        token = str(uuid.uuid4())
        row.lease_token, row.lease_until = token, now + timedelta(seconds=LEASE_S)
        begun(session, row)
        return Turn(token=token, row=row)


def is_free(kind: type[DrivenRow], now: datetime) -> ColumnElement[bool]:
    """That no driver has the row at `now` (technical clock)."""
    return or_(kind.lease_until.is_(None), kind.lease_until <= now)


def due(database: DatabaseAccess, kind: type[DrivenRow], most: int) -> list[str]:
    """The numbers of rows that are due and have no driver, those that wait longest first, at most so many."""
    now = technical_at()
    waiting = select(kind.number).where(kind.drive_after <= now, is_free(kind, now))
    with database.read() as session:
        return list(session.scalars(waiting.order_by(kind.drive_after).limit(most)))


@contextmanager
def keeping(database: DatabaseAccess, turn: Turn[Row]) -> Iterator[tuple[Session, Row]]:
    """A transaction with the leased row locked; raises LeaseLost when the lease is no longer ours."""
    with database.write() as session:
        row = _locked(session, turn)
        if row is None:
            raise LeaseLost(turn.number)
        row.lease_until = technical_at() + timedelta(seconds=LEASE_S)
        yield session, row


def give_back(database: DatabaseAccess, turn: Turn[Any]) -> None:
    """End the lease, so that the next driver need not wait for it to run out."""
    with database.write() as session:
        row = _locked(session, turn)
        if row is not None:
            end(row)


def _locked(session: Session, turn: Turn[Row]) -> Row | None:
    """The row under the turn's lease, locked; None when another has it or nobody."""
    kind = type(turn.row)
    row = session.scalar(select(kind).where(kind.number == turn.number).with_for_update())
    return row if row is not None and row.lease_token == turn.token else None


def set_aside(database: DatabaseAccess, kind: type[DrivenRow], number: str) -> None:
    """Put a row off that cannot even be read, without reading it, so that it keeps nobody else waiting.

    One that is no longer due, or has a driver, is left as it is: its driver has put it off or to rest.
    """
    now = technical_at()
    still_due = update(kind).where(kind.number == number, kind.drive_after <= now, is_free(kind, now))
    later = now + timedelta(seconds=BACK_OFF_S_MAX)
    with database.write() as session:
        session.execute(still_due.values(tries=kind.tries + 1, drive_after=later))


def end(row: DrivenRow) -> None:
    """No driver has the row any more; one that still thinks so will find its lease lost."""
    row.lease_token = row.lease_until = None


def put_off(row: DrivenRow, at_least_s: int = 0) -> None:
    """Try again later: 1, 2, 4 … at most BACK_OFF_S_MAX seconds from now, but not before `at_least_s`."""
    _again(row, row.tries + 1, max(at_least_s, min(BACK_OFF_S_MAX, 2 ** min(row.tries, 10))))


def look_in(row: DrivenRow, seconds: int) -> None:
    """Go on with the row so many seconds from now: nothing is wrong, there is just nothing new yet."""
    _again(row, 0, seconds)


def _again(row: DrivenRow, tries: int, seconds: int) -> None:
    row.tries, row.drive_after = tries, technical_at() + timedelta(seconds=seconds)
    end(row)


def rest(row: DrivenRow) -> None:
    """The hall does nothing more with the row until somebody else does."""
    row.tries, row.drive_after = 0, None
    end(row)


def due_now(row: DrivenRow) -> None:
    """Let the next driver take the row at once."""
    row.tries, row.drive_after = 0, technical_at()


def hurry(row: DrivenRow) -> None:
    """Let the next driver take a row that is under way at once; it has had as many tries as before."""
    row.drive_after = technical_at()


def is_leased(row: DrivenRow) -> bool:
    """True while a driver has the row."""
    return row.lease_until is not None and row.lease_until > technical_at()
