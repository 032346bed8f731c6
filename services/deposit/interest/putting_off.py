"""Accounts that a settlement passed over: settled one by one, oldest year first, when they can be."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from services.common.clock import business_now, technical_at
from services.common.database import DatabaseAccess
from services.common.logs import get_logger
from services.deposit.interest import booking, checking, disputes
from services.deposit.interest.booking import Booked
from services.deposit.interest.models import InterestDeferral, InterestDispute, InterestRun
from services.deposit.models import Account
from services.deposit.states import FREEZE_LABELS, OPEN_STATES, TAKING_OVER

log = get_logger(__name__)

AT_ONCE = 5_000
TRY_AGAIN_AFTER = timedelta(hours=1)
LABELS = {
    "closing": "正在办理销户提取",
    "differs": "两次计算结果不符，已单独暂缓",
    "earlier_year": "以前年度的利息尚未结清",
    TAKING_OVER: FREEZE_LABELS[TAKING_OVER],
}

Telling = Callable[[Session, InterestRun, Booked], None]


def settle_waiting(database: DatabaseAccess, tell: Telling) -> None:
    """Settle who was put off and can be settled now; one account's trouble does not stop the others."""
    with database.write() as session:
        _forget_closed(session)
    ready = or_(InterestDeferral.try_after.is_(None), InterestDeferral.try_after <= technical_at())
    with database.read() as session:
        waiting = session.execute(
            select(InterestDeferral.run, InterestDeferral.fund_number)
            .join(Account, Account.number == InterestDeferral.fund_number)
            .where(InterestDeferral.ended_at.is_(None), ready, Account.freeze_flag != TAKING_OVER)
            .order_by(InterestDeferral.run, InterestDeferral.fund_number)
            .limit(AT_ONCE)
        ).all()
    for number, fund_number in waiting:
        _try_one(database, number, fund_number, tell)


def _forget_closed(session: Session) -> None:
    """A closed account waits no longer: its interest was paid out with it."""
    kinds: tuple[Any, ...] = (InterestDeferral, InterestDispute)
    for kind in kinds:
        waiting = session.scalars(
            select(kind.fund_number).where(kind.ended_at.is_(None)).limit(AT_ONCE)
        ).all()
        # By number: few wait, and there are a million accounts.
        named = (Account.number.in_(waiting), Account.state.not_in(OPEN_STATES))
        closed = session.scalars(select(Account.number).where(*named)).all() if waiting else []
        if closed:
            over = (kind.ended_at.is_(None), kind.fund_number.in_(closed))
            session.execute(update(kind).where(*over).values(ended_at=business_now()))


def _try_one(database: DatabaseAccess, number: str, fund_number: str, tell: Telling) -> None:
    try:
        with database.write() as session:
            session.connection(execution_options=booking.ONE_SNAPSHOT)
            _settle(session, number, fund_number, tell)
    except OperationalError:
        # The server is away, or the account was moved meanwhile: the next time will do.
        raise
    except checking.Differs as difference:
        with database.write() as session:
            words = disputes.note(session, session.get_one(InterestRun, number), difference)
            _try_later(session, number, fund_number, words)
    except Exception as trouble:
        log.exception("interest put off again", run=number, fund_number=fund_number)
        with database.write() as session:
            _try_later(session, number, fund_number, type(trouble).__name__)


def _settle(session: Session, number: str, fund_number: str, tell: Telling) -> None:
    run = session.get_one(InterestRun, number)
    booked = booking.settle_one(session, run, fund_number, business_now())
    if booked is None or fund_number in booked.passed_over:
        return
    checking.check(session, run, booked, booked.accounts)
    disputes.agreed(session, run, [fund_number])
    tell(session, run, booked)
    deferral = session.get_one(InterestDeferral, (number, fund_number))
    deferral.ended_at, deferral.interest_fen, deferral.trouble = business_now(), booked.total_fen, None


def _try_later(session: Session, number: str, fund_number: str, trouble: str) -> None:
    deferral = session.get_one(InterestDeferral, (number, fund_number))
    deferral.trouble, deferral.try_after = trouble, technical_at() + TRY_AGAIN_AFTER
