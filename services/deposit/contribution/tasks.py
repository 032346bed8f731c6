"""Contributions on the home page: open bills, and months that nobody has paid yet."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.clock import business_today
from services.common.errors import Refusal
from services.deposit.contribution import registration, rules, views
from services.deposit.contribution.models import Bill
from services.deposit.contribution.states import OPEN

Shown = dict[str, Any]


def tasks(session: Session, fund_number: str) -> Shown:
    """{items: [own open bills, newest first], due: {months, amount_fen}|None}."""
    open_bills = select(Bill).where(Bill.fund_number == fund_number, Bill.state.in_(OPEN))
    lines = [
        views.bill_line(session, bill) for bill in session.scalars(open_bills.order_by(Bill.number.desc()))
    ]
    return {"items": lines, "due": _due(session, fund_number)}


def _due(session: Session, fund_number: str) -> Shown | None:
    """The months up to this one that could be registered now; None for who owes none or has a bill open."""
    try:
        proposal = registration.proposal_for(session, fund_number)
    except Refusal:
        return None
    if proposal.months[0] > rules.month_of(business_today()):
        return None
    return {"months": [f"{month:%Y-%m}" for month in proposal.months], "amount_fen": proposal.amount_fen}
