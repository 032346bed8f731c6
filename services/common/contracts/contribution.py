"""Events of contribution bills (缴存单据), announced by deposit."""

from marshmallow import fields

from services.common.contracts.contract import Contract
from services.common.shape import Shape


class ContributionMoved(Shape):
    """A contribution bill: whose, how much (fen), for which months ("2026-11")."""

    number = fields.String(required=True)
    fund_number = fields.String(required=True)
    amount_fen = fields.Integer(required=True, strict=True)
    months = fields.List(fields.String(), required=True)


class MoneyGivenBack(Shape):
    """Money received for a bill went back to where it came from (`number` is the refund's), and why."""

    number = fields.String(required=True)
    bill_number = fields.String(required=True)
    fund_number = fields.String(required=True)
    amount_fen = fields.Integer(required=True, strict=True)
    cause = fields.String(required=True)


_MOVED = {
    "number": "C20261122000001",
    "fund_number": "370200000001",
    "amount_fen": 120_000,
    "months": ["2026-11"],
}
_GIVEN_BACK = {
    "number": "F20261122000001",
    "bill_number": "C20261122000001",
    "fund_number": "370200000001",
    "amount_fen": 120_000,
    "cause": "cancelled",
}
_MOVES = ("registered", "settled", "paid", "payment_failed", "cancelled", "booked", "deleted")

EVENTS = (
    *(
        Contract(event=f"contribution.{moved}", producer="deposit", payload=ContributionMoved, example=_MOVED)
        for moved in _MOVES
    ),
    Contract(event="contribution.refunded", producer="deposit", payload=MoneyGivenBack, example=_GIVEN_BACK),
)
