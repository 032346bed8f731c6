"""What the API answers about what one is told of by SMS."""

from gateway.api.answers.common import TitledAnswer
from gateway.api.answers.members import Answer, Code, Moment, Parts, Several, Text, Truth, Whole


class SubscriptionItemAnswer(TitledAnswer):
    """One SMS item."""

    note = Text("What it tells of, in Chinese.")
    fixed = Truth("Whether everybody has it; then it cannot be taken off.")
    chosen = Truth("Whether one is told of it.")


class SubscriptionChangeAnswer(Answer):
    """One saving of a subscription."""

    number = Text("The saving's number.")
    at = Moment("When it was saved.")
    added = Several("The titles of the items added.")
    removed = Several("The titles of the items taken off.")
    chosen = Several("The titles of all items chosen then.")
    phone_masked = Text("The receiving phone, masked; null: the verified one.", null=True)
    phone_changed = Truth("Whether the receiving phone changed with it.")


class SubscriptionAnswer(Answer):
    """What one is told of by SMS, and where."""

    version = Whole("Which saving it is; a change repeats it.")
    items = Parts("The items there are.", SubscriptionItemAnswer)
    receiver = Code("The verified phone, or another one that was proven once.", ("verified", "kept"))
    phone_masked = Text("The phone that receives, masked; null where there is none.", null=True)
    verified_masked = Text("The verified phone, masked; null where there is none.", null=True)
    changed_at = Moment("When it was last saved; null: never.", null=True)
    changes = Parts("The last savings, newest first.", SubscriptionChangeAnswer)
