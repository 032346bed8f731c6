"""缴存登记 (manual 6.1.1): what the next bill is for, computed; registered only as it was shown."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.agreements import needed
from services.common.clock import business_now, business_today
from services.common.errors import Refusal
from services.common.ledger import book
from services.common.move import begin
from services.common.national_standard.code_lists import LEDGER_LINE_KINDS
from services.common.outbox import announce
from services.common.policy import load_policy
from services.common.request import Request
from services.common.settings import settings
from services.deposit import freelancers, refusals
from services.deposit.accounts import account_of, current_card, shown_card
from services.deposit.contributed_months import FOR_A_MONTH, contributed_months
from services.deposit.contribution import booking, rules, saga
from services.deposit.contribution.models import BILL_NUMBERS, Bill, ContributedMonth
from services.deposit.contribution.states import CONTRIBUTION, OPEN
from services.deposit.models import Account
from services.deposit.rules import MonthlyContribution
from services.deposit.states import ACCOUNT, FREEZE_LABELS

AGREEMENT = "direct_debit"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The next bill: its months, oldest first, with both parts of each."""

    months: tuple[date, ...]
    parts: tuple[MonthlyContribution, ...]

    @property
    def amount_fen(self) -> int:
        """All months together."""
        return sum(part.total_fen for part in self.parts)


def proposed(session: Session, fund_number: str) -> dict[str, Any]:
    """What 登记 shows: months and amount to be verified, or the reason why there is nothing to register."""
    card = shown_card(current_card(session, fund_number))
    shown: dict[str, Any] = {"card": card, "agreement": needed(session, fund_number, AGREEMENT)}
    try:
        proposal = proposal_for(session, fund_number)
    except Refusal as refusal:
        wire = refusal.on_wire()
        told = {name: wire[name] for name in ("code", "sentence", "rule", "figures", "passes_on")}
        return shown | {"months": [], "amount_fen": 0, "lines": [], "refusal": told}
    return shown | {
        "months": [f"{month:%Y-%m}" for month in proposal.months],
        "amount_fen": proposal.amount_fen,
        "lines": lines_shown(proposal.months, proposal.parts, business_today()),
        "refusal": None,
    }


def lines_shown(
    months: tuple[date, ...], parts: tuple[MonthlyContribution, ...], today: date
) -> list[dict[str, Any]]:
    """A bill month by month, as people read it."""
    return [
        {
            "month": f"{month:%Y-%m}",
            "kind": rules.kind_of(month, today),
            "kind_label": LEDGER_LINE_KINDS.title_of(rules.kind_of(month, today)),
            "amount_fen": part.total_fen,
            "employer_part_fen": part.employer_part_fen,
            "person_part_fen": part.person_part_fen,
        }
        for month, part in zip(months, parts, strict=True)
    ]


def proposal_for(session: Session, fund_number: str) -> Proposal:
    """The next bill of the person. Raises the Refusal that says why there is none."""
    account, today = account_of(session, fund_number), business_today()
    refuse_unfit(session, account)
    if (open_bill := _open_bill(session, fund_number)) is not None:
        raise refusals.contribution_open(open_bill)
    paid, terms = _paid_months(session, fund_number), _terms(today)
    months = rules.due_months(paid, account.opened_on, today, terms)
    if not months:
        raise refusals.all_contributed(rules.opens_on(paid, today, terms))
    parts = tuple(freelancers.contribution_for(session, account, month) for month in months)
    return Proposal(months=tuple(months), parts=parts)


def refuse_unfit(session: Session, account: Account) -> None:
    """Contributions of one's own are a freelancer's, to an open account that takes money in."""
    if not freelancers.is_freelancer(session, account):
        raise refusals.contributed_by_employer()
    if not booking.takes_in(account):
        raise refusals.not_taking_in(_label(account))
    if booking.closing(session, book.personal(account.number)):
        raise refusals.account_closing()


def _label(account: Account) -> str:
    """The state of the account, or what is frozen of it when the state is not the reason."""
    return ACCOUNT.labels[account.state] if account.state != "normal" else FREEZE_LABELS[account.freeze_flag]


def _open_bill(session: Session, fund_number: str) -> str | None:
    wanted = select(Bill.number).where(Bill.fund_number == fund_number, Bill.state.in_(OPEN))
    return session.scalar(wanted)


def _paid_months(session: Session, fund_number: str) -> set[date]:
    booked = contributed_months(book.personal(fund_number), FOR_A_MONTH)
    of_bills = select(ContributedMonth.month).where(ContributedMonth.fund_number == fund_number)
    months = [*session.scalars(booked), *session.scalars(of_bills)]
    return {month for month in months if month is not None}


def _terms(today: date) -> rules.Terms:
    policy = load_policy(settings().city)
    return rules.Terms(
        at_once=policy.figure("contribution_months_at_once").whole(today),
        arrears=policy.figure("contribution_arrears_months").whole(today),
        ahead=policy.figure("contribution_months_ahead").whole(today),
    )


def refuse_outdated(session: Session, bill: Bill) -> None:
    """A bill is paid only as it would be registered today: its months still due, each at its base of now."""
    if _paid_months(session, bill.fund_number) & set(bill.months):
        raise refusals.months_contributed()
    account, today = account_of(session, bill.fund_number), business_today()
    terms = _terms(today)
    due = all(rules.may_be_paid(month, account.opened_on, today, terms) for month in bill.months)
    parts = [freelancers.contribution_for(session, account, month) for month in bill.months]
    owed = [(part.employer_part_fen, part.person_part_fen) for part in parts]
    kept = list(zip(bill.employer_part_fens, bill.person_part_fens, strict=True))
    if not due or owed != kept:
        raise refusals.bill_outdated()


def insert(session: Session, request: Request, wanted: dict[str, Any]) -> dict[str, Any]:
    """保存: one bill for exactly the months and the amount that were shown (D-06, D-07)."""
    fund_number = request.person.id
    # The account's row in the ledger decides between two registrations at once.
    book.locked(session, book.personal(account_of(session, fund_number).number))
    proposal = proposal_for(session, fund_number)
    shown = [f"{month:%Y-%m}" for month in proposal.months], proposal.amount_fen
    if shown != (wanted["months"], wanted["amount_fen"]):
        raise refusals.proposal_changed()
    bill = _bill(session, fund_number, proposal)
    begin(session, CONTRIBUTION, bill, actor=fund_number, at=bill.registered_at)
    session.flush()
    announce(session, "contribution.registered", f"{CONTRIBUTION.name}:{bill.number}", saga.payload(bill))
    return {"number": bill.number}


def _bill(session: Session, fund_number: str, proposal: Proposal) -> Bill:
    now = business_now()
    return Bill(
        number=f"C{now:%Y%m%d}{session.execute(BILL_NUMBERS.next_value()).scalar_one():06d}",
        fund_number=fund_number,
        amount_fen=proposal.amount_fen,
        months=list(proposal.months),
        employer_part_fens=[part.employer_part_fen for part in proposal.parts],
        person_part_fens=[part.person_part_fen for part in proposal.parts],
        attempt=0,
        registered_at=now,
        moved_at=now,
    )
