"""What the API answers about slips on bills, and about papers that are verified."""

from gateway.api.answers.members import (
    Answer,
    Code,
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


class SlipPartAnswer(Answer):
    """An amount that the whole is made up of."""

    title = Text("What it is, in Chinese.")
    amount = Yuan("How much.")


class SlipFactAnswer(Answer):
    """One more thing that stands on a slip."""

    title = Text("What it is, in Chinese.")
    words = Text("What stands there.")


class SlipTimeAnswer(Answer):
    """A moment that stands on a slip."""

    title = Text("What happened then, in Chinese.")
    at = Moment("When.")


class SlipLineAnswer(Answer):
    """A month that was paid."""

    month = Month("Which month.")
    kind_label = Text("In its time or later, in Chinese.")
    amount = Yuan("How much.")


class SlipAnswer(Answer):
    """A slip on a bill that is booked: everything that stands on it."""

    number = Text("The slip's number: R and the bill's.")
    code = PaperCode()
    digest = Digest("its wording")
    layout = Whole("How it is laid out on paper; 1 so far.")
    centre = Text("The centre it is in the name of.")
    bill_number = Text("The bill it is on.")
    business = Text("What kind of business, in Chinese.")
    matter = Text("What it was about, in Chinese.")
    name_masked = Text("Whose it is, masked.")
    fund_number_masked = Text("Their fund number, masked.")
    amount = Yuan("The whole amount.")
    capitals = Text("The same in Chinese capitals.")
    parts = Parts("What the amount is made up of; empty where it is one.", SlipPartAnswer)
    facts = Parts("What else stands on it.", SlipFactAnswer)
    times = Parts("The moments that count.", SlipTimeAnswer)
    booked_on = Day("When it was booked.")
    lines = Parts("The months that were paid; empty for what is no contribution.", SlipLineAnswer)
    made_at = Moment("When the slip was made.")


class PaperAnswer(Answer):
    """What a genuine paper says, to be compared: a statement its sums, a slip its amount."""

    kind = Code("Which kind of paper it is; the members below say of which.", ("statement", "slip"))
    number = Text("The paper's number.")
    digest = Digest("its wording")
    centre = Text("The centre it is in the name of.")
    made_at = Moment("When it was made.")
    name_masked = Text("Whose it is, masked.")
    fund_number_masked = Text("Their fund number, masked.")
    from_on = Day("Statement: its first day.", always=False)
    to_on = Day("Statement: its last day.", always=False)
    opening = Yuan("Statement: the balance before.", always=False)
    incoming = Yuan("Statement: what came in.", always=False, name="in")
    out = Yuan("Statement: what went out.", always=False)
    closing = Yuan("Statement: the balance after.", always=False)
    line_count = Whole("Statement: how many lines it has.", always=False)
    bill_number = Text("Slip: the bill it is on.", always=False)
    business = Text("Slip: what kind of business, in Chinese.", always=False)
    matter = Text("Slip: what it was about, in Chinese.", always=False)
    amount = Yuan("Slip: the amount.", always=False)
    booked_on = Day("Slip: when it was booked.", always=False)
