"""What the API answers about the own phone and password."""

from marshmallow import fields

from gateway.api.answers.common import Answer, Moment


class PhoneAnswer(Answer):
    """The registered phone, masked; `verified_at` once a code came back from it."""

    phone = fields.String(required=True, allow_none=True)
    verified_at = Moment(required=True, allow_none=True)


class PhoneVerifiedAnswer(Answer):
    """The registered phone was proven to be its owner's."""

    verified_at = Moment(required=True)


class PasswordChangedAnswer(Answer):
    """Another password was chosen."""

    changed_at = Moment(required=True)
    sessions_ended = fields.Integer(required=True)


class PhoneWishAnswer(Answer):
    """A change of phone begun, and the code for it sent to the old phone."""

    phone_change_id = fields.String(required=True)
    expires_at = fields.String(required=True)
    sent = fields.Boolean(required=True)
    next_at = fields.String(required=True)


class PhoneChangeAnswer(Answer):
    """A change of phone that was saved."""

    number = fields.String(required=True)
    former_phone = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True)
    changed_at = fields.String(required=True)
