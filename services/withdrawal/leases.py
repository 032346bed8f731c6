"""One driver at a time for a bill: a lease on its row by the technical clock, checked in every step."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from services.common.clock import technical_at
from services.common.database import DatabaseAccess
from services.withdrawal.models import Attempt, Bill

LEASE_S = 15
BACK_OFF_S_MAX = 20


class LeaseLost(Exception):
    """Another driver or the citizen has moved the bill on; what this driver learnt no longer counts."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A leased bill as its driver saw it when the lease was taken, with its present attempt."""

    token: str
    bill: Bill
    attempt: Attempt

    @property
    def number(self) -> str:
        """The bill's number."""
        return self.bill.number

    def after(self, bill: Bill, attempt: Attempt) -> "Turn":
        """The same lease with the bill as the last step left it."""
        return Turn(token=self.token, bill=bill, attempt=attempt)


def take(database: DatabaseAccess, number: str) -> Turn | None:
    """Lease the bill when it is due and nobody else has it; None otherwise.

    Going to ask for a hold is noted here, before anybody is asked.
    """
    now = technical_at()
    with database.write() as session:
        due = select(Bill).where(Bill.number == number, Bill.drive_after <= now, is_free(now))
        bill = session.scalar(due.with_for_update(skip_locked=True))
        if bill is None:
            return None
        bill.lease_token, bill.lease_until = str(uuid.uuid4()), now + timedelta(seconds=LEASE_S)
        attempt = session.get_one(Attempt, (number, bill.attempt))
        attempt.hold_asked = attempt.hold_asked or bill.state == "registered"
        return Turn(token=bill.lease_token, bill=bill, attempt=attempt)


def is_free(now: datetime) -> ColumnElement[bool]:
    """That no driver has the bill at `now` (technical clock)."""
    return or_(Bill.lease_until.is_(None), Bill.lease_until <= now)


@contextmanager
def keeping(database: DatabaseAccess, turn: Turn) -> Iterator[tuple[Session, Bill, Attempt]]:
    """A transaction with the leased bill locked; raises LeaseLost when the lease is no longer ours."""
    with database.write() as session:
        bill = session.scalar(select(Bill).where(Bill.number == turn.number).with_for_update())
        if bill is None or bill.lease_token != turn.token:
            raise LeaseLost(turn.number)
        bill.lease_until = technical_at() + timedelta(seconds=LEASE_S)
        yield session, bill, session.get_one(Attempt, (bill.number, bill.attempt))


def give_back(database: DatabaseAccess, turn: Turn) -> None:
    """End the lease, so that the next driver need not wait for it to run out."""
    with database.write() as session:
        bill = session.scalar(select(Bill).where(Bill.number == turn.number).with_for_update())
        if bill is not None and bill.lease_token == turn.token:
            end(bill)


def end(bill: Bill) -> None:
    """No driver has the bill any more; one that still thinks so will find its lease lost."""
    bill.lease_token = bill.lease_until = None


def put_off(bill: Bill) -> None:
    """Try again later: 1, 2, 4 … at most BACK_OFF_S_MAX seconds from now."""
    bill.tries += 1
    wait_s = min(BACK_OFF_S_MAX, 2 ** min(bill.tries - 1, 10))
    bill.drive_after = technical_at() + timedelta(seconds=wait_s)
    end(bill)


def set_aside(database: DatabaseAccess, number: str) -> None:
    """Put a bill off that cannot even be read, without reading it, so that it keeps nobody else waiting."""
    later = technical_at() + timedelta(seconds=BACK_OFF_S_MAX)
    with database.write() as session:
        session.execute(
            update(Bill).where(Bill.number == number).values(tries=Bill.tries + 1, drive_after=later)
        )


def rest(bill: Bill) -> None:
    """The hall does nothing more with the bill until a person does."""
    bill.tries, bill.drive_after = 0, None
    end(bill)


def due_now(bill: Bill) -> None:
    """Let the next driver take the bill at once."""
    bill.tries, bill.drive_after = 0, technical_at()


def is_leased(bill: Bill) -> bool:
    """True while a driver has the bill."""
    return bill.lease_until is not None and bill.lease_until > technical_at()
