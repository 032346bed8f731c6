"""What the API answers about inbound transfers."""

from gateway.api.answers.common import HistoryStepAnswer, PageAnswer, RefusalAnswer, TitledAnswer
from gateway.api.answers.members import Answer, Code, Day, Moment, Parts, Several, Text, Whole, Yuan
from gateway.api.answers.states import NATIONAL_CODES, TRANSFER, TRANSFER_ACTIONS


class CentreAnswer(TitledAnswer):
    """A centre that a fund may come from."""

    group = Text("The part of the list it stands in, in Chinese.")


class TransferRefusalAnswer(RefusalAnswer):
    """Why no transfer can be registered today."""

    status = Whole("The HTTP status a registration would be refused with.")
    pointer = Text("What of the form it is about; null: none of it.", null=True)
    retry_after_s = Whole("After how many seconds it may be tried again.", null=True)


class TransferFormAnswer(Answer):
    """What the form of an inbound transfer offers, and every reason why not."""

    centres = Parts("The centres, all but the own one.", CentreAnswer)
    refusals = Parts("Every reason why not, at once; empty where one may register.", TransferRefusalAnswer)
    months_required = Whole("How many months must have been contributed here.")


class TransferStepAnswer(HistoryStepAnswer):
    """One step of a transfer's timeline."""

    state = Code("The state it led to.", TRANSFER)


class TransferLineAnswer(Answer):
    """An inbound transfer as lists show it."""

    number = Text("The transfer's number: T, the day, a sequence.")
    letter_number = Text("The number of its contact letter.")
    centre = Text("The code of the centre it comes from.")
    centre_title = Text("That centre's name.")
    employer_name = Text("The employer there, as typed.")
    account_masked = Text("The account there, masked.")
    state = Code("Where it stands.", TRANSFER)
    label = Text("The state of its contact letter, in Chinese.")
    national_code = Code(
        "The same as the national platform codes it; null where it has no code for it.",
        NATIONAL_CODES,
        null=True,
    )
    notice = Text("What its owner reads in this state.")
    amount = Yuan("What came over, once it has.", null=True)
    registered_on = Day("When it was registered.")
    registered_at = Moment("The same to the second.")
    actions = Several("What its owner may do now: `revoke` at `revocation`.", TRANSFER_ACTIONS)


class TransferAnswer(TransferLineAnswer):
    """An inbound transfer with its timeline."""

    principal = Yuan("What of it was principal there.", null=True)
    interest = Yuan("What of it was interest there.", null=True)
    booked_on = Day("When it was booked.", null=True)
    voucher = Text("The voucher it was booked with.", null=True)
    remark = Text("What the other centre wrote last.", null=True)
    problem = Text("Why it does not go on at the moment, in Chinese.", null=True)
    timeline = Parts("What became of it so far, oldest first.", TransferStepAnswer)


class TransfersAnswer(PageAnswer):
    """One page of inbound transfers, newest first."""

    items = Parts("The transfers.", TransferLineAnswer)


class StuckTransferAnswer(Answer):
    """An inbound transfer that needs eyes; nothing about the person."""

    number = Text("The transfer's number.")
    letter_number = Text("The number of its contact letter.")
    title = Text("What it is, in Chinese.")
    state = Code("Where it stands.", TRANSFER)
    label = Text("The state, in Chinese.")
    amount = Yuan("What came over, once it has.", null=True)
    since_at = Moment("Since when it stands there.")
    tries = Whole("How often the platform was asked.")
    problem = Text("What stands against it, in Chinese.", null=True)


class StuckTransfersAnswer(Answer):
    """Inbound transfers that need eyes."""

    items = Parts("The transfers, longest waiting first; those that are over last.", StuckTransferAnswer)
    unlisted = Whole("How many more there are.")
