"""Shapes of what is asked about contribution bills."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from services.common.agreements import Consent
from services.common.shape import Shape

PAGE_MOST = 100
BILL = validate.Regexp(r"C[0-9]{14,16}\Z")


class BillNamed(Shape):
    """One bill by its number."""

    number = fields.String(required=True, validate=BILL)


class BillWanted(Shape):
    """A bill as it was shown before 保存: its months and amount, so that nothing else is registered."""

    months = fields.List(
        fields.String(validate=validate.Regexp(r"[0-9]{4}-[0-9]{2}\Z")),
        required=True,
        validate=validate.Length(1, 48),
    )
    amount_fen = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**13))


class CardSettlement(BillNamed):
    """联名卡结算 of one bill; the consent to the agreement at the first use, and where it came from."""

    consent = fields.Nested(Consent, load_default=None, allow_none=True)
    address = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))


class Trimmed(fields.String):
    """A text without the blanks around it: they say nothing, and count for nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> str:
        return str(super()._deserialize(value, attr, data, **more)).strip()


class RefundRetry(Shape):
    """Which refund is to be tried again, and what staff have found."""

    number = fields.String(required=True, validate=validate.Regexp(r"F[0-9]{14,16}\Z"))
    reason = Trimmed(required=True, validate=validate.Length(4, 200))


class Range(Shape):
    """A date range and a page of it; no dates mean all own bills."""

    from_on = fields.Date(load_default=None, allow_none=True)
    to_on = fields.Date(load_default=None, allow_none=True)
    cursor = fields.String(load_default=None, allow_none=True, validate=BILL)
    limit = fields.Integer(load_default=20, validate=validate.Range(1, PAGE_MOST), strict=True)
