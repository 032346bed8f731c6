"""How amounts, days and times are written wherever people read them: pages, refusals, messages, papers. Pure.

One way for all: a day is shown as it is typed (2026-11-22), which stays narrow in a table on a phone, and an
amount in words has its thousands apart and its unit after it (5,000.00 元).
"""

from datetime import date, datetime

from services.common.money import yuan


def amount(fen: int) -> str:
    """Fen in words: ``"5,000.00 元"``."""
    return amount_of(yuan(fen))


def amount_of(text: str) -> str:
    """An amount of the HTTP edge, ``"5000.00"``, in words: ``"5,000.00 元"``."""
    return f"{grouped(text)} 元"


def grouped(text: str) -> str:
    """``"-8400.5"`` as ``"-8,400.50"``, for where a heading gives the unit; what is no amount as it is."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, part = digits.partition(".")
    return f"{sign}{int(whole):,}.{(part or '00').ljust(2, '0')}" if whole.isdigit() else text


def day(on: date) -> str:
    """``"2026-11-22"``."""
    return f"{on:%Y-%m-%d}"


def month(on: date) -> str:
    """The month of a day: ``"2026-11"``."""
    return f"{on:%Y-%m}"


def minute(at: datetime) -> str:
    """``"2026-11-22 21:05"``; the caller gives China's time."""
    return f"{day(at)} {at:%H:%M}"


def second(at: datetime) -> str:
    """``"2026-11-22 21:05:09"``; the caller gives China's time."""
    return f"{day(at)} {at:%H:%M:%S}"
