"""Calendar months counted from an anchor day, with the month's end where the day does not exist. Pure."""

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day `months` later; 31 August + 6 is 28 or 29 February, 29 February + 12 is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The same day `years` later; a birthday on 29 February is kept on the 28th in a common year."""
    return months_after(day, 12 * years)


def months_between(earlier: date, later: date) -> int:
    """Whole calendar months from the month of `earlier` to that of `later`; days do not count."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def later(one: date | None, other: date | None) -> date | None:
    """The later of two days; None is none."""
    return max((day for day in (one, other) if day is not None), default=None)
