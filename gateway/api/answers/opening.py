"""What the API answers about agreements and openings of the professional edition."""

from marshmallow import fields

from gateway.api.answers.common import Answer


class AgreementTextAnswer(Answer):
    """The text of an agreement; code, version and digest are what a consent to it repeats."""

    code = fields.String(required=True)
    version = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    digest = fields.String(required=True)


class AgreementLineAnswer(Answer):
    """One agreement that was signed; on paper, before the hall, it has no number."""

    number = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    version = fields.String(required=True)
    way = fields.String(required=True)
    signed_at = fields.String(required=True)


class AgreementsAnswer(Answer):
    """Own agreements."""

    items = fields.List(fields.Nested(AgreementLineAnswer), required=True)


class AgreementAnswer(AgreementLineAnswer):
    """One own agreement as it was signed."""

    text = fields.String(required=True, allow_none=True)
    digest = fields.String(required=True)


class OpeningBegunAnswer(Answer):
    """An opening, begun."""

    opening_id = fields.String(required=True)
    expires_at = fields.String(required=True)


class OpeningAnswer(Answer):
    """How far an opening is; `page_url` leads to the provider, `sentence` says why it failed.

    In state `passed` it waits for the code that the provider gave to the browser in which the face passed, or
    for one sent to the registered phone; until then nothing tells whether it can be opened.
    """

    state = fields.String(required=True)
    label = fields.String(required=True)
    page_url = fields.String(required=True, allow_none=True)
    sentence = fields.String(required=True, allow_none=True)
    expires_at = fields.String(required=True)
