"""What the API answers about withdrawal bills, and about lowered limits."""

from gateway.api.answers.common import HistoryStepAnswer, PageAnswer
from gateway.api.answers.members import (
    Answer,
    Code,
    Day,
    Moment,
    Part,
    Parts,
    Several,
    Text,
    Truth,
    Whole,
    Yuan,
)
from gateway.api.answers.states import WITHDRAWAL, WITHDRAWAL_ACTIONS
from services.common.identifiers import BANKS


class CautionAnswer(Answer):
    """The lowered limit in force after a change of phone or card."""

    deeds = Several("What was changed, in Chinese.")
    until_at = Moment("Until when it is in force.")
    limit = Yuan("What may be drawn in all meanwhile.")
    left = Yuan("What of it is left.")
    sentence = Text("The same in a sentence.")


class StepAnswer(HistoryStepAnswer):
    """One step of a withdrawal bill's timeline."""

    state = Code("The state it led to.", WITHDRAWAL)
    remark = Text("What was noted for the owner; mostly empty.")


class BillLineAnswer(Answer):
    """A withdrawal bill as lists show it."""

    number = Text("The bill's number: W, the day, a sequence.")
    reason = Text("The reason's code in the catalogue of withdrawal reasons.")
    title = Text("The reason's title on the day of registration.")
    amount = Yuan("What is drawn.")
    closes_account = Truth("Whether the account is closed with it.")
    state = Code("Where the bill stands.", WITHDRAWAL)
    label = Text("The state, in Chinese.")
    notice = Text("What its owner reads in this state.")
    registered_on = Day("When it was registered.")
    registered_at = Moment("The same to the second.")
    actions = Several(
        "What its owner may do now: `pay` at `payment`, `check` at `payment-check`, `cancel_settlement` at"
        " `settlement-cancellation`, `delete` by DELETE.",
        WITHDRAWAL_ACTIONS,
    )
    waits_for = Code("Who goes on from here; null at an end.", ("owner", "hall"), null=True)


class BillAnswer(BillLineAnswer):
    """A withdrawal bill with its payment and its timeline."""

    problem = Text("What the bank or a register said against it last.", null=True)
    settlement = Text("How it is paid, in Chinese.")
    bank_code = Code("The bank of the card it is paid to.", BANKS)
    card_masked = Text("The card it is paid to, masked.")
    principal = Yuan("What of it comes from the balance; known once the money is held.", null=True)
    interest = Yuan("What of it is interest to the day.", null=True)
    order_number = Text("The number of the order to the bank.")
    voucher = Text("The voucher it was booked with.", null=True)
    booked_on = Day("When it was booked.", null=True)
    timeline = Parts("What became of it so far, oldest first.", StepAnswer)


class BillsAnswer(PageAnswer):
    """One page of withdrawal bills, newest first."""

    items = Parts("The bills.", BillLineAnswer)


class StuckBillAnswer(Answer):
    """A withdrawal bill that needs eyes; nothing about the person."""

    number = Text("The bill's number.")
    reason = Text("The reason's code.")
    title = Text("The reason's title.")
    state = Code("Where the bill stands.", WITHDRAWAL)
    label = Text("The state, in Chinese.")
    amount = Yuan("What is drawn.")
    since_at = Moment("Since when it stands there.")
    tries = Whole("How often going on was tried.")
    next_try_at = Moment("When it is tried next; null where nobody tries.", null=True)
    open_questions = Several("The registers that have not answered, in Chinese.")


class BillsOfOwnersAnswer(Answer):
    """Withdrawal bills that are left unpaid to their owners."""

    items = Parts("The bills, longest waiting first.", StuckBillAnswer)
    unlisted = Whole("How many more there are.")


class StuckBillsAnswer(Answer):
    """Withdrawal bills that the hall drives on and that need eyes; apart from them those of their owners."""

    items = Parts("The bills, longest waiting first.", StuckBillAnswer)
    unlisted = Whole("How many more there are.")
    owners = Part("Bills that wait for their owners.", BillsOfOwnersAnswer)


class CautionPart(Part):
    """The lowered limit, where one is in force."""

    def __init__(self) -> None:
        super().__init__(
            "The lowered limit after a change of phone or card; null where none is in force.",
            CautionAnswer,
            null=True,
        )
