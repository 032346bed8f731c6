"""Drives a transfer on: sends its letter, asks how it stands, takes it back. No call in a transaction.

Every question may be asked twice: a letter has one number, and the platform takes one number once.
"""

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today, technical_at
from services.common.database import DatabaseAccess, is_passing
from services.common.logs import get_logger
from services.common.machine import IllegalStep
from services.common.move import move
from services.common.outside import NoAnswer
from services.common.request import Request
from services.deposit.accounts import any_account
from services.deposit.transfers import asking, letters, views
from services.deposit.transfers.models import Transfer
from services.deposit.transfers.platform import Platform, platform
from services.deposit.transfers.registration import figure
from services.deposit.transfers.states import SYSTEM, TRANSFER

log = get_logger(__name__)

SWEEP_MOST = 50
REVOCATION_REASON = "职工申请撤销"

Letter = dict[str, Any]


class Hall(Protocol):
    """What driving needs of the service."""

    @property
    def database(self) -> DatabaseAccess: ...


def revoke(session: Session, request: Request, number: str) -> dict[str, Any]:
    """申请撤销 (D-26): at once while nothing was sent, else the platform is asked to take the letter back."""
    transfer = views.own(session, request.person.id, number)
    session.refresh(transfer, with_for_update=True)
    if transfer.state != "revoking":
        now = business_now()
        move(
            session,
            TRANSFER,
            transfer,
            "revoke",
            actor=request.person.id,
            at=now,
            payload=views.told(transfer),
        )
        transfer.moved_at, transfer.tries = now, 0
        asking.plan(transfer)
    return {"number": number}


def drive(hall: Hall, number: str) -> None:
    """One question or order to the platform, by the state the transfer has; its word takes effect at once."""
    with hall.database.read() as session:
        transfer = session.get_one(Transfer, number)
    act = _BY_STATE.get(transfer.state, _enquire)
    try:
        letter = act(hall, platform(), transfer)
    except NoAnswer as silence:
        log.warning("platform gave no answer", number=number, state=transfer.state, cause=silence.args[-1])
        letter = None
    with hall.database.write() as session:
        if letter is not None:
            letters.take(session, letter)
        else:
            asking.put_off(letters.locked(session, transfer.letter_number))


def _send(hall: Hall, outside: Platform, transfer: Transfer) -> Letter | None:
    """Write down that the letter is sent, then send it: after a crash the platform is asked first."""
    with hall.database.write() as session:
        row = letters.locked(session, transfer.letter_number)
        try:
            move(session, TRANSFER, row, "send", actor=SYSTEM, at=business_now())
        except IllegalStep:
            return None
        wording = _wording(session, row)
    return outside.send(wording)


def _resolve(hall: Hall, outside: Platform, transfer: Transfer) -> Letter | None:
    """A letter the platform has never seen is sent once more, under the same number."""
    found = outside.enquire(transfer.letter_number)
    if found is not None:
        return found
    with hall.database.read() as session:
        wording = _wording(session, transfer)
    return outside.send(wording)


def _take_back(hall: Hall, outside: Platform, transfer: Transfer) -> Letter | None:
    return outside.revoke(transfer.letter_number, REVOCATION_REASON)


def _enquire(hall: Hall, outside: Platform, transfer: Transfer) -> Letter | None:
    return outside.enquire(transfer.letter_number)


_BY_STATE: dict[str, Callable[[Hall, Platform, Transfer], Letter | None]] = {
    "registered": _send,
    "sent": _resolve,
    "revoking": _take_back,
}


def _wording(session: Session, transfer: Transfer) -> Letter:
    """The contact letter as the other centre reads it; personal, so it goes nowhere else."""
    account = any_account(session, transfer.fund_number)
    return {
        "letter_number": transfer.letter_number,
        "from_centre": transfer.centre,
        "to_centre": figure("transfer_own_centre", business_today()),
        "name": account.name,
        "id_number": account.id_number,
        "employer_name": transfer.employer_name,
        "account_number": transfer.account_number,
    }


def sweep(hall: Hall) -> None:
    """Drive whatever is due, oldest first; one transfer's trouble does not stop the others."""
    with hall.database.read() as session:
        due = session.scalars(
            select(Transfer.number)
            .where(Transfer.ask_after <= technical_at())
            .order_by(Transfer.ask_after)
            .limit(SWEEP_MOST)
        ).all()
    for number in due:
        try:
            drive(hall, number)
        except Exception as trouble:
            if is_passing(trouble):
                # The database keeps everybody waiting, not this one: the whole job is put off.
                raise
            log.exception("transfer not driven", number=number)
            _set_aside(hall, number)


def _set_aside(hall: Hall, number: str) -> None:
    with hall.database.write() as session:
        transfer = session.get(Transfer, number, with_for_update=True)
        if transfer is not None:
            asking.put_off(transfer)
