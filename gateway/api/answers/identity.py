"""What the API answers about coming in: captchas, sessions, first visits; and about looks at the own file."""

from gateway.api.answers.common import EditionCode, PageAnswer
from gateway.api.answers.members import Answer, Moment, Parts, Text, Truth


class CaptchaAnswer(Answer):
    """A captcha to be read by a person."""

    captcha_id = Text("What its answer names.")
    image_png = Text("The picture, a PNG in base64.")
    question = Text("What may be answered instead by who cannot see it, in Chinese.")
    expires_at = Moment("Until when it may be answered.")


class SessionAnswer(Answer):
    """One session."""

    session_id = Text("What ends it by DELETE.")
    client = Text("The device, as its browser names itself.")
    address = Text("The network address it was opened from.")
    edition = EditionCode()
    opened_at = Moment("When it was opened.")
    last_seen_at = Moment("When it was last renewed.")
    expires_at = Moment("When it ends however often it is renewed.")
    current = Truth("Whether it is the one that asks.")


class SessionsAnswer(Answer):
    """Own living sessions."""

    items = Parts("The sessions.", SessionAnswer)


class FirstVisitAnswer(Answer):
    """A first visit, begun: alike whether there is such a person or not."""

    first_visit_id = Text("What its next steps name.")
    expires_at = Moment("Until when it may be completed.")
    token = Text("A restricted token: it shows who is on a first visit, and lets in to nothing else.")
    password_hint = Text("What the own password must be like, in Chinese.")


class LookAtMeAnswer(Answer):
    """One look of staff at the own file."""

    at = Moment("When.")
    office_title = Text("Which office looked.")
    purpose_title = Text("What for, in Chinese.")


class LooksAtMeAnswer(PageAnswer):
    """One page of looks at the own file, newest first."""

    items = Parts("The looks.", LookAtMeAnswer)
