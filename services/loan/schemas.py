"""The shape of what others ask of loan."""

from marshmallow import fields, validate

from services.common.shape import Shape


class EvidenceQuestion(Shape):
    """Whose loan, and after which day repayments count."""

    fund_number = fields.String(required=True, validate=validate.Regexp(r"[0-9]{12}\Z"))
    since = fields.Date(load_default=None, allow_none=True)
