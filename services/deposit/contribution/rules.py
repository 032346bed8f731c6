"""Which months a contribution bill is for. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

MONTHS_A_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How many months one bill takes, how far back, and how far ahead of this month."""

    at_once: int
    arrears: int
    ahead: int


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def months_later(month: date, count: int) -> date:
    """The first day of the month `count` months later; earlier for a negative count."""
    place = month.year * MONTHS_A_YEAR + month.month - 1 + count
    return date(place // MONTHS_A_YEAR, place % MONTHS_A_YEAR + 1, 1)


def due_months(paid: Collection[date], first: date, today: date, terms: Terms) -> list[date]:
    """The months the next bill is for: those unpaid up to this month, oldest first, as many as it takes.

    When all of them are paid it is the first month ahead; empty when that would be too far ahead. `first` is
    the month in which contributions began. Manual 6.1.1; how far back and ahead is the centre's own figure.
    """
    this_month = month_of(today)
    start = max(month_of(first), months_later(this_month, -terms.arrears))
    months = [month for month in _span(start, this_month) if month not in paid]
    ahead = [month for month in _ahead(start, this_month, terms.ahead) if month not in paid]
    return (months or ahead[:1])[: terms.at_once]


def may_be_paid(month: date, first: date, today: date, terms: Terms) -> bool:
    """Whether a month lies within what may be paid on that day, whether or not it is paid."""
    this_month = month_of(today)
    start = max(month_of(first), months_later(this_month, -terms.arrears))
    return start <= month <= months_later(this_month, terms.ahead)


def _ahead(start: date, this_month: date, count: int) -> list[date]:
    return _span(max(start, months_later(this_month, 1)), months_later(this_month, count))


def _span(first: date, last: date) -> list[date]:
    months = []
    while first <= last:
        months.append(first)
        first = months_later(first, 1)
    return months


def opens_on(paid: Collection[date], today: date, terms: Terms) -> date:
    """The day from which the next month may be paid, when everything that may be paid now is."""
    month = month_of(today)
    while month in paid:
        month = months_later(month, 1)
    return months_later(month, -terms.ahead)


def kind_of(month: date, today: date) -> str:
    """汇缴 for this month or a later one, 补缴 for an earlier one (A.5)."""
    return "back_payment" if month < month_of(today) else "remittance"
