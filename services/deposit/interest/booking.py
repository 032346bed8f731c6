"""One batch of the yearly settlement: chosen, computed, booked and rolled over by one statement.

Interest is the kept balance times the days of the year, less what came in (plus what went out) since, each
times the days it was not there: only the lines of one year are read, however long an account's history is.
The transaction sees one snapshot; an account that changes meanwhile makes it fail and be tried again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.common.ledger.book import personal
from services.common.ledger.subjects import Subject
from services.common.logs import current_trace
from services.deposit.interest.models import InterestRun
from services.deposit.rules import RATE_UNIT
from services.deposit.states import OPEN_STATES

ONE_SNAPSHOT = {"isolation_level": "REPEATABLE READ"}

_BOOK = text(
    """
    WITH chosen AS MATERIALIZED (
        SELECT account.fund_number, kept.number, kept.balance_fen,
               GREATEST(account.opened_on, settled.value_on) AS since,
               EXISTS (SELECT FROM holds
                        WHERE holds.account = kept.number AND holds.closes_account
                          AND NOT EXISTS (SELECT FROM hold_resolutions WHERE hold_id = holds.id)) AS closing
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
         WHERE chosen.since < :settles_on AND NOT chosen.closing
    ), posted AS (
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
           string_agg(fund_number, ' ') FILTER (WHERE closing) AS closing,
           (SELECT string_agg(fund_number || ' ' || interest_fen, ' ' ORDER BY fund_number) FROM computed)
               AS settled
      FROM chosen
    """
)
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
    """A batch: the accounts from `first` to `last`, interest in fen by fund number, those being closed."""

    first: str
    last: str
    accounts: int
    interest_fen: Mapping[str, int]
    closing: tuple[str, ...]

    @property
    def total_fen(self) -> int:
        """Interest of the whole batch."""
        return sum(self.interest_fen.values())


def settle_next(session: Session, run: InterestRun, after: str, size: int, at: datetime) -> Booked | None:
    """Book the year's interest of the next accounts after a fund number; None when there is none left.

    Their balances are carried into the new year. An account settled before is looked at and left alone, so
    that a repeat books nothing; one that a bill is closing is only named.
    """
    return _settle(session, run, {"after": after, "only": None, "size": size}, at)


def settle_one(session: Session, run: InterestRun, fund_number: str, at: datetime) -> Booked | None:
    """The same for this account alone; None when it is not open any more."""
    return _settle(session, run, {"after": "", "only": fund_number, "size": 1}, at)


def _settle(session: Session, run: InterestRun, which: dict[str, Any], at: datetime) -> Booked | None:
    session.execute(_BY_INDEX)
    row = session.execute(_BOOK, which | _common(run, at) | _rules(run)).one()
    if not row.accounts:
        return None
    words = (row.settled or "").split()
    booked = Booked(
        first=row.first,
        last=row.last,
        accounts=row.accounts,
        interest_fen=dict(zip(words[::2], map(int, words[1::2]), strict=True)),
        closing=tuple((row.closing or "").split()),
    )
    _book_expense(session, run, booked, at)
    return booked


def _book_expense(session: Session, run: InterestRun, booked: Booked, at: datetime) -> None:
    """What the fund owes its depositors for the year is an expense, in one line for the whole batch."""
    if booked.total_fen:
        expense = {
            "expense": Subject.FUND_INTEREST_EXPENSE.value,
            "first": next(iter(booked.interest_fen)),
            "amount_fen": booked.total_fen,
        }
        session.execute(_EXPENSE, _common(run, at) | expense)


def _rules(run: InterestRun) -> dict[str, Any]:
    return {
        "personal": personal(""),
        "open_states": list(OPEN_STATES),
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
