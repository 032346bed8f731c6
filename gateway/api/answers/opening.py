"""What the API answers about agreements and openings of the professional edition."""

from gateway.api.answers.members import Answer, Code, Digest, Moment, Parts, Text
from gateway.api.answers.states import OPENING, WHY_NOT_OPENED


class AgreementLineAnswer(Answer):
    """One agreement that was signed."""

    number = Text("What its text is asked for by; null for one on paper from before the hall.", null=True)
    code = Text("Which agreement it is.")
    title = Text("Its title.")
    version = Text("Which wording was signed; `paper` for one on paper from before the hall.")
    way = Text("How it was signed, in Chinese.")
    signed_for = Text(
        "The bill or paper it belongs to; empty where it is for a function as such.", name="for"
    )
    signed_at = Moment("When.")


class AgreementsAnswer(Answer):
    """Own agreements."""

    items = Parts("The agreements, latest first.", AgreementLineAnswer)


class AgreementAnswer(AgreementLineAnswer):
    """One own agreement as it was signed."""

    text = Text("The whole text, in Markdown; null where the service that took it has it.", null=True)
    digest = Digest("code, version, title and text")
    address = Text("The network address it was signed from, where that is known.", null=True)


class OpeningBegunAnswer(Answer):
    """An opening, begun."""

    opening_id = Text("A secret: who has it goes on with the opening.")
    expires_at = Moment("Until when it may be gone on with.")
    password_hint = Text("What the own password must be like, in Chinese.")


class OpeningAnswer(Answer):
    """How far an opening is.

    In state `passed` it waits for the code that the provider gave to the browser in which the face passed, or
    for one sent to the registered phone; until then nothing tells whether it can be opened.
    """

    state = Code("How far it is.", OPENING)
    label = Text("The same in Chinese.")
    page_url = Text("Where the face is verified; null before it is ordered, and afterwards.", null=True)
    reason = Code("Why it failed, once that may be told.", WHY_NOT_OPENED, null=True)
    sentence = Text("The same as a sentence.", null=True)
    expires_at = Moment("Until when it may be gone on with.")
