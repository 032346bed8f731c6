"""What the API answers about the account, its lines, messages, loans, and of everything at once."""

from gateway.api.answers.cards import BoundCardAnswer, CardAnswer
from gateway.api.answers.common import MovementAnswer, PageAnswer
from gateway.api.answers.contributions import ContributionDueAnswer, ContributionLineAnswer
from gateway.api.answers.members import (
    Answer,
    Code,
    Day,
    Moment,
    Month,
    Part,
    Parts,
    Several,
    Text,
    Truth,
    Whole,
    Yuan,
)
from gateway.api.answers.states import ACCOUNT, FREEZES, MESSAGE
from gateway.api.answers.withdrawals import BillLineAnswer, CautionPart
from gateway.calls import SERVICES
from services.common.national_standard.code_lists import LEDGER_LINE_KINDS

LINE_KINDS = (*LEDGER_LINE_KINDS.names, "closing_interest")


class AccountAnswer(Answer):
    """Own fund profile."""

    fund_number = Text("职工编号, which is the account's number, too.", pattern="^[0-9]{12}$")
    name = Text("The own name.")
    id_number = Text("The own ID number, masked.")
    employer = Text("Who pays in; of freelancers their department.", null=True)
    freelancer = Truth("Whether the person pays in for themselves.")
    state = Code("The account's state, as the national standard has it.", ACCOUNT)
    state_label = Text("The state, in Chinese.")
    freeze_flag = Code("What is frozen.", FREEZES)
    freeze_label = Text("The same in Chinese.")
    opened_on = Day("When the account was opened.")
    sealed_on = Day("When it was sealed (封存).", null=True)
    closed_on = Day("When it was closed.", null=True)
    contribution_base = Yuan("What a month's contribution is reckoned from.")
    employer_rate_percent = Whole("The employer's rate, in percent.")
    person_rate_percent = Whole("The person's rate, in percent.")
    monthly_contribution = Yuan("Both parts of a month.")
    balance = Yuan("The whole balance.")
    held = Yuan("What of it is set aside for withdrawals under way.")
    available = Yuan("What of it is not.")
    carried = Yuan("What of it was there when the account year began on 1 July.")
    this_year = Yuan("What of it came since.")
    last_contribution_month = Month("The latest month paid for (缴至年月).", null=True)
    card = Part("The bound card; null where none is.", BoundCardAnswer, null=True)


class ContributionEntryAnswer(Answer):
    """One contribution that was booked, or taken back."""

    booked_on = Day("When.")
    kind = Code("What it was.", LINE_KINDS)
    reversal = Truth("Whether it takes back one booked before (冲账): its amounts are below nothing then.")
    kind_label = Text("Both in Chinese.")
    for_month = Month("The month it was for.", null=True)
    amount = Yuan("Both parts.")
    employer_part = Yuan("The employer's part; null where only the sum is known.", null=True)
    person_part = Yuan("The person's part; null where only the sum is known.", null=True)


class ContributionEntriesAnswer(PageAnswer):
    """One page of contributions, newest first."""

    items = Parts("The contributions.", ContributionEntryAnswer)
    from_on = Day("The first day that was looked at.")
    to_on = Day("The last day that was looked at.")


class LedgerLineAnswer(MovementAnswer):
    """One line of the own ledger."""

    kind = Code("What it was.", LINE_KINDS)
    bill_number = Text("The bill it belongs to.", null=True)


class LedgerAnswer(PageAnswer):
    """One page of the own ledger, newest first."""

    items = Parts("The lines.", LedgerLineAnswer)


class YearAnswer(Answer):
    """The account in one calendar year."""

    year = Whole("Which year.")
    contributed = Yuan(
        "Contributions and what was brought over from other centres, less what was taken back."
    )
    interest = Yuan("Yearly interest.")
    other = Yuan("What else came in.")
    withdrawn = Yuan("What went out, less what of it was taken back.")
    balance = Yuan("The balance at its end, or today.")


class YearsAnswer(Answer):
    """The account year by year."""

    items = Parts("One line for every year since the first, without gaps.", YearAnswer)


class MessageAnswer(Answer):
    """One SMS message, without any code in it."""

    number = Text("The message's number.")
    title = Text("What it is about, in Chinese.")
    template = Text("Which text it is, as a code.")
    template_version = Whole("Which wording of it.")
    text = Text("What was sent; a code in it is not shown.")
    phone_masked = Text("The phone it went to, masked; null: the verified one, or none.", null=True)
    state = Code("What became of it.", MESSAGE)
    state_label = Text("The same in Chinese.")
    written_at = Moment("When it was written.")
    sent_at = Moment("When it was handed to the provider.", null=True)
    reported_at = Moment("When the provider said what became of it.", null=True)


class MessagesAnswer(PageAnswer):
    """One page of own messages, newest first."""

    items = Parts("The messages.", MessageAnswer)


class ContractAnswer(Answer):
    """A loan contract of one's own, as borrower or co-borrower."""

    contract_number = Text("The contract's number.")
    role = Code("As what one stands in it.", ("borrower", "co_borrower"))
    principal = Yuan("What was lent.")
    annual_rate_hundred_thousandths = Whole("The yearly rate in hundred thousandths: 3250 is 3.25 %.")
    instalments = Whole("In how many instalments.")
    repayment_method = Text("How it is repaid, in Chinese.")
    disbursed_on = Day("When it was paid out.")
    repayment_day = Whole("On which day of the month it is repaid.")
    outstanding_principal = Yuan("What of the principal is owed still.")
    repaid = Yuan("What was repaid so far, with interest.")
    overdue = Yuan("What is overdue, with interest.")
    settled_on = Day("When it was repaid in whole.", null=True)


class HomeAnswer(Answer):
    """What the home page shows; a part whose service did not answer is null or empty, and named."""

    account = Part("The own account.", AccountAnswer, null=True)
    account_refusal = Text("Why the account cannot be shown now, in Chinese.", null=True)
    card = Part("The bound card.", CardAnswer, null=True)
    movements = Parts("The three newest lines of the ledger.", LedgerLineAnswer)
    waiting = Parts("Own withdrawal bills that wait for their owner.", BillLineAnswer)
    withdrawals_under_way = Parts("Those that go on by themselves.", BillLineAnswer)
    caution = CautionPart()
    contributing = Parts("Own contribution bills that wait for their owner.", ContributionLineAnswer)
    contributions_under_way = Parts("Those that go on by themselves.", ContributionLineAnswer)
    contribution_due = Part(
        "What a freelancer owes and has no bill for; null for everybody else.",
        ContributionDueAnswer,
        null=True,
    )
    messages = Parts("The five newest messages.", MessageAnswer)
    contracts = Parts("Own loan contracts.", ContractAnswer)
    missing = Several("The services that did not answer.", SERVICES)
