"""What the API answers about what one is told of by SMS."""

from marshmallow import fields

from gateway.api.answers.common import Answer


class SubscriptionItemAnswer(Answer):
    """One SMS item; a fixed one cannot be taken off."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    fixed = fields.Boolean(required=True)
    chosen = fields.Boolean(required=True)


class SubscriptionChangeAnswer(Answer):
    """One saving of a subscription."""

    number = fields.String(required=True)
    at = fields.String(required=True)
    added = fields.List(fields.String(), required=True)
    removed = fields.List(fields.String(), required=True)
    chosen = fields.List(fields.String(), required=True)
    phone_masked = fields.String(required=True, allow_none=True)


class SubscriptionAnswer(Answer):
    """What one is told of by SMS, and where."""

    version = fields.Integer(required=True)
    items = fields.List(fields.Nested(SubscriptionItemAnswer), required=True)
    receiver = fields.String(required=True)
    phone_masked = fields.String(required=True, allow_none=True)
    verified_masked = fields.String(required=True, allow_none=True)
    changes = fields.List(fields.Nested(SubscriptionChangeAnswer), required=True)
