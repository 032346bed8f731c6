"""What became of a keyed command; one that was cut off after its effect tells the own bill it was about."""

from typing import Any

from sqlalchemy.orm import Session

from services.common.face import operation_on_bill
from services.common.request import Request
from services.deposit.contribution import views as contributions
from services.deposit.transfers import views as transfers

Shown = dict[str, Any]


def operation(session: Session, op_id: str, request: Request) -> Shown:
    """State and answer of the command; only its own subject may ask."""
    return operation_on_bill(
        session, op_id, request, lambda number: _told(session, request.person.id, number)
    )


def _told(session: Session, fund_number: str, number: str) -> Shown:
    """The bill by its number, whichever kind it is; of a refund the bill that it belongs to."""
    if number.startswith("T"):
        return transfers.shown(session, transfers.own(session, fund_number, number))
    if number.startswith("F"):
        number = contributions.own_refund(session, fund_number, number).bill_number
    return contributions.bill_shown(session, contributions.own_bill(session, fund_number, number))
