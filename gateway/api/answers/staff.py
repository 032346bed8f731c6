"""What the API answers to staff about the running of the hall."""

from gateway.api.answers.common import TitledAnswer
from gateway.api.answers.members import (
    Answer,
    Code,
    Day,
    Digest,
    Moment,
    Part,
    Parts,
    Several,
    Text,
    Truth,
    Whole,
    Yuan,
)
from gateway.api.answers.states import (
    INTEREST_PUT_OFF,
    INTEREST_RUN,
    INTEREST_RUN_ACTIONS,
    LETTER_ACTIONS,
    MESSAGE,
)
from gateway.calls import SERVICES


class DeadLetterAnswer(Answer):
    """A message that could not take effect: names and reasons, no contents."""

    number = Text("The letter's number.")
    event = Text("The event it tells of.")
    reason = Text("Why it could not take effect.")
    state = Text("Where it stands, in Chinese.")
    actions = Several("What staff may do.", LETTER_ACTIONS)
    first_died_at = Moment("When it was first given up.")
    died_at = Moment("When it was last given up.")
    deaths = Whole("How often it was given up.")
    reopened = Truth("Whether it was given up again after it had been settled.")


class ServiceLetterAnswer(DeadLetterAnswer):
    """A message that could not take effect, and where."""

    service = Code("The service that could not take it.", SERVICES)


class DeadLettersAnswer(Answer):
    """Messages that could not take effect, of all services that answered."""

    items = Parts("The messages, open ones first.", ServiceLetterAnswer)
    missing = Several("The services that did not answer.", SERVICES)


class LetterSettledAnswer(Answer):
    """A message after it was settled."""

    letter = Part("The message.", DeadLetterAnswer)


class InterestPutOffAnswer(Answer):
    """An account that a settlement passed over, and not because it is being closed."""

    fund_number = Text("Which account.")
    reason = Code("Why.", INTEREST_PUT_OFF)
    reason_label = Text("The same in Chinese.")
    trouble = Text("What the last try met with.", null=True)


class InterestDisputeAnswer(Answer):
    """An account on which two computations of its interest disagree."""

    fund_number = Text("Which account.")
    expected = Yuan("What the second computation comes to.")
    computed = Yuan("What the first one came to.")
    found_at = Moment("When the difference was found.")
    set_aside = Truth("Whether it was taken out of the settlement.")


class InterestRunAnswer(Answer):
    """One yearly settlement of interest."""

    number = Text("The settlement's number.")
    state = Code("Where it stands.", INTEREST_RUN)
    state_label = Text("The same in Chinese.")
    actions = Several("What staff may do.", INTEREST_RUN_ACTIONS)
    settles_on = Day("The day it is for, a 30 June.")
    rate_hundred_thousandths = Whole("The yearly rate in hundred thousandths: 1500 is 1.5 %.")
    accounts = Whole("How many accounts there are to settle.")
    accounts_done = Whole("How many are settled.")
    accounts_checked = Whole("How many were computed twice.")
    accounts_disputed = Whole("On how many the two computations disagree.")
    accounts_put_off = Whole("How many wait to be settled later.")
    put_off = Parts(
        "Some of those put off, without accounts being closed; named to supervisors and auditors alone.",
        InterestPutOffAnswer,
    )
    disputes = Parts("Accounts in dispute; named to supervisors and auditors alone.", InterestDisputeAnswer)
    interest = Yuan("What was booked so far.")
    started_at = Moment("When it began.")
    finished_at = Moment("When it was finished.", null=True)
    digest = Digest("what was booked, once it is finished", null=True)
    trouble = Text("Why it halted; told to supervisors and auditors alone.", null=True)


class UnfinishedImportAnswer(Answer):
    """An import of books that was begun and is not finished."""

    begun_at = Moment("When it was begun.")
    running = Truth("Whether it runs now.")


class InterestRunsAnswer(Answer):
    """The yearly settlements, the unfinished import that they wait for, and accounts not all taken over."""

    items = Parts("The settlements, newest first.", InterestRunAnswer)
    waits_for = Part("The import; null where none is unfinished.", UnfinishedImportAnswer, null=True)
    accounts_taking_over = Whole("How many accounts no settlement takes in yet.")


class SmsProviderAnswer(Answer):
    """An SMS provider."""

    name = Text("Its name here, as a code.")
    title = Text("The same in Chinese.")
    misses = Whole("How often in a row it failed.")
    paused_until = Text("Until when it is left alone; null: it is used.", null=True)


class SmsStateAnswer(Answer):
    """How many messages are in a state."""

    state = Code("Which state.", MESSAGE)
    label = Text("The same in Chinese.")
    count = Whole("How many: all that are under way, and those of the last day that have ended.")


class SmsCodesAnswer(Answer):
    """Whether codes are given back."""

    issued = Whole("How many were sent in the last two hours.")
    approved = Whole("How many of them were given back.")
    alarm = Truth("Whether that is too few.")


class SmsAnswer(Answer):
    """How the sending of SMS is doing."""

    providers = Parts("The providers, in the order they are used.", SmsProviderAnswer)
    states = Parts("The messages by state.", SmsStateAnswer)
    codes = Part("The codes of late.", SmsCodesAnswer)


class TrialRowAnswer(Answer):
    """One subject of the chart of accounts."""

    subject = Text("Its number in the national chart.")
    title = Text("Its name.")
    debit = Yuan("What was debited to it.")
    credit = Yuan("What was credited to it.")
    balance = Yuan("Its balance, on its normal side.")


class TrialBalanceAnswer(Answer):
    """The trial balance of the deposit book."""

    items = Parts("One row a subject.", TrialRowAnswer)
    debit = Yuan("All debits.")
    credit = Yuan("All credits.")
    balanced = Truth("Whether both are the same.")


class OfficeAnswer(TitledAnswer):
    """A department, or with an empty code the centre itself."""

    members = Whole("How many logins it has, disabled ones left out.")


class OfficesAnswer(Answer):
    """The centre and its departments."""

    items = Parts("The centre first.", OfficeAnswer)
