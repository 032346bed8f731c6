"""Books as rows of text: our values become the standard's codes, amounts and dates."""

from collections.abc import Iterator
from datetime import date

from ops.books.households import Employer
from ops.books.ledger import AccountFold
from ops.books.loans import LoanFold
from ops.books.situations import Depositor, Household
from services.common.money import yuan
from services.common.national_standard import code_lists

Row = tuple[str, ...]

_LINE_CODES = {
    name: code_lists.LEDGER_LINE_KINDS.code_of(name) for name in code_lists.LEDGER_LINE_KINDS.names
}
_REASON_CODES = {"": ""} | {
    name: code_lists.WITHDRAWAL_REASONS.code_of(name) for name in code_lists.WITHDRAWAL_REASONS.names
}
_ORIGINAL = code_lists.REVERSAL_MARKS.code_of("original")
_ID_CARD = code_lists.IDENTITY_PAPERS.code_of("id_card")
_NOTHING = yuan(0)


def employer_row(employer: Employer, opened_on: date) -> Row:
    """One line of employers.csv."""
    rate = f"{employer.rate_percent}.00"
    return (
        employer.number,
        employer.name,
        employer.organisation_code,
        code_lists.EMPLOYER_KINDS.code_of(employer.kind),
        code_lists.EMPLOYER_STATES.code_of("normal"),
        opened_on.isoformat(),
        f"{employer.pay_day:02d}",
        rate,
        rate,
    )


def depositor_row(depositor: Depositor) -> Row:
    """One line of depositors.csv."""
    person = depositor.person
    return person.fund_number, person.name, _ID_CARD, person.id_number, person.mobile


def account_row(depositor: Depositor, fold: AccountFold) -> Row:
    """One line of accounts.csv, with the balances the ledger lines add up to."""
    plan = depositor.plan
    part, rate = yuan(fold.part_fen()), f"{plan.rate_percent}.00"
    return (
        depositor.person.fund_number,
        plan.employer_number,
        code_lists.ACCOUNT_STATES.code_of(_state(depositor)),
        plan.opened_on.isoformat(),
        yuan(fold.base_fen),
        rate,
        rate,
        part,
        part,
        yuan(fold.balance_fen),
        yuan(fold.carried_fen),
        yuan(fold.current_fen),
        _day(plan.sealed_on),
        code_lists.FREEZE_FLAGS.code_of("no_movement" if plan.frozen_on else "none"),
        _day(plan.closed_on),
        _REASON_CODES["moving_away"] if plan.closed_on else "",
    )


def ledger_rows(fund_number: str, fold: AccountFold) -> Iterator[Row]:
    """The lines of ledger_lines.csv of one account, in order."""
    for place, line in enumerate(fold.lines, start=1):
        halves = (yuan(line.employer_fen), yuan(line.person_fen)) if line.employer_fen else ("", "")
        yield (
            f"{fund_number}{place:04d}",
            fund_number,
            line.booked_on.isoformat(),
            _LINE_CODES[line.kind],
            _money(line.amount_fen),
            _money(line.current_fen),
            _money(line.carried_fen),
            _money(line.interest_fen),
            _REASON_CODES[line.reason],
            _ORIGINAL,
            line.for_month,
            *halves,
        )


def couple_row(household: Household) -> Row | None:
    """One line of couples.csv, or None for a household of one."""
    if household.married_on is None or len(household.depositors) != 2:
        return None
    first, second = (depositor.person.fund_number for depositor in household.depositors)
    return first, second, household.married_on.isoformat()


def contract_number(household: Household) -> str:
    """The number of the household's loan contract."""
    if household.loan is None:
        raise ValueError("a household without a loan has no contract")
    return f"QD{household.loan.disbursed_on:%Y}{household.depositors[0].person.fund_number[4:]}"


def contract_row(household: Household, fold: LoanFold) -> Row:
    """One line of loan_contracts.csv."""
    plan, people = fold.plan, [depositor.person.fund_number for depositor in household.depositors]
    method = "equal_principal" if plan.equal_principal else "equal_instalment"
    return (
        contract_number(household),
        people[0],
        people[1] if len(people) > 1 else "",
        yuan(plan.principal_fen),
        f"{fold.rate // 1000}.{fold.rate % 1000:03d}0000",
        str(plan.instalments),
        code_lists.REPAYMENT_METHODS.code_of(method),
        plan.disbursed_on.isoformat(),
        f"{plan.disbursed_on.day:02d}",
        yuan(fold.outstanding_fen),
        *(yuan(fold.repaid_fen(part)) for part in ("principal_fen", "interest_fen", "penalty_fen")),
        yuan(fold.overdue_principal_fen),
        yuan(fold.overdue_interest_fen),
        str(fold.overdue_instalments),
        _day(fold.settled_on),
    )


def repayment_rows(number: str, fold: LoanFold) -> Iterator[Row]:
    """The lines of loan_repayments.csv of one contract, in order."""
    for place, line in enumerate(fold.lines, start=1):
        yield (
            f"{number}{place:04d}",
            number,
            code_lists.LOAN_LINE_KINDS.code_of(line.kind),
            line.happened_on.isoformat(),
            line.booked_on.isoformat(),
            str(line.instalment),
            yuan(line.principal_fen + line.interest_fen + line.penalty_fen),
            yuan(line.principal_fen),
            yuan(line.interest_fen),
            yuan(line.penalty_fen),
        )


def card_row(depositor: Depositor) -> Row | None:
    """One line of cards.csv, or None where no card is bound."""
    card = depositor.card
    if card is None:
        return None
    return depositor.person.fund_number, card.bank_code, card.card_number, card.bound_on.isoformat()


def agreement_row(depositor: Depositor) -> Row | None:
    """One line of agreements.csv, or None for those of the normal edition."""
    if depositor.professional_since is None:
        return None
    return depositor.person.fund_number, "professional", depositor.professional_since.isoformat()


def _state(depositor: Depositor) -> str:
    plan = depositor.plan
    if plan.closed_on:
        return "closed_by_withdrawal"
    if plan.frozen_on:
        return "frozen"
    return "sealed" if plan.sealed_on else "normal"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _money(fen: int) -> str:
    return yuan(fen) if fen else _NOTHING
