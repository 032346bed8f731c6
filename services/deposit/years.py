"""The account year by year: what came in, what interest it bore, what went out, what was left."""

from datetime import date
from typing import Any

from sqlalchemy import Integer, and_, case, cast, extract, func, not_, or_, select
from sqlalchemy.orm import Session

from services.common.ledger.book import personal
from services.common.ledger.models import Posting
from services.deposit.accounts import CONTRIBUTIONS, account_of

_INTEREST = "yearly_interest"
_SUMS = ("contributed_fen", "interest_fen", "other_fen", "withdrawn_fen")


def by_year(session: Session, fund_number: str, today: date) -> dict[str, Any]:
    """One line for every calendar year from the first posting to `today`, without gaps; amounts in fen."""
    account_of(session, fund_number)
    sums = _sums(session, personal(fund_number))
    items, balance_fen = [], 0
    for year in range(min(sums, default=today.year), today.year + 1):
        line = sums.get(year, dict.fromkeys(_SUMS, 0))
        balance_fen += line["contributed_fen"] + line["interest_fen"] + line["other_fen"]
        balance_fen -= line["withdrawn_fen"]
        items.append({"year": year, **line, "balance_fen": balance_fen})
    return {"items": items}


def _sums(session: Session, account: str) -> dict[int, dict[str, int]]:
    """The sums of every year that has any; what a reversal (冲账) takes back is less of its own kind."""
    mine = or_(Posting.credit == account, Posting.debit == account)
    incoming = case((Posting.reversal, Posting.debit == account), else_=Posting.credit == account)
    amount = case((Posting.reversal, -Posting.amount_fen), else_=Posting.amount_fen)
    kinds = {
        "contributed_fen": and_(incoming, Posting.kind.in_(CONTRIBUTIONS)),
        "interest_fen": and_(incoming, Posting.kind == _INTEREST),
        "other_fen": and_(incoming, Posting.kind.not_in((*CONTRIBUTIONS, _INTEREST))),
        "withdrawn_fen": not_(incoming),
    }
    totals = [func.sum(case((which, amount), else_=0)).label(name) for name, which in kinds.items()]
    year = cast(extract("year", Posting.value_on), Integer)
    rows = session.execute(select(year, *totals).where(mine).group_by(year))
    return {row[0]: dict(zip(_SUMS, map(int, row[1:]), strict=True)) for row in rows}
