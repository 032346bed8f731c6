"""What the bank reports by itself: a code was paid. It may come a hundred times, in any order."""

from typing import Any

from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.bank import moment_of
from services.common.callbacks import Told
from services.common.driving import leases
from services.common.errors import NotFound
from services.common.request import Request
from services.common.shape import loaded
from services.deposit.contribution import inflows, saga
from services.deposit.contribution.adapters import SERIAL, Payment
from services.deposit.contribution.models import Attempt, Bill


class PaymentTold(Told):
    """A payment of one of our codes."""

    order_number = fields.String(required=True, validate=validate.Length(1, 21))
    serial = fields.String(required=True, validate=validate.Regexp(SERIAL))
    amount_fen = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**12))
    channel = fields.String(required=True, validate=validate.Length(1, 20))
    at = fields.String(required=True, validate=validate.Length(1, 40))


def take(session: Session, request: Request, told: dict[str, Any]) -> dict[str, Any]:
    """Take a genuine report in: it pays the bill, or the money is given back, or it is known already."""
    report = loaded(PaymentTold, told)
    order_number = report["order_number"]
    attempt = session.scalar(select(Attempt).where(Attempt.order_number == order_number))
    # A debit is learnt by asking alone: a report about one is none of a payment code.
    if attempt is None or attempt.way != inflows.CODE:
        raise NotFound("no_such_order", "没有这笔订单。")
    bill = session.scalars(select(Bill).where(Bill.number == attempt.bill_number).with_for_update()).one()
    named = {name: report[name] for name in ("serial", "amount_fen", "channel")}
    payment = Payment(**named, at=moment_of(report["at"]))
    before = bill.state
    saga.note_payment(session, bill, attempt, payment)
    if bill.state != before:
        leases.end(bill)
    return {"received": True}
