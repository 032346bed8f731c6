"""One batch of the yearly settlement: chosen, computed, booked and rolled over by one statement.

Interest is the kept balance times the days of the year, less what came in (plus what went out) since, each
times the days it was not there: only the lines of one year are read, however long an account's history is.
The transaction sees one snapshot; an account that changes meanwhile makes it fail and be tried again.
An account that waits for an earlier year is passed over: a year is added to what the year before left.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from services.common.ledger.book import personal
from services.common.ledger.subjects import Subject
from services.common.logs import current_trace
from services.deposit.interest.models import InterestDeferral, InterestRun
from services.deposit.rules import RATE_UNIT
from services.deposit.states import OPEN_STATES, TAKING_OVER

ONE_SNAPSHOT = {"isolation_level": "REPEATABLE READ"}

_COMPUTED = """
    WITH chosen AS MATERIALIZED (
        SELECT account.fund_number, kept.number, kept.balance_fen,
               GREATEST(account.opened_on, settled.value_on) AS since,
               CASE WHEN EXISTS (
                        SELECT FROM holds
                         WHERE holds.account = kept.number AND holds.closes_account
                           AND NOT EXISTS (SELECT FROM hold_resolutions WHERE hold_id = holds.id))
                    THEN 'closing'
                    WHEN account.freeze_flag = :taking_over THEN :taking_over
                    WHEN account.fund_number = ANY (CAST(:waiting AS varchar[])) THEN 'earlier_year'
               END AS passed_over
          FROM accounts AS account
          JOIN ledger_accounts AS kept ON kept.number = :personal || account.fund_number
          LEFT JOIN LATERAL (
              SELECT value_on FROM postings
               WHERE credit = kept.number AND kind = 'yearly_interest'
               ORDER BY value_on DESC LIMIT 1) AS settled ON true
         WHERE account.fund_number > :after
           AND (CAST(:only AS varchar) IS NULL OR account.fund_number = :only)
           AND account.state = ANY (:open_states) AND account.opened_on < :settles_on
         ORDER BY account.fund_number
         LIMIT :size
    ), computed AS MATERIALIZED (
        SELECT chosen.fund_number, chosen.number, chosen.balance_fen,
               totals.came_fen,
               (2 * GREATEST(chosen.balance_fen * (:settles_on - chosen.since)
                             - totals.absent_fen_days, 0)
                  * :rate + :unit) / (2 * :unit) AS interest_fen
          FROM chosen
         CROSS JOIN LATERAL (
              SELECT CAST(COALESCE(sum(fen * (LEAST(value_on, :settles_on) - chosen.since)), 0) AS bigint)
                         AS absent_fen_days,
                     CAST(COALESCE(sum(fen) FILTER (WHERE value_on > :settles_on AND fen > 0), 0) AS bigint)
                         AS came_fen
                FROM (SELECT value_on, amount_fen AS fen FROM postings
                       WHERE credit = chosen.number AND value_on > chosen.since
                      UNION ALL
                      SELECT value_on, -amount_fen FROM postings
                       WHERE debit = chosen.number AND value_on > chosen.since) AS changed) AS totals
         WHERE chosen.since < :settles_on AND chosen.passed_over IS NULL
    )
"""
_AND_BOOKED = """
    , posted AS (
        INSERT INTO postings (voucher, line, debit, credit, amount_fen, kind, value_on, booked_at, trace)
        SELECT 'interest/' || :run || '/' || fund_number, 1, :payable, number, interest_fen,
               'yearly_interest', :settles_on, :booked_at, :trace
          FROM computed WHERE interest_fen > 0
    ), raised AS (
        UPDATE ledger_accounts
           SET balance_fen = ledger_accounts.balance_fen + computed.interest_fen,
               carried_fen = GREATEST(computed.balance_fen - computed.came_fen + computed.interest_fen, 0)
          FROM computed WHERE ledger_accounts.number = computed.number
    )
    SELECT min(fund_number) AS first, max(fund_number) AS last, count(*) AS accounts,
           string_agg(fund_number || ' ' || passed_over, ' ') AS passed_over,
           (SELECT string_agg(fund_number || ' ' || interest_fen, ' ' ORDER BY fund_number) FROM computed)
               AS settled
      FROM chosen
"""
_AND_COUNTED = """
    SELECT max(fund_number) AS last, (SELECT count(*) FROM computed WHERE interest_fen > 0) AS owed
      FROM chosen
"""
_BOOK = text(_COMPUTED + _AND_BOOKED)
_OWED = text(_COMPUTED + _AND_COUNTED)
# A batch is a small part of every table: without this the planner, which cannot know what a batch will find,
# reads whole tables for each.
_BY_INDEX = text(
    "SELECT set_config(name, 'off', true)"
    " FROM unnest(ARRAY['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']) AS name"
)
_EXPENSE = text(
    """
    INSERT INTO postings (voucher, line, debit, credit, amount_fen, kind, value_on, booked_at, trace)
    VALUES ('interest/' || :run || '/from/' || :first, 1, :expense, :payable, :amount_fen,
            'yearly_interest', :settles_on, :booked_at, :trace)
    """
)


@dataclass(frozen=True)
class Booked:
    """A batch: accounts from `first` to `last`, interest in fen by fund number, why others got none."""

    first: str
    last: str
    accounts: int
    interest_fen: Mapping[str, int]
    passed_over: Mapping[str, str]

    @property
    def total_fen(self) -> int:
        """Interest of the whole batch."""
        return sum(self.interest_fen.values())


def settle_next(session: Session, run: InterestRun, after: str, size: int, at: datetime) -> Booked | None:
    """Book the year's interest of the next accounts after a fund number; None when there is none left.

    Their balances are carried into the new year. An account settled before is looked at and left alone, so
    that a repeat books nothing; one that a bill is closing, whose lines are not all there, or that waits
    already, is only named.
    """
    return _settle(session, run, _next(session, run, after, size), at)


def settle_one(session: Session, run: InterestRun, fund_number: str, at: datetime) -> Booked | None:
    """The same for this account alone, put off before; None when it is not open any more."""
    earlier = select(InterestDeferral.fund_number).where(
        InterestDeferral.fund_number == fund_number,
        InterestDeferral.ended_at.is_(None),
        InterestDeferral.run < run.number,
    )
    waiting = list(session.scalars(earlier))
    return _settle(session, run, {"after": "", "only": fund_number, "size": 1, "waiting": waiting}, at)


def owed_after(session: Session, run: InterestRun, after: str, size: int) -> tuple[str | None, bool]:
    """The last of the next accounts after a fund number, and whether any of them is owed interest yet.

    Books nothing. The first is None when there are no more accounts.
    """
    session.execute(_BY_INDEX)
    which = _next(session, run, after, size) | {"settles_on": run.settles_on}
    row = session.execute(_OWED, which | _rules(run)).one()
    return row.last, row.owed > 0


def _next(session: Session, run: InterestRun, after: str, size: int) -> dict[str, Any]:
    """The accounts of a batch, with those among them that wait. These are few, and asked for beforehand: a
    question for each account would cost more than everything else about them."""
    still = select(InterestDeferral.fund_number).where(
        InterestDeferral.fund_number > after,
        InterestDeferral.ended_at.is_(None),
        InterestDeferral.run <= run.number,
    )
    waiting = session.scalars(still.distinct().order_by(InterestDeferral.fund_number).limit(size))
    return {"after": after, "only": None, "size": size, "waiting": list(waiting)}


def _settle(session: Session, run: InterestRun, which: dict[str, Any], at: datetime) -> Booked | None:
    session.execute(_BY_INDEX)
    row = session.execute(_BOOK, which | _common(run, at) | _rules(run)).one()
    if not row.accounts:
        return None
    booked = Booked(
        first=row.first,
        last=row.last,
        accounts=row.accounts,
        interest_fen={number: int(fen) for number, fen in _pairs(row.settled)},
        passed_over=dict(_pairs(row.passed_over)),
    )
    _book_expense(session, run, booked, at)
    return booked


def _pairs(told: str | None) -> Iterator[tuple[str, str]]:
    words = (told or "").split()
    return zip(words[::2], words[1::2], strict=True)


def _book_expense(session: Session, run: InterestRun, booked: Booked, at: datetime) -> None:
    """What the fund owes its depositors for the year is an expense, in one line for the whole batch."""
    if booked.total_fen:
        expense = {
            "expense": Subject.FUND_INTEREST_EXPENSE.value,
            # One that got something: it is in no other batch of the year.
            "first": next(number for number, fen in booked.interest_fen.items() if fen),
            "amount_fen": booked.total_fen,
        }
        session.execute(_EXPENSE, _common(run, at) | expense)


def _rules(run: InterestRun) -> dict[str, Any]:
    return {
        "personal": personal(""),
        "open_states": list(OPEN_STATES),
        "taking_over": TAKING_OVER,
        "rate": run.rate,
        "unit": RATE_UNIT * run.day_basis,
    }


def _common(run: InterestRun, at: datetime) -> dict[str, Any]:
    return {
        "run": run.number,
        "settles_on": run.settles_on,
        "payable": Subject.INTEREST_PAYABLE.value,
        "booked_at": at,
        "trace": current_trace(),
    }
