"""The ledger lines of one account, folded from its plan: contributions, interest, sealing, closing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from ops.books.arithmetic import deposit_interest_fen, months_after, part_of_base_fen
from ops.books.figures import Figures
from ops.books.situations import AccountPlan

RENT_QUOTA_FEN = 840_000


class LedgerLine(NamedTuple):
    """One line of an account: what it adds to the balance, split by current and carried part."""

    booked_on: date
    kind: str
    amount_fen: int = 0
    current_fen: int = 0
    carried_fen: int = 0
    interest_fen: int = 0
    reason: str = ""
    for_month: str = ""
    employer_fen: int = 0
    person_fen: int = 0


class Happening(NamedTuple):
    """Something planned for an account on a day; those of one day follow `order`."""

    day: date
    order: int
    kind: str
    month: date | None = None


@dataclass
class AccountFold:
    """An account while its lines are told: balances, base and the day balances summed so far."""

    plan: AccountPlan
    figures: Figures
    current_fen: int = 0
    carried_fen: int = 0
    base_fen: int = 0
    fen_days: int = 0
    counted_to: date = date.min
    lines: list[LedgerLine] = field(default_factory=list)

    @property
    def balance_fen(self) -> int:
        """Current and carried part together."""
        return self.current_fen + self.carried_fen

    def part_fen(self) -> int:
        """What employer and person each pay in a month at present."""
        return part_of_base_fen(self.base_fen, self.plan.rate_percent)

    def take(self, happening: Happening) -> None:
        """Add the line of one happening."""
        self.fen_days += self.balance_fen * (happening.day - self.counted_to).days
        self.counted_to = happening.day
        line = _LINES[happening.kind](self, happening)
        self.current_fen += line.current_fen
        self.carried_fen += line.carried_fen
        self.lines.append(line)

    def accrued_fen(self, day: date) -> int:
        """Interest since the last settlement; the day balances start anew."""
        rate = self.figures.deposit_rate.whole(day)
        interest = deposit_interest_fen(self.fen_days, rate, self.figures.day_basis.whole(day))
        self.fen_days = 0
        return interest


def fold_account(plan: AccountPlan, today: date, figures: Figures) -> AccountFold:
    """The account as it stands on `today`, with all lines that led there."""
    fold = AccountFold(plan, figures, base_fen=figures.base_within_limits(plan.base_fen, plan.opened_on))
    fold.counted_to = plan.opened_on
    for happening in sorted(_happenings(plan, today)):
        fold.take(happening)
    return fold


def _happenings(plan: AccountPlan, today: date) -> Iterator[Happening]:
    yield Happening(plan.opened_on, 0, "opening")
    last = min(day for day in (today, plan.closed_on) if day)
    yield from _contributions(plan, last)
    for year in range(plan.opened_on.year, last.year + 1):
        if plan.opened_on < date(year, 6, 30) <= last:
            yield Happening(date(year, 6, 30), 5, "yearly_interest")
        if plan.opened_on < date(year, 7, 1) <= min(last, _active_until(plan)):
            yield Happening(date(year, 7, 1), 6, "base_adjustment")
    for day, order, kind in _once_each(plan):
        if day and day <= last:
            yield Happening(day, order, kind)


def _once_each(plan: AccountPlan) -> tuple[tuple[date | None, int, str], ...]:
    return (
        (plan.withdrawn_on, 2, "part_withdrawal"),
        (plan.sealed_on, 3, "sealing"),
        (plan.frozen_on, 4, "freezing"),
        (plan.closed_on, 9, "closing_withdrawal"),
    )


def _active_until(plan: AccountPlan) -> date:
    """The last day on which a contribution may be booked."""
    ends = [day - timedelta(days=1) for day in (plan.sealed_on, plan.frozen_on, plan.closed_on) if day]
    return min(ends, default=date.max)


def _contributions(plan: AccountPlan, last: date) -> Iterator[Happening]:
    until = min(last, _active_until(plan), plan.paid_until or date.max)
    month, count = plan.opened_on.replace(day=1), 0
    while True:
        missed = count == plan.missed_month
        day = months_after(month, 1 if missed else 0).replace(day=plan.pay_day)
        if day > until:
            return
        if day >= plan.opened_on:
            yield Happening(day, 1, "back_payment" if missed else "remittance", month)
        month, count = months_after(month, 1), count + 1


def _plain(fold: AccountFold, happening: Happening) -> LedgerLine:
    return LedgerLine(happening.day, happening.kind)


def _contribution(fold: AccountFold, happening: Happening) -> LedgerLine:
    part = fold.part_fen()
    month = f"{happening.month:%Y%m}"
    return LedgerLine(happening.day, happening.kind, 2 * part, 2 * part, 0, 0, "", month, part, part)


def _base_adjustment(fold: AccountFold, happening: Happening) -> LedgerLine:
    raised_fen = fold.base_fen * (100 + fold.plan.raise_percent) // 10_000 * 100
    fold.base_fen = fold.figures.base_within_limits(raised_fen, happening.day)
    return LedgerLine(happening.day, happening.kind)


def _yearly_interest(fold: AccountFold, happening: Happening) -> LedgerLine:
    interest = fold.accrued_fen(happening.day)
    carried = fold.current_fen + interest
    return LedgerLine(happening.day, happening.kind, interest, -fold.current_fen, carried, interest)


def _part_withdrawal(fold: AccountFold, happening: Happening) -> LedgerLine:
    """A rent withdrawal: the carried part goes first."""
    amount = min(RENT_QUOTA_FEN, fold.balance_fen)
    carried = min(amount, fold.carried_fen)
    return LedgerLine(happening.day, happening.kind, -amount, carried - amount, -carried, 0, "rent")


def _closing_withdrawal(fold: AccountFold, happening: Happening) -> LedgerLine:
    """Principal leaves the account; the interest to the day is paid beside it, outside the balance."""
    interest = fold.accrued_fen(happening.day)
    day, kind = happening.day, happening.kind
    return LedgerLine(
        day, kind, -fold.balance_fen, -fold.current_fen, -fold.carried_fen, interest, "moving_away"
    )


_LINES = {
    "opening": _plain,
    "sealing": _plain,
    "freezing": _plain,
    "remittance": _contribution,
    "back_payment": _contribution,
    "base_adjustment": _base_adjustment,
    "yearly_interest": _yearly_interest,
    "part_withdrawal": _part_withdrawal,
    "closing_withdrawal": _closing_withdrawal,
}
