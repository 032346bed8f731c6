"""What leaves the service of a transfer: masked to its owner, without a person to staff and in events."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.common.history import timeline
from services.common.listing import first_ones, newest_first
from services.deposit.transfers import refusals
from services.deposit.transfers.centres import CENTRES
from services.deposit.transfers.models import Transfer
from services.deposit.transfers.states import CITIZEN, HISTORY, LABELS, NATIONAL_CODES, NOTICES, TRANSFER

Shown = dict[str, Any]

STUCK_AFTER = timedelta(minutes=10)
STUCK_MOST = 200
UNHEARD_TRIES = 5
_OWED = ("registered", "sent", "revoking")
_TAIL = 4


def own(session: Session, fund_number: str, number: str) -> Transfer:
    """The person's own transfer; NotFound for anybody else's."""
    transfer = session.scalar(
        select(Transfer).where(Transfer.number == number, Transfer.fund_number == fund_number)
    )
    if transfer is None:
        raise refusals.no_transfer()
    return transfer


def told(transfer: Transfer) -> Shown:
    """What events tell: numbers, the centre, the amount once it has come."""
    return {
        "number": transfer.number,
        "fund_number": transfer.fund_number,
        "centre_title": CENTRES.get(transfer.centre).title_zh,
        "amount_fen": _amount(transfer),
    }


def line(transfer: Transfer) -> Shown:
    """A transfer in a list (D-25)."""
    return {
        "number": transfer.number,
        "letter_number": transfer.letter_number,
        "centre": transfer.centre,
        "centre_title": CENTRES.get(transfer.centre).title_zh,
        "employer_name": transfer.employer_name,
        "account_masked": _masked(transfer.account_number),
        "state": transfer.state,
        "label": LABELS[transfer.state],
        "national_code": NATIONAL_CODES.get(transfer.state),
        "notice": NOTICES[transfer.state],
        "amount_fen": _amount(transfer),
        "registered_on": transfer.registered_on.isoformat(),
        "registered_at": transfer.registered_at.isoformat(),
        "actions": TRANSFER.actions(transfer.state, CITIZEN),
    }


def shown(session: Session, transfer: Transfer) -> Shown:
    """A transfer with its history, as its owner sees it."""
    return line(transfer) | {
        "principal_fen": transfer.principal_fen,
        "interest_fen": transfer.interest_fen,
        "booked_on": transfer.booked_on.isoformat() if transfer.booked_on else None,
        "voucher": transfer.voucher,
        "remark": transfer.remark,
        # What the platform says after the end is for staff to clear, and nothing its owner waits for.
        "problem": None if transfer.state in TRANSFER.final else transfer.problem,
        "timeline": timeline(session, TRANSFER, transfer.number, HISTORY),
    }


def page(session: Session, fund_number: str, wanted: Shown) -> Shown:
    """Own transfers, newest first; revoked ones stay in the list (D-27)."""
    query = select(Transfer).where(Transfer.fund_number == fund_number)
    if wanted["from_on"]:
        query = query.where(Transfer.registered_on >= wanted["from_on"])
    if wanted["to_on"]:
        query = query.where(Transfer.registered_on <= wanted["to_on"])
    return newest_first(session, query, Transfer.number, wanted, line)


def stuck(session: Session, now: datetime) -> Shown:
    """For staff, as {items, unlisted}: transfers that wait for the platform's word for long, or whose money
    could not be booked; then those that are over and leave a question, which may stay for years.
    """
    unheard = or_(Transfer.state.in_(_OWED), Transfer.tries >= UNHEARD_TRIES)
    waits = unheard & (Transfer.moved_at < now - STUCK_AFTER)
    wanted = select(Transfer).where(or_(waits, Transfer.problem.is_not(None)))
    over = Transfer.state.in_(TRANSFER.final)
    return first_ones(session, wanted.order_by(over, Transfer.moved_at), STUCK_MOST, _stuck_line)


def _stuck_line(transfer: Transfer) -> Shown:
    return {
        "number": transfer.number,
        "letter_number": transfer.letter_number,
        "title": "异地转入",
        "state": transfer.state,
        "label": LABELS[transfer.state],
        "amount_fen": _amount(transfer),
        "since_at": transfer.moved_at.isoformat(),
        "tries": transfer.tries,
        "problem": _to_clear(transfer),
    }


def _to_clear(transfer: Transfer) -> str | None:
    """What staff read of a problem: after the end nothing goes on by itself."""
    if transfer.problem and transfer.state in TRANSFER.final:
        return f"{transfer.problem}；业务已办结，请与全国转移接续平台核对"
    return transfer.problem


def _amount(transfer: Transfer) -> int | None:
    if transfer.principal_fen is None or transfer.interest_fen is None:
        return None
    return transfer.principal_fen + transfer.interest_fen


def _masked(account_number: str) -> str:
    hidden = max(0, len(account_number) - _TAIL)
    return "*" * hidden + account_number[hidden:]
