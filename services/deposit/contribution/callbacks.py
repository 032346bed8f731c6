"""What the bank reports by itself: a code was paid. It may come a hundred times, in any order."""

from typing import Any

from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.errors import NotFound
from services.common.request import Request
from services.common.shape import Shape, loaded
from services.deposit.contribution import leases, saga
from services.deposit.contribution.adapters import SERIAL, Payment
from services.deposit.contribution.models import Attempt, Bill


class PaymentTold(Shape):
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
    if attempt is None:
        raise NotFound("no_such_order", "没有这笔订单。")
    bill = session.scalars(select(Bill).where(Bill.number == attempt.bill_number).with_for_update()).one()
    payment = Payment(serial=report["serial"], amount_fen=report["amount_fen"], channel=report["channel"])
    before = bill.state
    saga.note_payment(session, bill, attempt, payment)
    if bill.state != before:
        leases.end(bill)
    return {"received": True}
