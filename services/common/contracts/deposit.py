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


class CardChanged(Shape):
    """The bound card was replaced by another one; the first binding is no change."""

    fund_number = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class InterestSettled(Shape):
    """Accounts whose yearly interest was booked together: fen by fund number.

    The amounts are not looked at one by one: a city has millions of them in a night.
    """

    settles_on = fields.Date(required=True)
    amounts_fen = fields.Dict(required=True)


class TransferTold(Shape):
    """An inbound transfer took a step; the amount is known once the money has come."""

    number = fields.String(required=True)
    fund_number = fields.String(required=True)
    centre_title = fields.String(required=True)
    amount_fen = fields.Integer(required=True, allow_none=True, strict=True)


_TRANSFER = {
    "number": "T20261122000001",
    "fund_number": "370200000001",
    "centre_title": "济南住房公积金管理中心",
    "amount_fen": None,
}
_TRANSFER_EVENTS = ("registered", "accepted", "revoked", "refused", "negotiated", "failed")


class AccountOpened(Shape):
    """An account was opened in the hall, for who applied under that number."""

    fund_number = fields.String(required=True)
    applicant = fields.String(required=True)


class BaseAdjusted(Shape):
    """A freelancer's contribution base is to change with a month, has changed, or the change was undone."""

    number = fields.String(required=True)
    fund_number = fields.String(required=True)
    effective_on = fields.Date(required=True)


_BOOKED = {"fund_number": "370200000001", "bill_number": "W20261122000001", "reason_code": "03"}
_ADJUSTED = {"number": "B20260715000001", "fund_number": "379900000001", "effective_on": "2026-08-01"}

EVENTS = (
    Contract(event="deposit.posted", producer="deposit", payload=BillBooked, example=_BOOKED),
    Contract(
        event="account.closed",
        producer="deposit",
        payload=AccountClosed,
        example={**_BOOKED, "number": "370200000001"},
    ),
    *(
        Contract(event=f"transfer.{what}", producer="deposit", payload=TransferTold, example=_TRANSFER)
        for what in _TRANSFER_EVENTS
    ),
    Contract(
        event="transfer.completed",
        producer="deposit",
        payload=TransferTold,
        example={**_TRANSFER, "amount_fen": 5_180_000},
    ),
    Contract(
        event="card.changed",
        producer="deposit",
        payload=CardChanged,
        example={"fund_number": "370200000001", "at": "2026-11-22T09:00:00+08:00"},
    ),
    Contract(
        event="interest.settled",
        producer="deposit",
        payload=InterestSettled,
        example={"settles_on": "2027-06-30", "amounts_fen": {"370200000001": 12345}},
    ),
    Contract(
        event="account.opened",
        producer="deposit",
        payload=AccountOpened,
        example={"fund_number": "379900000001", "applicant": "8f1c"},
    ),
    *(
        Contract(event=event, producer="deposit", payload=BaseAdjusted, example=_ADJUSTED)
        for event in ("base.registered", "base.adjusted", "base.undone")
    ),
)
