"""What the API answers about what was done in the own name."""

from marshmallow import fields

from gateway.api.answers.common import Answer


class DeedAnswer(Answer):
    """One thing done in the own name."""

    at = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    refused = fields.Boolean(required=True)
    number = fields.String(required=True, allow_none=True)
    client = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)


class LogAnswer(Answer):
    """One page of the log, and the services whose part is missing in it."""

    items = fields.List(fields.Nested(DeedAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
    missing = fields.List(fields.String(), required=True)
