"""What the API answers about what was done in the own name."""

from gateway.api.answers.common import PageAnswer
from gateway.api.answers.members import Answer, Code, Moment, Parts, Several, Text, Truth
from gateway.calls import SERVICES
from services.common.deeds import KINDS


class DeedAnswer(Answer):
    """One thing done in the own name."""

    at = Moment("When.")
    title = Text("What, in Chinese.")
    kind = Code("What kind of thing; the list is filtered by it.", [kind.code for kind in KINDS])
    kind_label = Text("The same in Chinese.")
    refused = Truth("Whether somebody was turned away.")
    number = Text("What it was about.", null=True)
    client = Text("From which device; null where that is not on record any more.", null=True)
    address = Text("From which network address; null as above.", null=True)
    current = Truth("Whether it was done in the session that asks.")


class LogAnswer(PageAnswer):
    """One page of the log, and the services whose part is missing in it."""

    items = Parts("What was done, newest first.", DeedAnswer)
    missing = Several("The services that did not answer.", SERVICES)
