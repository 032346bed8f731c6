"""Events of deposit."""

from marshmallow import fields

from services.common.contracts.contract import Contract
from services.common.shape import Shape


class BillBooked(Shape):
    """A bill of another service was booked in the fund's ledger."""

    fund_number = fields.String(required=True)
    bill_number = fields.String(required=True)
    reason_code = fields.String(required=True)


class AccountClosed(BillBooked):
    """The bill was one that closes the account."""

    number = fields.String(required=True)


class Settled(Shape):
    """What one account got in a yearly settlement."""

    fund_number = fields.String(required=True)
    amount_fen = fields.Integer(required=True, strict=True)


class InterestSettled(Shape):
    """Accounts whose yearly interest was booked together."""

    year = fields.Integer(required=True, strict=True)
    settled = fields.List(fields.Nested(Settled), required=True)


_BOOKED = {"fund_number": "370200000001", "bill_number": "W20261122000001", "reason_code": "03"}

EVENTS = (
    Contract(event="deposit.posted", producer="deposit", payload=BillBooked, example=_BOOKED),
    Contract(
        event="account.closed",
        producer="deposit",
        payload=AccountClosed,
        example={**_BOOKED, "number": "370200000001"},
    ),
    Contract(
        event="interest.settled",
        producer="deposit",
        payload=InterestSettled,
        example={"year": 2027, "settled": [{"fund_number": "370200000001", "amount_fen": 12345}]},
    ),
)
