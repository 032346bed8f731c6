"""Events of withdrawal: what became of a bill."""

from marshmallow import fields

from services.common.contracts.contract import Contract
from services.common.shape import Shape


class BillMoved(Shape):
    """A withdrawal bill: whose, for which reason, how much (fen)."""

    number = fields.String(required=True)
    reason = fields.String(required=True)
    reason_title = fields.String(required=True)
    amount_fen = fields.Integer(required=True, strict=True)
    fund_number = fields.String(required=True)


_EXAMPLE = {
    "number": "W20261122000001",
    "reason": "rent_quota",
    "reason_title": "租赁本市住房（定额8400）提取",
    "amount_fen": 840_000,
    "fund_number": "370200000006",
}

EVENTS = tuple(
    Contract(event=f"withdrawal.{happened}", producer="withdrawal", payload=BillMoved, example=_EXAMPLE)
    for happened in ("registered", "paid", "payment_failed", "booked", "cancelled")
)
