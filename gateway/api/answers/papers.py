"""What the API answers about slips on bills, and about papers that are verified."""

from marshmallow import fields

from gateway.api.answers.common import Answer, Moment, Yuan


class SlipAnswer(Answer):
    """A slip on a bill that is booked: everything that stands on it."""

    number = fields.String(required=True)
    code = fields.String(required=True)
    bill_number = fields.String(required=True)
    amount = Yuan(required=True)
    capitals = fields.String(required=True)
    booked_on = fields.String(required=True)
    made_at = Moment(required=True)


class PaperAnswer(Answer):
    """What a genuine paper says, to be compared: a statement its sums, a slip its amount."""

    kind = fields.String(required=True, metadata={"enum": ["statement", "slip"]})
    number = fields.String(required=True)
    name_masked = fields.String(required=True)
    amount = Yuan()
    closing = Yuan()
    line_count = fields.Integer()
