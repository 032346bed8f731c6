"""What was drawn before the hall, as the imported books tell it: for limits on how often and how much."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.logs import get_logger
from services.deposit.models import Account, ImportedWithdrawal
from services.deposit.states import TAKING_OVER

log = get_logger(__name__)

Shown = list[dict[str, Any]]


def drawn_before(session: Session, fund_number: str) -> Shown:
    """The withdrawals that were not taken back, oldest first: {national_reason, on, amount_fen} each.

    A reversal takes back of the latest drawn up to its day for the same reason. The order of line numbers
    tells nothing: they are free text.
    """
    mine = select(ImportedWithdrawal).where(ImportedWithdrawal.fund_number == fund_number)
    reversals_last = ImportedWithdrawal.amount_fen < 0
    in_order = mine.order_by(ImportedWithdrawal.drawn_on, reversals_last, ImportedWithdrawal.line_number)
    left: Shown = []
    for row in session.scalars(in_order):
        if row.amount_fen < 0:
            _take_back(left, row)
        else:
            told = {"national_reason": row.national_reason, "on": row.drawn_on.isoformat()}
            left.append(told | {"amount_fen": row.amount_fen})
    return [drawn for drawn in left if drawn["amount_fen"] > 0]


def of_another(session: Session, fund_number: str) -> dict[str, Shown | None]:
    """The same of a spouse: {items}, which is None while the books of that account are being taken over."""
    flag = session.scalar(select(Account.freeze_flag).where(Account.number == fund_number))
    return {"items": None if flag == TAKING_OVER else drawn_before(session, fund_number)}


def _take_back(left: Shown, reversal: ImportedWithdrawal) -> None:
    owed = -reversal.amount_fen
    for drawn in reversed(left):
        if drawn["national_reason"] == reversal.national_reason:
            taken = min(owed, drawn["amount_fen"])
            drawn["amount_fen"] -= taken
            owed -= taken
    if owed:
        log.warning("nothing left to take back", line_number=reversal.line_number, left_fen=owed)
