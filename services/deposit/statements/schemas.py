"""Shapes of what is asked around statements."""

from marshmallow import fields, validate

from services.common.shape import Shape

PAGE_MOST = 100
NUMBER = validate.Regexp(r"A[0-9]{14,20}\Z", error="对账单号格式不正确")


class StatementWanted(Shape):
    """The days a statement is to cover; empty ones mean the last year up to today."""

    from_on = fields.Date(load_default=None, allow_none=True)
    to_on = fields.Date(load_default=None, allow_none=True)


class StatementNamed(Shape):
    """One statement."""

    number = fields.String(required=True, validate=NUMBER)


class StatementPage(Shape):
    """A page of own statements."""

    cursor = fields.String(load_default=None, allow_none=True, validate=NUMBER)
    limit = fields.Integer(load_default=20, validate=validate.Range(1, PAGE_MOST), strict=True)
