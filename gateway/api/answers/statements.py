"""What the API answers about statements."""

from gateway.api.answers.common import PageAnswer
from gateway.api.answers.members import Answer, Day, Moment, Month, Parts, Text, Whole, Yuan


class StatementAnswer(Answer):
    """An account statement as lists show it."""

    number = Text("The statement's number: A, the day, a sequence.")
    code = Text("The code that verifies it.", pattern="^[0-9A-Z]{16}$")
    from_on = Day("Its first day.")
    to_on = Day("Its last day.")
    made_at = Moment("When it was made.")


class StatementsAnswer(PageAnswer):
    """One page of statements, newest first."""

    items = Parts("The statements.", StatementAnswer)


class StatementLineAnswer(Answer):
    """One line of a statement."""

    booked_on = Day("When.")
    kind_label = Text("What it was, in Chinese.")
    for_month = Month("The month it was for.", null=True)
    incoming = Yuan("What came in; 0.00 where something went out.", name="in")
    out = Yuan("What went out; 0.00 where something came in.")
    balance = Yuan("The balance after it.")


class WholeStatementAnswer(StatementAnswer):
    """A statement with all that stands on it, as it was made."""

    layout = Whole("How it is laid out on paper; 1 so far.")
    centre = Text("The centre it is in the name of.")
    digest = Text("SHA-256 over its wording, in hex.", pattern="^[0-9a-f]{64}$")
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
