"""Who pays in for themselves (自由职业者, national unit kind 72), and how much a month is."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.offices import FREELANCER
from services.deposit import rules
from services.deposit.models import Account, BaseAdjustment, Employer

UNDONE = "undone"


def is_freelancer(session: Session, account: Account) -> bool:
    """Whether the account stands under a department's freelancers: the kind of its employer decides."""
    kind = session.scalar(select(Employer.kind).where(Employer.number == account.employer_number))
    return kind == FREELANCER


def contribution_for(session: Session, account: Account, month: date) -> rules.MonthlyContribution:
    """What a freelancer owes for one month, by the base in force then and the rates of the account."""
    base_fen = rules.base_in(month, account.contribution_base_fen, base_changes(session, account.number))
    rates = account.employer_rate_percent, account.person_rate_percent
    return rules.monthly_contribution(base_fen, *rates)


def base_changes(session: Session, fund_number: str) -> list[rules.BaseChange]:
    """Every adjustment of the account's base that was not undone, those still to come included."""
    rows = session.scalars(
        select(BaseAdjustment)
        .where(BaseAdjustment.fund_number == fund_number, BaseAdjustment.state != UNDONE)
        .order_by(BaseAdjustment.effective_on)
    )
    return [rules.BaseChange(row.effective_on, row.before_fen, row.after_fen) for row in rows]
