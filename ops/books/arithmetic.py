"""Roundings of the books, all half up to the fen on whole numbers."""

from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from ops.books.figures import HUNDRED_THOUSANDTHS


def half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator for non-negative numbers, half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def part_of_base_fen(base_fen: int, rate_percent: int) -> int:
    """One half of a monthly contribution (月缴存额)."""
    return half_up(base_fen * rate_percent, 100)


def deposit_interest_fen(fen_days: int, rate_hundred_thousandths: int, day_basis: int) -> int:
    """Interest on a sum of daily balances (积数计息, 银发〔2005〕129号)."""
    return half_up(fen_days * rate_hundred_thousandths, HUNDRED_THOUSANDTHS * day_basis)


def month_interest_fen(balance_fen: int, rate_hundred_thousandths: int) -> int:
    """One month's loan interest: yearly rate / 12."""
    return half_up(balance_fen * rate_hundred_thousandths, HUNDRED_THOUSANDTHS * 12)


def equal_instalment_fen(principal_fen: int, rate_hundred_thousandths: int, instalments: int) -> int:
    """The monthly instalment of 等额本息, rounded once."""
    with localcontext() as context:
        context.prec = 50
        month_rate = Decimal(rate_hundred_thousandths) / (HUNDRED_THOUSANDTHS * 12)
        growth = (1 + month_rate) ** instalments
        exact = principal_fen * month_rate * growth / (growth - 1) if month_rate else None
        payment = exact if exact is not None else Decimal(principal_fen) / instalments
        return int(payment.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def months_after(anchor: date, months: int) -> date:
    """The same day `months` later or earlier, or the month's last day where it is shorter."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def years_before(day: date, years: int) -> date:
    """The same day `years` earlier; 28 February for 29 February."""
    return months_after(day, -12 * years)
