"""One driver at a time for a bill or refund: a lease on its row (technical clock), checked in each step."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from services.common.clock import technical_at
from services.common.database import DatabaseAccess
from services.deposit.contribution.models import Bill, Refund

LEASE_S = 15
BACK_OFF_S_MAX = 20

Driven = TypeVar("Driven", Bill, Refund)


class LeaseLost(Exception):
    """Another driver, a callback or the citizen has moved the row on; what this driver learnt is stale."""


@dataclass(frozen=True, kw_only=True)
class Turn(Generic[Driven]):
    """A leased row as its driver saw it when the lease was taken or last kept."""

    token: str
    row: Driven

    def after(self, row: Driven) -> "Turn[Driven]":
        """The same lease with the row as the last step left it."""
        return Turn(token=self.token, row=row)


def take(database: DatabaseAccess, kind: type[Driven], number: str) -> Turn[Driven] | None:
    """Lease the row when it is due and nobody else has it; None otherwise."""
    now = technical_at()
    with database.write() as session:
        due = select(kind).where(kind.number == number, kind.drive_after <= now, is_free(kind, now))
        row = session.scalar(due.with_for_update(skip_locked=True))
        if row is None:
            return None
        row.lease_token, row.lease_until = str(uuid.uuid4()), now + timedelta(seconds=LEASE_S)
        return Turn(token=row.lease_token, row=row)


def is_free(kind: type[Bill] | type[Refund], now: datetime) -> Any:
    """That no driver has the row at `now` (technical clock)."""
    return or_(kind.lease_until.is_(None), kind.lease_until <= now)


@contextmanager
def keeping(database: DatabaseAccess, turn: Turn[Driven]) -> Iterator[tuple[Session, Driven]]:
    """A transaction with the leased row locked; raises LeaseLost when the lease is no longer ours."""
    kind = type(turn.row)
    with database.write() as session:
        row = session.scalar(select(kind).where(kind.number == turn.row.number).with_for_update())
        if row is None or row.lease_token != turn.token:
            raise LeaseLost(turn.row.number)
        row.lease_until = technical_at() + timedelta(seconds=LEASE_S)
        yield session, row


def give_back(database: DatabaseAccess, turn: Turn[Driven]) -> None:
    """End the lease, so that the next driver need not wait for it to run out."""
    kind = type(turn.row)
    with database.write() as session:
        row = session.scalar(select(kind).where(kind.number == turn.row.number).with_for_update())
        if row is not None and row.lease_token == turn.token:
            end(row)


def end(row: Bill | Refund) -> None:
    """No driver has the row any more; one that still thinks so will find its lease lost."""
    row.lease_token = row.lease_until = None


def put_off(row: Bill | Refund, at_least_s: int = 0) -> None:
    """Try again later: 1, 2, 4 … at most BACK_OFF_S_MAX seconds from now, but not before `at_least_s`."""
    row.tries += 1
    look_in(row, max(at_least_s, min(BACK_OFF_S_MAX, 2 ** min(row.tries - 1, 10))))


def look_in(row: Bill | Refund, seconds: int) -> None:
    """Go on with the row so many seconds from now."""
    row.drive_after = technical_at() + timedelta(seconds=seconds)
    end(row)


def set_aside(database: DatabaseAccess, kind: type[Bill] | type[Refund], number: str) -> None:
    """Put a row off that cannot even be read, without reading it, so that it keeps nobody else waiting."""
    later = technical_at() + timedelta(seconds=BACK_OFF_S_MAX)
    with database.write() as session:
        session.execute(
            update(kind).where(kind.number == number).values(tries=kind.tries + 1, drive_after=later)
        )


def rest(row: Bill | Refund) -> None:
    """The hall does nothing more with the row until somebody else does."""
    row.tries, row.drive_after = 0, None
    end(row)


def due_now(row: Bill | Refund) -> None:
    """Let the next driver take the row at once."""
    row.tries, row.drive_after = 0, technical_at()


def is_leased(row: Bill | Refund) -> bool:
    """True while a driver has the row."""
    return row.lease_until is not None and row.lease_until > technical_at()
