"""One batch of the yearly settlement: locked, computed, booked and rolled over by the database itself.

Interest is the kept balance times the days of the year, less what came in (plus what went out) since, each
times the days it was not there: only the lines of one year are read, however long an account's history is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, text
from sqlalchemy.orm import Session

from services.common.ledger.book import personal
from services.common.ledger.models import Hold, HoldResolution, LedgerAccount
from services.common.ledger.subjects import Subject
from services.common.logs import current_trace
from services.deposit.interest.models import InterestRun
from services.deposit.models import Account
from services.deposit.rules import RATE_UNIT
from services.deposit.states import OPEN_STATES


@dataclass(frozen=True)
class Booked:
    """What one account got: interest in fen, and since when it was owed."""

    fund_number: str
    interest_fen: int


_BOOK = text(
    """
    WITH chosen AS MATERIALIZED (
        SELECT account.fund_number, kept.number, kept.balance_fen,
               GREATEST(account.opened_on, settled.value_on) AS since
          FROM unnest(CAST(:fund_numbers AS varchar[])) AS wanted (fund_number)
          JOIN accounts AS account USING (fund_number)
          JOIN ledger_accounts AS kept ON kept.number = :personal || account.fund_number
          LEFT JOIN LATERAL (
              SELECT value_on FROM postings
               WHERE credit = kept.number AND kind = 'yearly_interest'
               ORDER BY value_on DESC LIMIT 1) AS settled ON true
    ), changed AS MATERIALIZED (
        SELECT chosen.number, line.change_fen, line.value_on, chosen.since
          FROM chosen
          JOIN LATERAL (
              SELECT amount_fen AS change_fen, value_on FROM postings
               WHERE credit = chosen.number AND value_on > chosen.since
              UNION ALL
              SELECT -amount_fen, value_on FROM postings
               WHERE debit = chosen.number AND value_on > chosen.since) AS line ON true
    ), totals AS (
        SELECT number,
               CAST(sum(change_fen * (LEAST(value_on, :settles_on) - since)) AS bigint) AS absent_fen_days,
               CAST(sum(change_fen) FILTER (WHERE value_on > :settles_on AND change_fen > 0) AS bigint)
                   AS came_fen
          FROM changed GROUP BY number
    ), computed AS MATERIALIZED (
        SELECT chosen.fund_number, chosen.number, chosen.balance_fen,
               COALESCE(totals.came_fen, 0) AS came_fen,
               (2 * GREATEST(chosen.balance_fen * (:settles_on - chosen.since)
                             - COALESCE(totals.absent_fen_days, 0), 0)
                  * :rate + :unit) / (2 * :unit) AS interest_fen
          FROM chosen LEFT JOIN totals USING (number)
         WHERE chosen.since < :settles_on
    ), posted AS (
        INSERT INTO postings (voucher, line, debit, credit, amount_fen, kind, value_on, booked_at, trace)
        SELECT 'interest/' || :run || '/' || fund_number, 1, :payable, number, interest_fen,
               'yearly_interest', :settles_on, :booked_at, :trace
          FROM computed WHERE interest_fen > 0
    ), raised AS (
        UPDATE ledger_accounts SET balance_fen = ledger_accounts.balance_fen + computed.interest_fen
          FROM computed
         WHERE ledger_accounts.number = computed.number AND computed.interest_fen > 0
    ), carried AS (
        UPDATE accounts
           SET carried_fen = GREATEST(computed.balance_fen - computed.came_fen + computed.interest_fen, 0)
          FROM computed WHERE accounts.fund_number = computed.fund_number
    )
    SELECT fund_number, interest_fen FROM computed ORDER BY fund_number
    """
)
_EXPENSE = text(
    """
    INSERT INTO postings (voucher, line, debit, credit, amount_fen, kind, value_on, booked_at, trace)
    VALUES ('interest/' || :run || '/from/' || :first, 1, :expense, :payable, :amount_fen,
            'yearly_interest', :settles_on, :booked_at, :trace)
    """
)


@dataclass(frozen=True)
class Chosen:
    """Fund numbers of a batch, locked: those to settle, and those a bill is closing."""

    to_settle: Sequence[str]
    closing: Sequence[str]

    @property
    def all(self) -> list[str]:
        """Both, in order."""
        return sorted([*self.to_settle, *self.closing])


def choose(session: Session, run: InterestRun, after: str, size: int) -> Chosen:
    """Lock the next accounts after fund number `after`, at most `size`."""
    return _locked(session, run, Account.number > after, size)


def choose_one(session: Session, run: InterestRun, fund_number: str) -> Chosen:
    """Lock this account, if it is still open."""
    return _locked(session, run, Account.number == fund_number, 1)


def is_closing(ledger_account: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a bill that closes the account holds its money."""
    ended = exists().where(HoldResolution.hold_id == Hold.id)
    return exists().where(Hold.account == ledger_account, Hold.closes_account, ~ended)


def _locked(session: Session, run: InterestRun, which: ColumnElement[bool], size: int) -> Chosen:
    # In a statement of its own: the next one then sees every posting behind the locked balances.
    kept = LedgerAccount.number == func.concat(personal(""), Account.number)
    rows = session.execute(
        select(Account.number, is_closing(LedgerAccount.number.expression))
        .join(LedgerAccount, kept)
        .where(which, Account.state.in_(OPEN_STATES), Account.opened_on < run.settles_on)
        .order_by(Account.number)
        .limit(size)
        .with_for_update(of=LedgerAccount)
    ).all()
    return Chosen(
        to_settle=[number for number, closing in rows if not closing],
        closing=[number for number, closing in rows if closing],
    )


def settle(session: Session, run: InterestRun, fund_numbers: Sequence[str], at: datetime) -> list[Booked]:
    """Book the year's interest of these locked accounts and carry their balances into the new year.

    An account settled before is left out, so that a repeat books nothing.
    """
    if not fund_numbers:
        return []
    values = _figures(run, at) | {"unit": RATE_UNIT * run.day_basis, "rate": run.rate}
    places = {"personal": personal(""), "fund_numbers": list(fund_numbers)}
    booked = [Booked(*row) for row in session.execute(_BOOK, values | places)]
    total = sum(one.interest_fen for one in booked)
    if total:
        expense = {"expense": Subject.FUND_INTEREST_EXPENSE.value, "first": booked[0].fund_number}
        session.execute(_EXPENSE, _figures(run, at) | expense | {"amount_fen": total})
    return booked


def _figures(run: InterestRun, at: datetime) -> dict[str, Any]:
    return {
        "run": run.number,
        "settles_on": run.settles_on,
        "payable": Subject.INTEREST_PAYABLE.value,
        "booked_at": at,
        "trace": current_trace(),
    }
