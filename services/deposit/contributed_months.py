"""Which months an account is contributed for: by what came in for a month, less what was taken back of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from services.common.ledger.book import personal
from services.common.ledger.models import Posting

FOR_A_MONTH = ("remittance", "back_payment")
_AHEAD_MOST_DAYS = 366


def last_credited(ledger_account: Any) -> ScalarSelect[date | None]:
    """The latest month that anything came in for, also what was taken back since.

    Nothing is paid more than a year ahead: no older line than a year before the month of the newest one can
    be for a later month, so that the index by day is read for a year and not for a lifetime.
    """
    paid = and_(Posting.credit == ledger_account, _of_kinds(FOR_A_MONTH))
    newest = (
        select(Posting.for_month)
        .where(paid, Posting.for_month.is_not(None))
        .order_by(Posting.value_on.desc(), Posting.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    since = newest - _AHEAD_MOST_DAYS
    return select(func.max(Posting.for_month)).where(paid, Posting.value_on >= since).scalar_subquery()


def taken_back(ledger_account: Any) -> ColumnElement[bool]:
    """Whether anything that came in for a month was taken back (冲账).

    In the order of the index: most lines are taken from the centre's own accounts, and by that a planner who
    does not know the account would rather read the whole ledger.
    """
    back = select(Posting.id).where(Posting.debit == ledger_account, _of_kinds(FOR_A_MONTH))
    return back.order_by(Posting.value_on, Posting.id).limit(1).scalar_subquery().is_not(None)


def last_contributed(ledger_account: Any) -> ScalarSelect[date | None]:
    """The latest month paid for (缴至年月), in its time (汇缴) or later (补缴), and not taken back (冲账).

    Only where something was taken back are all months looked at.
    """
    last = case((taken_back(ledger_account), last_left(ledger_account)), else_=last_credited(ledger_account))
    return select(last).scalar_subquery()


def last_left(ledger_account: Any) -> ScalarSelect[date | None]:
    """The same, of an account of which something was taken back."""
    left = contributed_months(ledger_account, FOR_A_MONTH).subquery()
    return select(func.max(left.c.for_month)).scalar_subquery()


def contributed_months(ledger_account: Any, kinds: Sequence[str]) -> Select[date | None]:
    """The months for which more came in by lines of these kinds than was taken back by such lines (冲账)."""
    signed = case((Posting.credit == ledger_account, Posting.amount_fen), else_=-Posting.amount_fen)
    return (
        select(Posting.for_month)
        .where(
            or_(Posting.credit == ledger_account, Posting.debit == ledger_account),
            _of_kinds(kinds),
            Posting.for_month.is_not(None),
        )
        .group_by(Posting.for_month)
        .having(func.sum(signed) > 0)
    )


def month_told(first_day: date | None) -> str | None:
    """A month as it is sent, 2026-11; None where there is none."""
    return f"{first_day:%Y-%m}" if first_day else None


def _of_kinds(kinds: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(Posting.kind == kind for kind in kinds))


def paid_months(session: Session, fund_number: str) -> list[date]:
    """The months for which a remittance (汇缴) was booked and not taken back."""
    rows = session.scalars(contributed_months(personal(fund_number), ("remittance",)))
    return [month for month in rows if month is not None]
