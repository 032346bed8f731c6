"""What a statement says: taken from the ledger in one snapshot, then never again."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from services.common.identifiers import mask_fund_number, mask_name, mask_own_id
from services.common.ledger.book import personal
from services.common.ledger.models import Posting
from services.deposit.contributed_months import month_told
from services.deposit.line_kinds import label_of
from services.deposit.models import Account, Employer
from services.deposit.statements import refusals
from services.deposit.states import ACCOUNT

LAYOUT = 1
_SUMS = ("opening_fen", "in_fen", "out_fen", "closing_fen")


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days a statement covers, both included."""

    from_on: date
    to_on: date


def statement_content(session: Session, account: Account, span: Span, lines_most: int) -> dict[str, Any]:
    """Holder, opening and closing balance, every line of the span, and the sums of both columns.

    Amounts in fen. Raises Refusal when the span has more than `lines_most` lines.
    """
    opening_fen = _balance_before(session, account.number, span.from_on)
    lines = _lines(session, account.number, span, opening_fen, lines_most)
    in_fen, out_fen = (sum(line[side] for line in lines) for side in ("in_fen", "out_fen"))
    return {
        "layout": LAYOUT,
        **_holder(session, account),
        "from_on": span.from_on.isoformat(),
        "to_on": span.to_on.isoformat(),
        "opening_fen": opening_fen,
        "in_fen": in_fen,
        "out_fen": out_fen,
        "closing_fen": opening_fen + in_fen - out_fen,
        "lines": lines,
    }


def _holder(session: Session, account: Account) -> dict[str, Any]:
    employer = session.get(Employer, account.employer_number) if account.employer_number else None
    return {
        "name": account.name,
        "fund_number": account.number,
        "id_number": mask_own_id(account.id_number),
        "employer": employer.name if employer else None,
        "state_label": ACCOUNT.labels[account.state],
        "opened_on": account.opened_on.isoformat(),
    }


def _signed(account: str) -> Any:
    return case((Posting.credit == account, Posting.amount_fen), else_=-Posting.amount_fen)


def _balance_before(session: Session, fund_number: str, day: date) -> int:
    account = personal(fund_number)
    touching = or_(Posting.credit == account, Posting.debit == account)
    total = select(func.coalesce(func.sum(_signed(account)), 0)).where(touching, Posting.value_on < day)
    return int(session.scalar(total) or 0)


def _lines(
    session: Session, fund_number: str, span: Span, opening_fen: int, lines_most: int
) -> list[dict[str, Any]]:
    account = personal(fund_number)
    touching = or_(Posting.credit == account, Posting.debit == account)
    rows = session.scalars(
        select(Posting)
        .where(touching, Posting.value_on.between(span.from_on, span.to_on))
        .order_by(Posting.value_on, Posting.id)
        .limit(lines_most + 1)
    ).all()
    if len(rows) > lines_most:
        raise refusals.too_long(lines_most)
    lines, balance_fen = [], opening_fen
    for row in rows:
        incoming = row.credit == account
        balance_fen += row.amount_fen if incoming else -row.amount_fen
        lines.append(_line(row, incoming, balance_fen))
    return lines


def _line(row: Posting, incoming: bool, balance_fen: int) -> dict[str, Any]:
    return {
        "booked_on": row.value_on.isoformat(),
        "kind_label": label_of(row.kind, reversal=row.reversal),
        "for_month": month_told(row.for_month),
        "in_fen": row.amount_fen if incoming else 0,
        "out_fen": 0 if incoming else row.amount_fen,
        "balance_fen": balance_fen,
    }


def summary(said: dict[str, Any]) -> dict[str, Any]:
    """What whoever holds a statement compares with it: its sums, the person masked."""
    told = ("number", "centre", "from_on", "to_on", "made_at", *_SUMS)
    return {name: said[name] for name in told} | {
        "name_masked": mask_name(said["name"]),
        "fund_number_masked": mask_fund_number(said["fund_number"]),
        "line_count": len(said["lines"]),
    }
