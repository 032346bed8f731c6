"""The second computation: what an account should get, day by day in plain Python, from its lines alone."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from random import SystemRandom

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from services.common.ledger.book import personal
from services.common.ledger.models import Posting
from services.common.money import divided_half_up
from services.deposit.interest.booking import Booked
from services.deposit.interest.models import InterestRun
from services.deposit.models import Account
from services.deposit.rules import RATE_UNIT

# Any account may be looked at: nobody can know beforehand which ones.
_RANDOM = SystemRandom()
ONE_DAY = timedelta(days=1)

# Value date, account credited, amount in fen, kind.
Line = Row[date, str, int, str]


class Differs(Exception):
    """The two computations disagree about an account. `args` are its fund number and both amounts in fen."""


def check(
    session: Session, run: InterestRun, booked: Booked, how_many: int, disputed: Collection[str] = ()
) -> int:
    """Compute accounts of a batch a second time; how many it were. Raises Differs.

    Those disputed are all among them, beside `how_many` others that chance chooses.
    """
    others = [number for number in booked.interest_fen if number not in disputed]
    chosen = [number for number in disputed if number in booked.interest_fen]
    chosen += _RANDOM.sample(others, min(how_many, len(others)))
    for fund_number in chosen:
        expected_fen = by_days(session, run, fund_number)
        if expected_fen != booked.interest_fen[fund_number]:
            raise Differs(fund_number, expected_fen, booked.interest_fen[fund_number])
    return len(chosen)


def by_days(session: Session, run: InterestRun, fund_number: str) -> int:
    """Interest in fen: the balance of every evening, added up, times the rate of a day."""
    own = personal(fund_number)
    lines = session.execute(
        select(Posting.value_on, Posting.credit, Posting.amount_fen, Posting.kind)
        .where(
            or_(Posting.credit == own, Posting.debit == own), Posting.voucher != _voucher(run, fund_number)
        )
        .order_by(Posting.value_on)
    ).all()
    day, settles_on = _owed_since(session, fund_number, lines), run.settles_on
    changes = _by_day(lines, own)
    balance = sum(change for on, change in changes.items() if on < day)
    fen_days = 0
    while day < settles_on:
        balance += changes.get(day, 0)
        fen_days += balance
        day += ONE_DAY
    return divided_half_up(fen_days * run.rate, RATE_UNIT * run.day_basis)


def _voucher(run: InterestRun, fund_number: str) -> str:
    return f"interest/{run.number}/{fund_number}"


def _by_day(lines: Sequence[Line], own: str) -> dict[date, int]:
    changes: dict[date, int] = {}
    for line in lines:
        signed = line.amount_fen if line.credit == own else -line.amount_fen
        changes[line.value_on] = changes.get(line.value_on, 0) + signed
    return changes


def _owed_since(session: Session, fund_number: str, lines: Sequence[Line]) -> date:
    opened_on = session.scalars(select(Account.opened_on).where(Account.number == fund_number)).one()
    settled: list[date] = [line.value_on for line in lines if line.kind == "yearly_interest"]
    return max([opened_on, *settled])
