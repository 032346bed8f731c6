"""What the API answers about contributions of one's own."""

from gateway.api.answers.cards import BoundCardAnswer
from gateway.api.answers.common import AgreementTextAnswer, HistoryStepAnswer, PageAnswer, RefusalAnswer
from gateway.api.answers.members import (
    Answer,
    Code,
    Day,
    Moment,
    Month,
    Months,
    Part,
    Parts,
    Several,
    Text,
    Whole,
    Yuan,
)
from gateway.api.answers.states import CONTRIBUTION, CONTRIBUTION_ACTIONS, REFUND, REFUND_ACTIONS
from services.common.identifiers import BANKS


class ContributionMonthAnswer(Answer):
    """One month of a contribution bill."""

    month = Month("Which month.")
    kind = Code("Paid in its time (汇缴), or later (补缴).", ("remittance", "back_payment"))
    kind_label = Text("The same in Chinese.")
    amount = Yuan("What the month comes to.")
    employer_part = Yuan("The employer's part of it; a freelancer pays both.")
    person_part = Yuan("The person's part of it.")


class ProposalAnswer(Answer):
    """What the next contribution bill would be for, or why there is none."""

    months = Months("The months, oldest first.")
    amount = Yuan("What they come to.")
    lines = Parts("The same month by month.", ContributionMonthAnswer)
    refusal = Part("Why there is nothing to register; null where there is.", RefusalAnswer, null=True)
    card = Part("The bound card, masked.", BoundCardAnswer, null=True)
    agreement = Part(
        "The agreement to accept before the card is debited; null once it is signed.",
        AgreementTextAnswer,
        null=True,
    )


class ContributionDueAnswer(Answer):
    """Months up to this one that a freelancer has not paid, and what they come to."""

    months = Months("The months, oldest first.")
    amount = Yuan("What they come to.")


class ContributionStepAnswer(HistoryStepAnswer):
    """One step of a contribution bill's timeline."""

    state = Code("The state it led to.", CONTRIBUTION)


class ContributionSettlementAnswer(Answer):
    """How a contribution bill is being paid, or was."""

    way = Code("By the bound card, or by scanning a code.", ("card", "code"))
    title = Text("The same in Chinese.")
    order_number = Text("The order's number at the bank.")
    bank_code = Code("The bank of the card that is debited.", BANKS, null=True)
    card_masked = Text("The card that is debited, masked.", null=True)
    bank_serial = Text("The bank's own number of the payment, once it is in.", null=True)
    channel = Text("Through what the money came, in Chinese, once it is in.", null=True)


class PaymentCodeAnswer(Answer):
    """A code to be scanned."""

    url = Text("What the picture of the code says.")
    expires_at = Moment("Until when it may be paid.")


class RefundAnswer(Answer):
    """Money of a contribution bill that is given back."""

    number = Text("The refund's number; its slip is asked for by it.")
    amount = Yuan("What is given back.")
    cause = Text("Why, in Chinese.")
    state = Code("Where it stands.", REFUND)
    label = Text("The state, in Chinese.")
    moved_at = Moment("Since when it stands there.")


class ContributionLineAnswer(Answer):
    """A contribution bill as lists show it."""

    number = Text("The bill's number: C, the day, a sequence.")
    business = Code("Always this.", ("contribution",))
    title = Text("What it is, in Chinese.")
    months = Months("The months it is for, oldest first.")
    amount = Yuan("What is to be paid.")
    state = Code("Where the bill stands.", CONTRIBUTION)
    label = Text("The state, in Chinese.")
    notice = Text("What its owner reads in this state.")
    problem = Text("Why the last try to pay it failed, in Chinese.", null=True)
    registered_at = Moment("When it was registered.")
    received_at = Moment("When its money came.", null=True)
    booked_on = Day("When it was booked.", null=True)
    actions = Several(
        "What its owner may do now; each has an address of its own: `settle_by_card` is `card-settlement`,"
        " `cancel_card` its cancellation, `settle_by_code` is `payment-code`, `cancel_code` its cancellation,"
        " `check` is `payment-check`, `delete` is DELETE.",
        CONTRIBUTION_ACTIONS,
    )
    waits_for = Code("Who goes on from here; null at an end.", ("owner", "hall"), null=True)


class ContributionAnswer(ContributionLineAnswer):
    """A contribution bill; while it can be debited, the card and the agreement to accept before."""

    card = Part(
        "The card that would be debited; null where none is, or it cannot be now.", BoundCardAnswer, null=True
    )
    agreement = Part(
        "The agreement to accept before the debit; null where none is.", AgreementTextAnswer, null=True
    )
    lines = Parts("The bill month by month.", ContributionMonthAnswer)
    voucher = Text("The voucher it was booked with.", null=True)
    settlement = Part(
        "How it is being paid, or was; null while no way is chosen.", ContributionSettlementAnswer, null=True
    )
    payment_code = Part("The code, only while it may be scanned.", PaymentCodeAnswer, null=True)
    refunds = Parts("What was given back of it.", RefundAnswer)
    timeline = Parts("What became of it so far, oldest first.", ContributionStepAnswer)


class ContributionsAnswer(PageAnswer):
    """One page of contribution bills, newest first."""

    items = Parts("The bills.", ContributionLineAnswer)


class StuckContributionAnswer(Answer):
    """A contribution bill, a refund or a closed payment code that needs eyes; nothing about the person."""

    number = Text("The number of the bill or refund, or the code's order number.")
    title = Text("Which of them it is, in Chinese.")
    state = Code("Where it stands.", dict.fromkeys((*CONTRIBUTION, *REFUND, "code_unanswered")))
    label = Text("The state, in Chinese.")
    cause = Text("What it waits for, or why money goes back, in Chinese.")
    amount = Yuan("How much it is about.")
    since_at = Moment("Since when it stands there.")
    tries = Whole("How often going on was tried; null for codes.", null=True)
    next_try_at = Moment("When it is tried next; null where nobody tries.", null=True)
    attempts = Whole("The number of the present order to the bank; refunds only.", always=False)
    bank_reason = Text("Why the bank refused the last one; refunds only.", null=True, always=False)
    actions = Several("What staff may do; refunds only.", REFUND_ACTIONS, always=False)


class StuckContributionsAnswer(Answer):
    """Contribution bills, refunds and closed payment codes that need eyes."""

    items = Parts("Bills first, then refunds, then codes.", StuckContributionAnswer)
    unlisted = Whole("How many more there are.")


class RefundOfStaffAnswer(Answer):
    """A refund that is tried again."""

    number = Text("The refund's number.")
    state = Code("Where it stands.", REFUND)
    label = Text("The state, in Chinese.")
