"""Shapes of what is asked of the deposit service."""

from marshmallow import fields, validate

from services.common.agreements import Consent
from services.common.shape import Shape

FUND_NUMBER = validate.Regexp(r"[0-9]{12}\Z")
BILL_NUMBER = validate.Length(min=1, max=40)
PAGE_MOST = 100


class Range(Shape):
    """A date range and a page of it; empty dates mean the default of the query."""

    from_on = fields.Date(load_default=None, allow_none=True)
    to_on = fields.Date(load_default=None, allow_none=True)
    cursor = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9]{1,18}\Z"),
    )
    limit = fields.Integer(load_default=20, validate=validate.Range(1, PAGE_MOST), strict=True)


class CardChange(Shape):
    """The card to bind."""

    bank_code = fields.String(required=True, validate=validate.Length(min=1, max=10))
    card_number = fields.String(required=True, validate=validate.Length(min=1, max=30))


class Person(Shape):
    """Whose account, asked by another service."""

    fund_number = fields.String(required=True, validate=FUND_NUMBER)


class InterestRunNamed(Shape):
    """One yearly settlement, by its year."""

    number = fields.String(required=True, validate=validate.Regexp(r"[0-9]{4}\Z"))


class DisputeNamed(InterestRunNamed):
    """One account in dispute in a yearly settlement."""

    fund_number = fields.String(required=True, validate=FUND_NUMBER)


class HoldWanted(Shape):
    """Set money aside for a bill: an amount, or all with interest for a bill that closes the account."""

    fund_number = fields.String(required=True, validate=FUND_NUMBER)
    amount_fen = fields.Integer(
        required=True, allow_none=True, strict=True, validate=validate.Range(1, 10**13)
    )
    closes_account = fields.Boolean(required=True)
    bill_number = fields.String(required=True, validate=BILL_NUMBER)


class HoldNamed(Shape):
    """One hold of one bill, by the key under which it was asked for."""

    hold_id = fields.String(required=True, validate=validate.Length(min=1, max=60))
    bill_number = fields.String(required=True, validate=BILL_NUMBER)


class HoldReleased(HoldNamed):
    """Give back what was held of an account, or see to it that nothing will be."""

    fund_number = fields.String(required=True, validate=FUND_NUMBER)


class Settlement(HoldNamed):
    """Book what was held: the bank has paid."""

    reason_code = fields.String(required=True, validate=validate.Length(equal=2))


class Opening(Shape):
    """A freelancer's account as wished: the bounds and the people behind it are the service's to check."""

    office = fields.String(required=True, validate=validate.Length(min=1, max=10))
    name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    id_number = fields.String(required=True, validate=validate.Length(min=1, max=30))
    base_fen = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**13))
    rate_percent = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100))


class OpeningSubmitted(Opening):
    """The same, with the proof of the phone and the consent to the agreement as it was shown."""

    applicant = fields.String(required=True, validate=validate.Length(min=1, max=40))
    receipt = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    consent = fields.Nested(Consent, required=True, allow_none=True)
    address = fields.String(required=True, validate=validate.Length(min=1, max=45))


class BaseWish(Shape):
    """The new contribution base."""

    base_fen = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**13))


class AdjustmentNamed(Shape):
    """One base adjustment of one's own."""

    number = fields.String(required=True, validate=BILL_NUMBER)
