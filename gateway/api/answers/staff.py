"""What the API answers to staff."""

from marshmallow import fields

from gateway.api.answers.common import Answer, LineAnswer


class StaffSetupAnswer(Answer):
    """What staff set up at the first login; `address` is the text of the QR code."""

    login_name = fields.String(required=True)
    secret = fields.String(required=True)
    address = fields.String(required=True)


class MemberAnswer(Answer):
    """A login of staff; `initial_password` only where it was just made or reset."""

    login_name = fields.String(required=True)
    role = fields.String(required=True)
    office = fields.String(required=True)
    state = fields.String(required=True)
    initial_password = fields.String()


class LookAnswer(Answer):
    """A person looked up, masked; null where there is none."""

    look = fields.String(required=True)
    person = fields.Nested(LineAnswer, required=True, allow_none=True)


class DeadLettersAnswer(Answer):
    """Messages that could not take effect, of all services that answered."""

    items = fields.List(fields.Nested(LineAnswer), required=True)
    missing = fields.List(fields.String(), required=True)


class StuckAnswer(Answer):
    """What waits for long; `unlisted` counts what did not fit into the list."""

    items = fields.List(fields.Nested(LineAnswer), required=True)
    unlisted = fields.Integer(required=True)


class StuckWithdrawalsAnswer(StuckAnswer):
    """Bills that the hall drives on, and apart from them those that wait for their owners."""

    owners = fields.Nested(StuckAnswer, required=True)


class InterestRunsAnswer(Answer):
    """The yearly settlements, the unfinished import that they wait for, and accounts not all taken over."""

    items = fields.List(fields.Nested(LineAnswer), required=True)
    waits_for = fields.Dict(required=True, allow_none=True)
    accounts_taking_over = fields.Integer(required=True)


class SmsAnswer(Answer):
    """How the sending of SMS is doing."""

    providers = fields.List(fields.Nested(LineAnswer), required=True)
    states = fields.List(fields.Nested(LineAnswer), required=True)
    codes = fields.Dict(required=True)


class TrialBalanceAnswer(Answer):
    """The trial balance of the deposit book."""
