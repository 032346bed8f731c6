"""Adjusting a freelancer's contribution base (基数调整, D-22): in its months, once a contribution year."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Sequence, select
from sqlalchemy.orm import Session

from services.common.clock import CHINA, business_now, business_today
from services.common.database import DatabaseAccess, is_passing
from services.common.logs import get_logger
from services.common.move import begin, move
from services.common.outbox import announce
from services.common.policy import load_policy
from services.common.request import Request
from services.common.settings import settings
from services.deposit import refusals, rules
from services.deposit.accounts import account_of, refuse_unfinished
from services.deposit.freelancers import UNDONE, base_changes, contribution_for, is_freelancer
from services.deposit.models import Account, BaseAdjustment
from services.deposit.opening import limits_on
from services.deposit.states import ACCOUNT, AT_REST, BASE_ADJUSTMENT, FREEZE_LABELS

NUMBERS = Sequence("base_adjustment_numbers")
REGISTERED, EFFECTIVE, SYSTEM = "registered", "effective", "system"
AT_ONCE = 1000

log = get_logger(__name__)


@dataclass(frozen=True)
class Window:
    """When bases may be adjusted: open now or next, and from which month a base filed today counts."""

    first_on: date
    last_on: date
    effective_on: date
    contribution_year: int

    def is_open(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.first_on <= day <= self.last_on


def window_at(day: date) -> Window:
    """The window of `day`, by the figures of the city."""
    figure = load_policy(settings().city).figure
    months = [figure(f"base_adjustment_{end}_month").whole(day) for end in ("first", "last")]
    first_on, last_on = rules.adjustment_window(day, months[0], months[1])
    year = rules.contribution_year(day, figure("contribution_year_first_month").whole(day))
    return Window(first_on, last_on, rules.month_after(day), year)


def shown(session: Session, fund_number: str, today: date) -> dict[str, Any]:
    """The base now, what it may become and when, and every adjustment so far, newest first."""
    account = account_of(session, fund_number)
    limits, window, rows = limits_on(today), window_at(today), _rows(session, fund_number)
    refusal = _why_not(session, account, window, today)
    changes = base_changes(session, fund_number)
    return {
        "freelancer": is_freelancer(session, account),
        "base_fen": rules.base_in(today, account.contribution_base_fen, changes),
        "monthly_fen": contribution_for(session, account, today).total_fen,
        "rate_percent": account.employer_rate_percent + account.person_rate_percent,
        "base_lower_fen": limits.base_lower_fen,
        "base_upper_fen": limits.base_upper_fen,
        "window_first_on": window.first_on.isoformat(),
        "window_last_on": window.last_on.isoformat(),
        "effective_on": window.effective_on.isoformat(),
        "allowed": refusal is None,
        "because": refusal.sentence if refusal else None,
        "items": [_item(row, account, today) for row in rows],
    }


def _rows(session: Session, fund_number: str) -> list[BaseAdjustment]:
    mine = select(BaseAdjustment).where(BaseAdjustment.fund_number == fund_number)
    return list(session.scalars(mine.order_by(BaseAdjustment.registered_at.desc(), BaseAdjustment.number)))


def _item(row: BaseAdjustment, account: Account, today: date) -> dict[str, Any]:
    state = EFFECTIVE if _is_due(row, today) else row.state
    rates = account.employer_rate_percent, account.person_rate_percent
    return {
        "number": row.number,
        "state": state,
        "state_label": BASE_ADJUSTMENT.labels[state],
        "contribution_year": row.contribution_year,
        "effective_on": row.effective_on.isoformat(),
        "before_fen": row.before_fen,
        "after_fen": row.after_fen,
        "monthly_fen": rules.monthly_contribution(row.after_fen, *rates).total_fen,
        "registered_at": row.registered_at.astimezone(CHINA).isoformat(),
        "actions": BASE_ADJUSTMENT.actions(state, "citizen"),
    }


def _is_due(row: BaseAdjustment, today: date) -> bool:
    """Whether its month has come and the timer has not: to its owner it counts already."""
    return row.state == REGISTERED and row.effective_on <= today


def _why_not(session: Session, account: Account, window: Window, today: date) -> Any:
    """The refusal that meets any base today, or None."""
    if not is_freelancer(session, account):
        return refusals.not_a_freelancer()
    if account.state != ACCOUNT.start:
        return refusals.account_at_rest(ACCOUNT.labels[account.state])
    if account.freeze_flag in AT_REST:
        return refusals.account_at_rest(FREEZE_LABELS[account.freeze_flag])
    if (done := _of_year(session, account.number, window.contribution_year)) is not None:
        return refusals.adjusted_this_year(done.effective_on)
    return None if window.is_open(today) else refusals.window_closed(window.first_on, window.last_on)


def _of_year(session: Session, fund_number: str, year: int) -> BaseAdjustment | None:
    return session.scalar(
        select(BaseAdjustment).where(
            BaseAdjustment.fund_number == fund_number,
            BaseAdjustment.contribution_year == year,
            BaseAdjustment.state != UNDONE,
        )
    )


def register(session: Session, request: Request, base_fen: int) -> dict[str, Any]:
    """File a new base, from the next month on."""
    today, now = business_today(), business_now()
    account = _locked(session, request.person.id)
    refuse_unfinished(account.freeze_flag)
    window = window_at(today)
    if (refusal := _why_not(session, account, window, today)) is not None:
        raise refusal
    _refuse_base(base_fen, account, today)
    row = BaseAdjustment(
        number=f"B{today:%Y%m%d}{session.scalar(NUMBERS.next_value()):06d}",
        fund_number=account.number,
        contribution_year=window.contribution_year,
        effective_on=window.effective_on,
        before_fen=account.contribution_base_fen,
        after_fen=base_fen,
        registered_at=now,
    )
    begin(session, BASE_ADJUSTMENT, row, actor=account.number, at=now)
    announce(session, "base.registered", f"{BASE_ADJUSTMENT.name}:{row.number}", _told(row))
    return _item(row, account, today)


def _refuse_base(base_fen: int, account: Account, today: date) -> None:
    limits = limits_on(today)
    if not limits.holds_base(base_fen):
        raise refusals.base_out_of_limits(limits.base_lower_fen, limits.base_upper_fen)
    if base_fen == account.contribution_base_fen:
        raise refusals.base_unchanged()


def _locked(session: Session, fund_number: str) -> Account:
    account = session.scalar(select(Account).where(Account.number == fund_number).with_for_update())
    if account is None:
        raise refusals.no_account()
    return account


def _told(row: BaseAdjustment) -> dict[str, Any]:
    return {
        "number": row.number,
        "fund_number": row.fund_number,
        "effective_on": row.effective_on.isoformat(),
    }


def undo(session: Session, request: Request, number: str) -> dict[str, Any]:
    """Take a base back that has not taken effect; the old one goes on, and another may be filed."""
    account, today = _locked(session, request.person.id), business_today()
    mine = BaseAdjustment.fund_number == account.number
    row = session.scalar(select(BaseAdjustment).where(BaseAdjustment.number == number, mine))
    if row is None:
        raise refusals.no_adjustment()
    if row.state != REGISTERED or _is_due(row, today):
        raise refusals.adjustment_over()
    move(
        session,
        BASE_ADJUSTMENT,
        row,
        "undo",
        actor=account.number,
        at=business_now(),
        payload=_told(row),
    )
    return _item(row, account, today)


def take_effect(database: DatabaseAccess, today: date) -> int:
    """Give every account whose month has come its new base; how many. Idempotent.

    Each in its own transaction: one account's trouble neither undoes the others nor stops them.
    """
    due = select(BaseAdjustment.number).where(
        BaseAdjustment.state == REGISTERED, BaseAdjustment.effective_on <= today
    )
    with database.read() as session:
        numbers = session.scalars(due.order_by(BaseAdjustment.number).limit(AT_ONCE)).all()
    return sum(_took_effect(database, number) for number in numbers)


def _took_effect(database: DatabaseAccess, number: str) -> bool:
    try:
        with database.write() as session:
            return _take_effect(session, number)
    except Exception as trouble:
        if is_passing(trouble):
            # The database keeps everybody waiting, not this one: the whole job is put off.
            raise
        log.exception("base not taken into effect", number=number)
        return False


def _take_effect(session: Session, number: str) -> bool:
    row = session.get_one(BaseAdjustment, number)
    account = _locked(session, row.fund_number)
    session.refresh(row)
    if row.state != REGISTERED:
        return False
    move(
        session,
        BASE_ADJUSTMENT,
        row,
        "take_effect",
        actor=SYSTEM,
        at=business_now(),
        payload=_told(row),
    )
    rates = account.employer_rate_percent, account.person_rate_percent
    monthly = rules.monthly_contribution(row.after_fen, *rates)
    account.contribution_base_fen = row.after_fen
    account.employer_monthly_fen = monthly.employer_part_fen
    account.person_monthly_fen = monthly.person_part_fen
    return True
