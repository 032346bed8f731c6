"""What the API answers about contributions of one's own."""

from marshmallow import fields

from gateway.api.answers.common import Answer, LineAnswer, Yuan


class ProposalAnswer(Answer):
    """What the next contribution bill would be for, or why there is none."""

    months = fields.List(fields.String(), required=True)
    amount = Yuan(required=True)
    lines = fields.List(fields.Nested(LineAnswer), required=True)
    refusal = fields.Dict(required=True, allow_none=True)
    card = fields.Dict(required=True, allow_none=True)
    agreement = fields.Dict(required=True, allow_none=True)


class ContributionDueAnswer(Answer):
    """Months up to this one that a freelancer has not paid, oldest first, and what they come to."""

    months = fields.List(fields.String(), required=True)
    amount = Yuan(required=True)


class ContributionAnswer(Answer):
    """A contribution bill; while it can be debited, the card and the agreement to accept before."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    waits_for = fields.String(allow_none=True)
    months = fields.List(fields.String(), required=True)
    amount = Yuan(required=True)
    actions = fields.List(fields.String(), required=True)
    card = fields.Dict(allow_none=True)
    agreement = fields.Dict(allow_none=True)


class ContributionsAnswer(Answer):
    """One page of contribution bills."""

    items = fields.List(fields.Nested(ContributionAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
