"""What the API answers about inbound transfers."""

from marshmallow import fields

from gateway.api.answers.common import Answer, LineAnswer, Yuan


class TransferFormAnswer(Answer):
    """What the form of an inbound transfer offers, and every reason why not."""

    centres = fields.List(fields.Nested(LineAnswer), required=True)
    refusals = fields.List(fields.Nested(LineAnswer), required=True)


class TransferAnswer(Answer):
    """An inbound transfer; `label` is the state of its contact letter in Chinese."""

    number = fields.String(required=True)
    letter_number = fields.String(required=True)
    state = fields.String(required=True)
    label = fields.String(required=True)
    amount = Yuan(allow_none=True)


class TransfersAnswer(Answer):
    """One page of inbound transfers."""

    items = fields.List(fields.Nested(TransferAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
