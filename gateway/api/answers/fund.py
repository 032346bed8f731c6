"""What the API answers about the account, and of everything at once."""

from marshmallow import fields

from gateway.api.answers.common import Answer, LineAnswer, Yuan
from gateway.api.answers.contributions import ContributionAnswer, ContributionDueAnswer
from gateway.api.answers.withdrawals import BillAnswer


class AccountAnswer(Answer):
    """Own fund profile."""

    fund_number = fields.String(required=True)
    balance = Yuan()


class CardAnswer(Answer):
    """The bound card, masked."""


class HomeAnswer(Answer):
    """What the home page shows; a part whose service did not answer is null or empty, and named."""

    account = fields.Nested(AccountAnswer, required=True, allow_none=True)
    account_refusal = fields.String(required=True, allow_none=True)
    card = fields.Nested(CardAnswer, required=True, allow_none=True)
    waiting = fields.List(fields.Nested(BillAnswer), required=True)
    withdrawals_under_way = fields.List(fields.Nested(BillAnswer), required=True)
    contributing = fields.List(fields.Nested(ContributionAnswer), required=True)
    contributions_under_way = fields.List(fields.Nested(ContributionAnswer), required=True)
    contribution_due = fields.Nested(ContributionDueAnswer, required=True, allow_none=True)
    messages = fields.List(fields.Nested(LineAnswer), required=True)
    contracts = fields.List(fields.Nested(LineAnswer), required=True)
    missing = fields.List(fields.String(), required=True)
