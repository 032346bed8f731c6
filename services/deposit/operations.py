"""What became of a keyed command; one that was cut off after its effect tells the own bill it was about."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.errors import NotFound
from services.common.face import operation_on_bill
from services.common.request import Request
from services.deposit.contribution import views as contributions
from services.deposit.contribution.models import Refund
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
        number = _bill_of(session, fund_number, number)
    return contributions.bill_shown(session, contributions.own_bill(session, fund_number, number))


def _bill_of(session: Session, fund_number: str, refund: str) -> str:
    mine = select(Refund.bill_number).where(Refund.number == refund, Refund.fund_number == fund_number)
    bill_number = session.scalar(mine)
    if bill_number is None:
        raise NotFound("no_such_refund", "没有查到这笔退款。")
    return bill_number
