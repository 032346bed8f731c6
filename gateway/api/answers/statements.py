"""What the API answers about statements."""

from gateway.api.answers.common import MovementAnswer, PageAnswer
from gateway.api.answers.members import (
    Answer,
    Day,
    Digest,
    Moment,
    Month,
    PaperCode,
    Parts,
    Text,
    Whole,
    Yuan,
)


class StatementAnswer(Answer):
    """An account statement as lists show it."""

    number = Text("The statement's number: A, the day, a sequence.")
    code = PaperCode()
    from_on = Day("Its first day.")
    to_on = Day("Its last day.")
    made_at = Moment("When it was made.")


class StatementsAnswer(PageAnswer):
    """One page of statements, newest first."""

    items = Parts("The statements.", StatementAnswer)


class StatementLineAnswer(MovementAnswer):
    """One line of a statement."""

    for_month = Month("The month it was for.", null=True)


class WholeStatementAnswer(StatementAnswer):
    """A statement with all that stands on it, as it was made."""

    layout = Whole("How it is laid out on paper; 1 so far.")
    centre = Text("The centre it is in the name of.")
    digest = Digest("its wording")
    name = Text("The own name.")
    fund_number = Text("The own fund number.")
    id_number = Text("The own ID number, masked.")
    employer = Text("Who pays in.", null=True)
    state_label = Text("The account's state then, in Chinese.")
    opened_on = Day("When the account was opened.")
    opening = Yuan("The balance before its first day.")
    incoming = Yuan("What came in, in all.", name="in")
    out = Yuan("What went out, in all.")
    closing = Yuan("The balance at the end of its last day.")
    lines = Parts("Its lines, oldest first.", StatementLineAnswer)
