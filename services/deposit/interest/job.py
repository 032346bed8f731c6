"""The job of a yearly settlement: begins by itself after 30 June, goes on where it was stopped.

The settlement day is past when it begins, so that everything of the ending year is in the books; its lines
carry the settlement day as value date (结息年度 1 July to 30 June).
"""

import time
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today
from services.common.database import DatabaseAccess
from services.common.logs import get_logger
from services.common.move import begin, move
from services.common.outbox import announce
from services.common.policy import load_policy
from services.common.settings import settings
from services.deposit.interest import booking, checking
from services.deposit.interest.booking import Booked
from services.deposit.interest.models import InterestBatch, InterestDeferral, InterestRun
from services.deposit.interest.states import INTEREST_RUN
from services.deposit.models import Account
from services.deposit.states import OPEN_STATES

log = get_logger(__name__)

BATCH_ACCOUNTS = 5_000
CHECKED_A_BATCH = 5
TOLD_AT_ONCE = 1_000
WORK_S = 60.0
ACTOR = "system"


@dataclass(frozen=True)
class Sizes:
    """Accounts of a batch, and how many of them are computed twice."""

    accounts: int = BATCH_ACCOUNTS
    checked: int = CHECKED_A_BATCH


def settlement_before(today: date) -> date:
    """The last settlement day that is over."""
    policy = load_policy(settings().city)
    month = policy.figure("interest_settlement_month").whole(today)
    day = policy.figure("interest_settlement_day").whole(today)
    this_year = date(today.year, month, day)
    return this_year if today > this_year else date(today.year - 1, month, day)


def work(database: DatabaseAccess, sizes: Sizes = Sizes(), limit_s: float = WORK_S) -> None:
    """Do what is due, for at most `limit_s` seconds: the rest is left to the next time."""
    until = time.monotonic() + limit_s
    number = _begun(database, settlement_before(business_today()))
    while _one_batch(database, number, sizes) and time.monotonic() < until:
        pass
    _settle_deferred(database)


def _begun(database: DatabaseAccess, settles_on: date) -> str:
    """The number of the run for that day, begun now if it was not."""
    number = str(settles_on.year)
    with database.read() as session:
        if session.get(InterestRun, number) is not None:
            return number
    policy = load_policy(settings().city)
    with database.write() as session:
        run = InterestRun(
            number=number,
            settles_on=settles_on,
            rate=policy.figure("deposit_rate_hundred_thousandths").whole(settles_on),
            day_basis=policy.figure("interest_day_basis").whole(settles_on),
            accounts=_open_accounts(session, settles_on),
            started_at=business_now(),
        )
        begin(session, INTEREST_RUN, run, actor=ACTOR, at=business_now())
    return number


def _open_accounts(session: Session, settles_on: date) -> int:
    chosen = (Account.state.in_(OPEN_STATES), Account.opened_on < settles_on)
    return session.scalars(select(func.count()).select_from(Account).where(*chosen)).one()


def _one_batch(database: DatabaseAccess, number: str, sizes: Sizes) -> bool:
    """Settle the next accounts; False when there is nothing to do for now."""
    try:
        with database.write() as session:
            session.connection(execution_options=booking.ONE_SNAPSHOT)
            run = session.get_one(InterestRun, number, with_for_update=True)
            return run.state == "booking" and _settled(session, run, sizes)
    except checking.Differs as difference:
        _halt(database, number, difference)
        return False


def _settled(session: Session, run: InterestRun, sizes: Sizes) -> bool:
    before = _last_batch(session, run)
    booked = booking.settle_next(session, run, before.last if before else "", sizes.accounts, business_now())
    if booked is None:
        _finish(session, run, before)
        return False
    checked = checking.check(session, run, booked, sizes.checked)
    session.add(
        InterestBatch(
            run=run.number,
            first=booked.first,
            last=booked.last,
            accounts=booked.accounts,
            checked=checked,
            interest_fen=booked.total_fen,
            digest=_digest(before.digest if before else "", booked),
        )
    )
    session.add_all(InterestDeferral(run=run.number, fund_number=number) for number in booked.closing)
    _tell(session, run, booked)
    return True


def _last_batch(session: Session, run: InterestRun) -> InterestBatch | None:
    own = select(InterestBatch).where(InterestBatch.run == run.number)
    return session.scalar(own.order_by(InterestBatch.last.desc()).limit(1))


def _digest(before: str, booked: Booked) -> str:
    """Of everything so far: of the batches before and of each account with its amount."""
    lines = "\n".join(f"{number} {fen}" for number, fen in booked.interest_fen.items())
    return sha256(f"{before}\n{lines}".encode()).hexdigest()


def _tell(session: Session, run: InterestRun, booked: Booked) -> None:
    amounts = iter(booked.interest_fen.items())
    while some := dict(islice(amounts, TOLD_AT_ONCE)):
        payload = {"year": run.settles_on.year, "amounts_fen": some}
        announce(session, "interest.settled", f"interest:{run.number}", payload)


def _finish(session: Session, run: InterestRun, last: InterestBatch | None) -> None:
    run.finished_at = business_now()
    run.digest = last.digest if last else None
    move(session, INTEREST_RUN, run, "finish", actor=ACTOR, at=business_now())


def _halt(database: DatabaseAccess, number: str, difference: checking.Differs) -> None:
    fund_number, expected, computed = difference.args
    log.error("interest differs", run=number, fund_number=fund_number)
    with database.write() as session:
        run = session.get_one(InterestRun, number)
        run.trouble = f"{fund_number}: {expected} / {computed}"
        move(session, INTEREST_RUN, run, "halt", actor=ACTOR, at=business_now())


def _settle_deferred(database: DatabaseAccess) -> None:
    """Settle accounts that were being closed then, and stayed open after all."""
    with database.read() as session:
        waiting = session.execute(
            select(InterestDeferral.run, InterestDeferral.fund_number)
            .join(Account, Account.number == InterestDeferral.fund_number)
            .where(InterestDeferral.ended_at.is_(None), Account.state.in_(OPEN_STATES))
            .limit(BATCH_ACCOUNTS)
        ).all()
    for number, fund_number in waiting:
        _settle_one(database, number, fund_number)


def _settle_one(database: DatabaseAccess, number: str, fund_number: str) -> None:
    with database.write() as session:
        session.connection(execution_options=booking.ONE_SNAPSHOT)
        run = session.get_one(InterestRun, number)
        deferral = session.get_one(InterestDeferral, (number, fund_number))
        booked = booking.settle_one(session, run, fund_number, business_now())
        if booked is None or fund_number in booked.closing:
            return
        checking.check(session, run, booked, booked.accounts)
        _tell(session, run, booked)
        deferral.ended_at = business_now()
