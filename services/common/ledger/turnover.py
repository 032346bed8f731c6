"""Turnover of the subjects (试算平衡), exact at any moment and without reading the whole ledger for it.

What stood up to a mark is summed once and kept; only postings above the latest mark summed are read. A mark
is the highest posting number there was at its moment. It is summed an hour later: whoever had drawn a lower
number by then has long committed, so nothing can come in below it any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.common.clock import technical_at
from services.common.database import DatabaseAccess
from services.common.ledger.models import LedgerAccount, Posting, TurnoverMark, TurnoverTotal
from services.common.ledger.subjects import Side, Subject, side_of

# Longer than any transaction that books: a statement ends after 15 s, a batch of an import after minutes.
SETTLED_AFTER = timedelta(hours=1)
# The first sum reads all that was ever booked.
SUM_S = 900
Turnover = dict[str, dict[Side, int]]


@dataclass(frozen=True)
class TrialRow:
    """Turnover of one subject: both sides in fen, and the balance on its normal side."""

    subject: str
    debit_fen: int
    credit_fen: int
    balance_fen: int


def trial_balance(session: Session) -> list[TrialRow]:
    """Turnover and balance of every subject, from one snapshot; both columns have one sum."""
    turnover = _up_to_now(session, _latest_summed(session))
    return [_trial_row(subject, turnover[subject]) for subject in sorted(turnover)]


def sum_up(database: DatabaseAccess, now: datetime | None = None) -> int | None:
    """Sum the turnover up to the latest mark that is old enough, and note a new mark; the mark summed."""
    with database.write_at_length(SUM_S) as session:
        return _sum_up(session, now or technical_at())


def _sum_up(session: Session, now: datetime) -> int | None:
    summed = _latest_summed(session)
    mark = session.scalar(
        select(func.max(TurnoverMark.posting_id)).where(TurnoverMark.noted_at <= now - SETTLED_AFTER)
    )
    _note(session, now)
    if mark is None or mark <= summed:
        return None
    turnover = _added(_kept(session, summed), _booked(session, Posting.id > summed, Posting.id <= mark))
    for subject, sides in turnover.items():
        session.add(
            TurnoverTotal(
                posting_id=mark,
                subject=subject,
                debit_fen=sides[Side.DEBIT],
                credit_fen=sides[Side.CREDIT],
            )
        )
    return mark


def _note(session: Session, now: datetime) -> None:
    highest = session.scalar(select(func.max(Posting.id)))
    if highest is not None:
        noted = insert(TurnoverMark).values(posting_id=highest, noted_at=now)
        session.execute(noted.on_conflict_do_nothing())


def _latest_summed(session: Session) -> int:
    return session.scalar(select(func.max(TurnoverTotal.posting_id))) or 0


def _up_to_now(session: Session, mark: int) -> Turnover:
    return _added(_kept(session, mark), _booked(session, Posting.id > mark))


def _kept(session: Session, mark: int) -> Turnover:
    rows = session.scalars(select(TurnoverTotal).where(TurnoverTotal.posting_id == mark))
    return {row.subject: {Side.DEBIT: row.debit_fen, Side.CREDIT: row.credit_fen} for row in rows}


def _booked(session: Session, *which: ColumnElement[bool]) -> Turnover:
    sides = _of_side(Posting.debit, Side.DEBIT, which), _of_side(Posting.credit, Side.CREDIT, which)
    booked: Turnover = {}
    for subject, side, total in session.execute(sides[0].union_all(sides[1])):
        booked.setdefault(subject, dict.fromkeys(Side, 0))[Side(side)] = int(total)
    return booked


def _of_side(
    column: InstrumentedAttribute[str], side: Side, which: tuple[ColumnElement[bool], ...]
) -> Select[str, str, int]:
    total = func.sum(Posting.amount_fen)
    per_account = (
        select(column.label("account"), total.label("total")).where(*which).group_by(column).subquery()
    )
    return (
        select(LedgerAccount.subject, literal(str(side)), func.sum(per_account.c.total))
        .join(per_account, per_account.c.account == LedgerAccount.number)
        .group_by(LedgerAccount.subject)
    )


def _added(first: Turnover, second: Turnover) -> Turnover:
    nothing = dict.fromkeys(Side, 0)
    return {
        subject: {
            side: first.get(subject, nothing)[side] + second.get(subject, nothing)[side] for side in Side
        }
        for subject in {*first, *second}
    }


def _trial_row(subject: str, sides: dict[Side, int]) -> TrialRow:
    debit, credit = sides[Side.DEBIT], sides[Side.CREDIT]
    balance = debit - credit if side_of(Subject(subject)) is Side.DEBIT else credit - debit
    return TrialRow(subject, debit, credit, balance)
