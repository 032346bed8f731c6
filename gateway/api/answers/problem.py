"""Every answer that is not the one asked for, as RFC 9457 has it."""

from gateway.api.answers.common import FieldErrorAnswer
from gateway.api.answers.members import Answer, Day, Figures, Parts, Several, Text, Whole
from gateway.calls import SERVICES


class ProblemAnswer(Answer):
    """RFC 9457 problem document."""

    type = Text("The code once more, as an address.")
    title = Text("What kind of problem, in Chinese.")
    status = Whole("The HTTP status.")
    detail = Text("What is the matter and what to do next, in Chinese.")
    instance = Text("This very problem, as a URN.", null=True)
    code = Text("What clients may tell problems apart by.")
    errors = Parts("What is wrong with the request, one by one; mostly empty.", FieldErrorAnswer)
    trace_id = Text("What the centre is told to find it in its records.")
    rule = Text("Refusals: the rule behind it, in Chinese.", null=True, always=False)
    figures = Figures("Refusals: what the rule compared.", always=False)
    passes_on = Day(
        "Refusals: the first day on which it would be possible; null where time alone does not help.",
        null=True,
        always=False,
    )
    missing = Several("503: the services that did not answer.", SERVICES, always=False)
