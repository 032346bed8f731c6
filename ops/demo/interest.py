"""What a closing account is owed, worked out a second time from its printed ledger lines alone."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# Demand deposits of the fund: 1.5 % a year over 360 days, settled every 30 June (银发〔2015〕375号).
_RATE, _DAYS = Decimal("0.015"), 360


def owed_yuan(lines: list[dict[str, Any]], closed_on: str) -> str:
    """Interest in yuan from the last 30 June to the day of closing, exclusive, by daily balances."""
    until = date.fromisoformat(closed_on)
    june = date(until.year, 6, 30)
    since = june if june <= until else date(until.year - 1, 6, 30)
    products = sum((_product(line, since, until) for line in lines), Decimal(0))
    return str((products * _RATE / _DAYS).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _product(line: dict[str, Any], since: date, until: date) -> Decimal:
    start = max(date.fromisoformat(line["booked_on"]), since)
    change = Decimal(line["in"]) - Decimal(line["out"])
    return change * max(0, (until - start).days)
