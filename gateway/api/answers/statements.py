"""What the API answers about statements."""

from marshmallow import fields

from gateway.api.answers.common import Answer


class StatementAnswer(Answer):
    """An account statement."""

    number = fields.String(required=True)
    code = fields.String(required=True)
    from_on = fields.String(required=True)
    to_on = fields.String(required=True)


class StatementsAnswer(Answer):
    """One page of statements."""

    items = fields.List(fields.Nested(StatementAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
