"""A fund loan from its plan: the contract as it stands and every repayment line, to the fen."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from ops.books.arithmetic import equal_instalment_fen, half_up, month_interest_fen, months_after
from ops.books.figures import HUNDRED_THOUSANDTHS, Figures
from ops.books.situations import LoanPlan

_LATE_DAYS = 10


class RepaymentLine(NamedTuple):
    """One line of a loan account."""

    kind: str
    happened_on: date
    booked_on: date
    instalment: int
    principal_fen: int
    interest_fen: int
    penalty_fen: int = 0


@dataclass
class LoanFold:
    """A loan while its instalments fall due; `balance_fen` is principal that is not yet due."""

    plan: LoanPlan
    figures: Figures
    balance_fen: int
    rate: int
    payment_fen: int = 0
    overdue_principal_fen: int = 0
    overdue_interest_fen: int = 0
    overdue_instalments: int = 0
    settled_on: date | None = None
    lines: list[RepaymentLine] = field(default_factory=list)

    @property
    def outstanding_fen(self) -> int:
        """All principal still owed, overdue or not."""
        return self.balance_fen + self.overdue_principal_fen

    def repaid_fen(self, part: str) -> int:
        """What was repaid so far of "principal_fen", "interest_fen" or "penalty_fen"."""
        return sum(getattr(line, part) for line in self.lines if line.kind != "disbursement")

    def price(self, rate: int, instalment: int) -> None:
        """Take a rate and recompute the instalment over what remains."""
        self.rate = rate
        self.payment_fen = equal_instalment_fen(
            self.balance_fen, rate, self.plan.instalments - instalment + 1
        )

    def fall_due(self, instalment: int, due_on: date, *, paid: bool) -> None:
        """One instalment: paid in time, paid late with penalty, or carried to the overdue amounts."""
        interest = month_interest_fen(self.balance_fen, self.rate)
        principal = self._principal_fen(instalment, interest)
        self.balance_fen -= principal
        if not paid:
            self.overdue_principal_fen += principal
            self.overdue_interest_fen += interest
            self.overdue_instalments += 1
        elif instalment == self.plan.late_instalment:
            self._pay_late(instalment, due_on, principal, interest)
        else:
            self.lines.append(RepaymentLine("instalment", due_on, due_on, instalment, principal, interest))

    def settle(self, instalment: int, day: date) -> None:
        """Repay all that remains on a due day."""
        self.lines.append(RepaymentLine("settlement", day, day, instalment, self.balance_fen, 0))
        self.balance_fen, self.settled_on = 0, day

    def _principal_fen(self, instalment: int, interest_fen: int) -> int:
        if instalment == self.plan.instalments:
            return self.balance_fen
        if self.plan.equal_principal:
            return half_up(self.plan.principal_fen, self.plan.instalments)
        return self.payment_fen - interest_fen

    def _pay_late(self, instalment: int, due_on: date, principal: int, interest: int) -> None:
        """Penalty runs on the overdue principal and interest by the day, at the penalty share of the rate."""
        share = self.rate * self.figures.penalty_percent.whole(due_on) * _LATE_DAYS
        basis = HUNDRED_THOUSANDTHS * 100 * self.figures.day_basis.whole(due_on)
        penalty = half_up((principal + interest) * share, basis)
        paid_on = due_on + timedelta(days=_LATE_DAYS)
        line = RepaymentLine("overdue_payment", due_on, paid_on, instalment, principal, interest, penalty)
        self.lines.append(line)


def fold_loan(plan: LoanPlan, today: date, figures: Figures) -> LoanFold:
    """The loan as it stands on `today`. Rates follow the table: loans over a year reprice each 1 January."""
    fold = LoanFold(plan, figures, plan.principal_fen, _rate_on(plan, plan.disbursed_on, figures))
    fold.lines.append(
        RepaymentLine("disbursement", plan.disbursed_on, plan.disbursed_on, 0, plan.principal_fen, 0)
    )
    fold.price(fold.rate, 1)
    due_days = _due_days(plan, today)
    for instalment, due_on in enumerate(due_days, start=1):
        _reprice(fold, instalment, due_on)
        paid = instalment <= len(due_days) - plan.unpaid_instalments
        fold.fall_due(instalment, due_on, paid=paid)
        if instalment == plan.settled_after:
            fold.settle(instalment, due_on)
            break
    return fold


def _due_days(plan: LoanPlan, today: date) -> list[date]:
    days = (months_after(plan.disbursed_on, number) for number in range(1, plan.instalments + 1))
    return [day for day in days if day <= today]


def _reprice(fold: LoanFold, instalment: int, due_on: date) -> None:
    new_year = date(due_on.year, 1, 1)
    if fold.plan.instalments <= 12 or new_year <= fold.plan.disbursed_on:
        return
    rate = _rate_on(fold.plan, new_year, fold.figures)
    if rate != fold.rate:
        fold.price(rate, instalment)


def _rate_on(plan: LoanPlan, day: date, figures: Figures) -> int:
    return figures.loan_rate(second_home=plan.second_home, instalments=plan.instalments, day=day)
