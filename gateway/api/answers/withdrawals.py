"""What the API answers about withdrawals."""

from marshmallow import fields

from gateway.api.answers.common import Answer, Moment, Yuan


class ReasonAnswer(Answer):
    """A withdrawal reason, and what holds for this person today."""

    code = fields.String(required=True)
    title = fields.String(required=True)


class StepAnswer(Answer):
    """One step of a bill's timeline."""

    at = Moment(required=True)
    state = fields.String(required=True)


class BillAnswer(Answer):
    """A withdrawal bill; lists leave its timeline out."""

    number = fields.String(required=True)
    reason = fields.String(required=True)
    state = fields.String(required=True)
    waits_for = fields.String(allow_none=True)
    amount = Yuan(allow_none=True)
    registered_at = Moment()
    timeline = fields.List(fields.Nested(StepAnswer))


class BillsAnswer(Answer):
    """One page of bills."""

    items = fields.List(fields.Nested(BillAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
