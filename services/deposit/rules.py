"""Rules of the deposit book: interest by day, query ranges, unbroken contribution. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.common.identifiers import Sex
from services.common.money import divided_half_up

RATE_UNIT = 100_000
_PERCENT = 100


@dataclass(frozen=True)
class MonthlyContribution:
    """What is due for one month, in fen: the employer's half and the person's own.

    A freelancer (自由职业者) pays both; the books keep the two apart as for everybody.
    """

    employer_part_fen: int
    person_part_fen: int

    @property
    def total_fen(self) -> int:
        """Both halves together (月缴存额)."""
        return self.employer_part_fen + self.person_part_fen


def monthly_contribution(
    base_fen: int, employer_rate_percent: int, person_rate_percent: int
) -> MonthlyContribution:
    """The contribution of one month (月缴存额): each half rounded to the fen, half up."""
    return MonthlyContribution(
        employer_part_fen=divided_half_up(base_fen * employer_rate_percent, _PERCENT),
        person_part_fen=divided_half_up(base_fen * person_rate_percent, _PERCENT),
    )


@dataclass(frozen=True, kw_only=True)
class FreelancerLimits:
    """Who may open a freelancer's account and within which bounds: fen, percent of both halves, years."""

    base_lower_fen: int
    base_upper_fen: int
    rates_percent: tuple[int, ...]
    age_min: int
    age_below: Mapping[Sex, int]

    def holds_base(self, base_fen: int) -> bool:
        """Whether the base lies within its bounds, both included."""
        return self.base_lower_fen <= base_fen <= self.base_upper_fen


def age_on(born_on: date, day: date) -> int:
    """Full years on `day`; who is born on 29 February has a birthday on 1 March in other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def pays_own_insurance(record: Mapping[str, Any], name: str) -> bool:
    """Whether the register of work and insurance knows this very person as paying for themselves (D-28)."""
    known = bool(record.get("found")) and record.get("name", name) == name
    return known and record.get("self_paying") is True


def contribution_year(day: date, first_month: int) -> int:
    """The calendar year in which the contribution year (缴存年度) of `day` begins."""
    return day.year if day.month >= first_month else day.year - 1


def adjustment_window(day: date, first_month: int, last_month: int) -> tuple[date, date]:
    """First and last day of the time for adjusting bases that is open on `day`, or else opens next."""
    year = day.year if day.month <= last_month else day.year + 1
    return date(year, first_month, 1), month_after(date(year, last_month, 1)) - timedelta(days=1)


@dataclass(frozen=True)
class BaseChange:
    """A contribution base that changes with a month (基数调整): the month's first day, before and after."""

    effective_on: date
    before_fen: int
    after_fen: int


def base_in(month: date, current_fen: int, changes: Iterable[BaseChange]) -> int:
    """The contribution base in force in a month, in fen; `current_fen` is the account's own.

    Months before a change keep the base they had: paying late is not paying less.
    """
    ordered = sorted(changes, key=lambda change: change.effective_on)
    if not ordered:
        return current_fen
    past = [change for change in ordered if change.effective_on <= month_of(month)]
    return past[-1].after_fen if past else ordered[0].before_fen


@dataclass(frozen=True)
class Change:
    """What a posting changed in a balance from its value date on."""

    value_on: date
    change_fen: int


def year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes 28 February (D-03, rules on default ranges).

    The calendar's first year has none before it: its first day stands for it.
    """
    if day.year == date.min.year:
        return date.min
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def owed_since(settled_on: date | None, opened_on: date) -> date:
    """From when interest is still owed: the last settlement (年终结息) that was booked, or opening.

    Not simply the last 30 June: interest that nobody has booked yet is still owed on 1 July.
    """
    return max(settled_on or opened_on, opened_on)


def interest_fen(changes: Iterable[Change], since: date, until: date, rate: int, day_basis: int) -> int:
    """Interest by daily balances (积数计息): the deposit day counts, the day of withdrawal does not.

    `changes` are all of the account's, in any order; `rate` in hundred-thousandths a year; half up to fen.
    Source: 银发〔2005〕129号; manual of the hall 6.2.1.1.
    """
    balance_days = 0
    for change in changes:
        start = max(change.value_on, since)
        if start < until:
            balance_days += change.change_fen * (until - start).days
    return divided_half_up(balance_days * rate, RATE_UNIT * day_basis)


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def month_before(month: date) -> date:
    """The first day of the month before."""
    return month_of(month_of(month) - timedelta(days=1))


def month_after(month: date) -> date:
    """The first day of the month after."""
    return month_of(month_of(month) + timedelta(days=31))


def unbroken_months(paid: Sequence[date], today: date) -> int:
    """Months contributed without a gap, counted back from this month or, when not yet paid, the last one."""
    months = set(paid)
    month = month_of(today)
    if month not in months:
        month = month_before(month)
    count = 0
    while month in months:
        count += 1
        month = month_before(month)
    return count


def months_later(month: date, count: int) -> date:
    """The first day of the month `count` months later."""
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def months_reached_on(paid: Sequence[date], today: date, required: int) -> date:
    """First day on which `required` months stand without a gap, if every month from now on is paid."""
    missing = required - unbroken_months(paid, today)
    this_month = month_of(today)
    ahead = missing if this_month in paid else missing - 1
    return max(today, months_later(this_month, ahead))


def part_from_carried(carried_fen: int, amount_fen: int) -> int:
    """How much of a withdrawal comes out of the balance carried from last year: that goes first (ours)."""
    return min(carried_fen, amount_fen)
