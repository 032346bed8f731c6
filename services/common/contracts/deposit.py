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
