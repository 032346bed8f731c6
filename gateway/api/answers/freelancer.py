"""What the API answers about a freelancer's account and its base."""

from marshmallow import fields

from gateway.api.answers.common import Answer, Yuan


class OpeningTermsAnswer(Answer):
    """What the opening form needs."""

    offices = fields.List(fields.Dict(), required=True)
    base_lower = Yuan(required=True)
    base_upper = Yuan(required=True)
    rates_percent = fields.List(fields.Integer(), required=True)
    agreement = fields.Dict(required=True)


class ApplicantAnswer(Answer):
    """An application, begun."""

    applicant = fields.String(required=True)
    expires_at = fields.String(required=True)
    monthly = Yuan(required=True)


class ApplicantStateAnswer(Answer):
    """How far an application is."""

    state = fields.String(required=True)


class OpenedAnswer(Answer):
    """The account, open; with the first session unless auth has not heard of it yet."""

    fund_number = fields.String(required=True)
    opened_on = fields.String(required=True)
    monthly = Yuan(required=True)
    token = fields.String()


class BaseAdjustmentAnswer(Answer):
    """One adjustment of the contribution base."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    effective_on = fields.String(required=True)
    before = Yuan(required=True)
    after = Yuan(required=True)


class BaseAdjustmentsAnswer(Answer):
    """The contribution base now, and its adjustments."""

    freelancer = fields.Boolean(required=True)
    base = Yuan(required=True)
    allowed = fields.Boolean(required=True)
    items = fields.List(fields.Nested(BaseAdjustmentAnswer), required=True)
