"""What the answers of several areas are made of."""

from marshmallow import fields

from gateway.api.answers.members import Answer, Code, Day, Digest, Figures, Moment, Text, Truth, Yuan
from services.common.permissions import ROLES


class PageAnswer(Answer):
    """One page of a list, in `items`."""

    next_cursor = Text(
        "What to ask for as `cursor` to get the next page, with the same filter; null on the last.", null=True
    )


class TitledAnswer(Answer):
    """A code with the Chinese words for it."""

    code = Text("What a request names.")
    title = Text("What people read.")


class AgreementTextAnswer(TitledAnswer):
    """The text of an agreement; code, version and digest are what a consent to it repeats."""

    version = Text("Which wording it is.")
    text = Text("The whole text, in Markdown.")
    digest = Digest("code, version, title and text")


class MovementAnswer(Answer):
    """One movement of an account."""

    booked_on = Day("When.")
    kind_label = Text("What it was, in Chinese.")
    incoming = Yuan("What came in; 0.00 where something went out.", name="in")
    out = Yuan("What went out; 0.00 where something came in.")
    balance = Yuan("The balance after it.")


class RefusalAnswer(Answer):
    """Why something is not possible today."""

    code = Text("What clients may tell refusals apart by.")
    sentence = Text("What people read, in Chinese.")
    rule = Text("The rule behind it, in Chinese.", null=True)
    figures = Figures("What the rule compared.")
    passes_on = Day(
        "The first day on which it would be possible; null where time alone does not help.", null=True
    )


class HistoryStepAnswer(Answer):
    """One step of what became of something so far."""

    at = Moment("When.")
    action = Text("What was done, as a code.")
    label = Text("What was done, in Chinese.")
    state_label = Text("The state it led to, in Chinese.")
    by = Text("Who did it, in Chinese: 本人, 网厅, 银行 or 全国转移接续平台.")


class CodeAnswer(Answer):
    """An SMS code was sent; to somebody not logged in it says so whoever they are."""

    sent = Truth("Always true.")
    expires_at = Moment("Until when the code is good.")
    next_at = Moment("From when another one may be asked for.")
    sent_to = Text("The phone it went to, masked; only told to whoever is logged in.", always=False)


class EditionCode(Code):
    """The edition of a session."""

    def __init__(self) -> None:
        known = ("professional", "normal", "")
        super().__init__("The edition logged in to (专业版, 普通版); empty for staff.", known)


class TokenAnswer(Answer):
    """A session and its bearer token."""

    token = Text("For the header `Authorization: Bearer`.")
    session_id = Text("The session, as the list of sessions names it.")
    role = Code("Whose session it is.", ("citizen", *(role.code for role in ROLES)))
    edition = EditionCode()
    expires_at = Moment("Until when the token is good unless it is renewed.")
    ends_at = Moment("When the session ends however often it is renewed.")
    restricted = Truth(
        "True at the first login of staff: the token lets in to /staff/setup only. Else left out.",
        always=False,
    )


class OperationAnswer(Answer):
    """What became of a write."""

    op_id = Text("Which write, as its 202 named it.")
    state = Code("`absent`: it has not been done, and may be sent again with its key.", ("done", "absent"))
    method = Text("What was done, as a code; only where it was.", always=False)
    answer = fields.Dict(
        required=True,
        allow_none=True,
        metadata={
            "description": "What the service answered, mostly as the write would have; null where it was not"
            " done, and for writes without a session: sent again with key and body, those give their answer."
        },
    )


class OutstandingAnswer(Answer):
    """The outcome of a write is not known yet: it is not failed. `Location` says where to look."""

    op_id = Text("The write's name for /operations.")
    state = Code("Always this.", ("unknown",))
    trace_id = Text("What the centre is told to find it in its records.")


class FieldErrorAnswer(Answer):
    """One thing that is wrong with a request."""

    pointer = Text("Where in the body or query, as a JSON pointer after `#`.")
    detail = Text("What is wrong, in Chinese.")
