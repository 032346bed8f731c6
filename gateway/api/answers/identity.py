"""What the API answers about coming in: captchas, sessions, first visits."""

from marshmallow import fields

from gateway.api.answers.common import Answer, Moment


class CaptchaAnswer(Answer):
    """A captcha to be read by a person."""

    captcha_id = fields.String(required=True)
    image_png = fields.String(required=True, metadata={"contentEncoding": "base64"})
    expires_at = Moment(required=True)


class SessionAnswer(Answer):
    """One session."""

    session_id = fields.String(required=True)
    current = fields.Boolean()
    opened_at = Moment()
    expires_at = Moment()


class SessionsAnswer(Answer):
    """Own living sessions."""

    items = fields.List(fields.Nested(SessionAnswer), required=True)


class FirstVisitAnswer(Answer):
    """A first visit, begun."""

    first_visit_id = fields.String(required=True)
