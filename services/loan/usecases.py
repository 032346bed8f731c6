"""What is asked of loan: the evidence for a loan withdrawal, and a person's own contracts."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from services.common.national_standard.code_lists import REPAYMENT_METHODS
from services.loan.models import Contract, Repayment
from services.loan.rules import in_arrears, repaid_fen

NO_LOAN: dict[str, Any] = {
    "contract_number": None,
    "disbursed_on": None,
    "in_arrears": False,
    "repaid_fen": 0,
    "spouse_fund_number": None,
}


def evidence(session: Session, fund_number: str, since: date | None) -> dict[str, Any]:
    """The person's current contract, its arrears, and what the couple repaid on it after `since`."""
    current = select(Contract).where(_belongs_to(fund_number), Contract.settled_on.is_(None))
    contract = session.scalar(
        current.order_by(Contract.disbursed_on.desc(), Contract.contract_number).limit(1)
    )
    if contract is None:
        return NO_LOAN
    return {
        "contract_number": contract.contract_number,
        "disbursed_on": contract.disbursed_on.isoformat(),
        "in_arrears": _overdue(contract),
        "repaid_fen": repaid_fen(_lines(session, contract.contract_number, since)),
        "spouse_fund_number": _other(contract, fund_number),
    }


def contracts(session: Session, fund_number: str) -> dict[str, Any]:
    """The person's contracts as borrower or co-borrower, the newest first."""
    own = select(Contract).where(_belongs_to(fund_number)).order_by(Contract.disbursed_on.desc())
    return {"items": [_shown(session, contract, fund_number) for contract in session.scalars(own)]}


def _belongs_to(fund_number: str) -> ColumnElement[bool]:
    return or_(Contract.borrower_fund_number == fund_number, Contract.co_borrower_fund_number == fund_number)


def _lines(session: Session, contract_number: str, since: date | None) -> list[tuple[str, int, int]]:
    lines = select(Repayment.kind, Repayment.principal_fen, Repayment.interest_fen).where(
        Repayment.contract_number == contract_number
    )
    if since is not None:
        lines = lines.where(Repayment.booked_on > since)
    return [(kind, principal, interest) for kind, principal, interest in session.execute(lines)]


def _other(contract: Contract, fund_number: str) -> str | None:
    if contract.borrower_fund_number != fund_number:
        return contract.borrower_fund_number
    return contract.co_borrower_fund_number


def _overdue(contract: Contract) -> bool:
    return in_arrears(contract.overdue_principal_fen, contract.overdue_interest_fen)


def _shown(session: Session, contract: Contract, fund_number: str) -> dict[str, Any]:
    borrows = contract.borrower_fund_number == fund_number
    return {
        "contract_number": contract.contract_number,
        "role": "borrower" if borrows else "co_borrower",
        "principal_fen": contract.principal_fen,
        "annual_rate_hundred_thousandths": contract.annual_rate_hundred_thousandths,
        "instalments": contract.instalments,
        "repayment_method": REPAYMENT_METHODS.title_of(contract.repayment_method),
        "disbursed_on": contract.disbursed_on.isoformat(),
        "repayment_day": contract.repayment_day,
        "outstanding_principal_fen": contract.outstanding_principal_fen,
        "repaid_fen": repaid_fen(_lines(session, contract.contract_number, None)),
        "overdue_fen": contract.overdue_principal_fen + contract.overdue_interest_fen,
        "settled_on": contract.settled_on.isoformat() if contract.settled_on else None,
    }
