"""The job of the yearly settlements: begins by itself after 30 June, goes on where it was stopped.

A settlement day is past when its run begins, so that everything of the ending year is in the books; its lines
carry the settlement day as value date (结息年度 1 July to 30 June). Years are worked oldest first, and none
begins before the one before it is finished: interest of a year bears interest in the next. Nothing is done
while an import of books is begun and not finished: half an account's lines are not what it is owed by.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today
from services.common.database import DatabaseAccess
from services.common.importing.loading import ONE_IMPORT_AT_A_TIME
from services.common.logs import get_logger
from services.common.move import begin, move
from services.common.outbox import announce
from services.common.policy import load_policy
from services.common.settings import settings
from services.deposit.interest import booking, checking, disputes, imports, putting_off
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
    with _no_import(database) as quiet:
        if quiet and not imports.waits(database):
            _work_until(database, sizes, time.monotonic() + limit_s)


@contextmanager
def _no_import(database: DatabaseAccess) -> Iterator[bool]:
    """True while no importer runs: one that begins meanwhile waits for this."""
    key = {"key": ONE_IMPORT_AT_A_TIME}
    with database.read() as session:
        quiet = bool(session.scalar(text("SELECT pg_try_advisory_lock_shared(:key)"), key))
        try:
            yield quiet
        finally:
            if quiet:
                session.execute(text("SELECT pg_advisory_unlock_shared(:key)"), key)


def _work_until(database: DatabaseAccess, sizes: Sizes, until: float) -> None:
    _begin_what_is_owed(database, business_today(), sizes)
    while (number := _oldest_unfinished(database)) is not None and _one_batch(database, number, sizes):
        if time.monotonic() >= until:
            break
    putting_off.settle_waiting(database, _tell)


def _oldest_unfinished(database: DatabaseAccess) -> str | None:
    """The run to go on with; None when there is none, or while the oldest one is halted."""
    unfinished = select(InterestRun).where(InterestRun.state != "finished")
    with database.read() as session:
        run = session.scalar(unfinished.order_by(InterestRun.number).limit(1))
    return run.number if run is not None and run.state == "booking" else None


def _begin_what_is_owed(database: DatabaseAccess, today: date, sizes: Sizes) -> None:
    """Once a day, when nothing is under way, look through all accounts for years that are owed to any.

    What a finished run says is not relied on: accounts may have been taken over after it, and a whole year
    may have passed without the hall.
    """
    last = settlement_before(today)
    with database.read() as session:
        busy = session.scalar(select(InterestRun.number).where(InterestRun.state != "finished").limit(1))
        newest = session.get(InterestRun, str(last.year))
    if busy is not None or (newest is not None and newest.looked_on == today):
        return
    owed = _days_owed(database, last, sizes)
    with database.write() as session:
        for settles_on in owed if newest is not None else sorted({*owed, last}):
            _open(session, settles_on)
        if newest is not None and not owed:
            session.get_one(InterestRun, newest.number).looked_on = today


def _days_owed(database: DatabaseAccess, last: date, sizes: Sizes) -> list[date]:
    """The settlement days for which some account is owed interest yet, oldest first.

    Whoever is owed a year is owed the later ones too, so the search goes back until nobody is.
    """
    days: list[date] = []
    while (run := _figured(last)) is not None and _is_owed(database, run, sizes.accounts):
        days.insert(0, last)
        last = settlement_before(last)
    return days


def _is_owed(database: DatabaseAccess, run: InterestRun, size: int) -> bool:
    after: str | None = ""
    while after is not None:
        with database.write() as session:
            after, owed = booking.owed_after(session, run, after, size)
        if owed:
            return True
    return False


def _figured(settles_on: date) -> InterestRun | None:
    """A run of that day with the figures of then; None for a day before anybody set a rate."""
    policy = load_policy(settings().city)
    try:
        rate = policy.figure("deposit_rate_hundred_thousandths").whole(settles_on)
        day_basis = policy.figure("interest_day_basis").whole(settles_on)
    except LookupError:
        return None
    return InterestRun(number=str(settles_on.year), settles_on=settles_on, rate=rate, day_basis=day_basis)


def _open(session: Session, settles_on: date) -> None:
    """Begin the run of that day, or let the finished one go through all accounts once more."""
    accounts = _open_accounts(session, settles_on)
    run = session.get(InterestRun, str(settles_on.year), with_for_update=True)
    if run is not None:
        move(session, INTEREST_RUN, run, "reopen", actor=ACTOR, at=business_now())
        run.round, run.accounts, run.finished_at = run.round + 1, accounts, None
    elif (run := _figured(settles_on)) is not None:
        run.round, run.accounts, run.started_at = 1, accounts, business_now()
        begin(session, INTEREST_RUN, run, actor=ACTOR, at=business_now())


def _open_accounts(session: Session, settles_on: date) -> int:
    chosen = (Account.state.in_(OPEN_STATES), Account.opened_on < settles_on)
    return session.scalars(select(func.count()).select_from(Account).where(*chosen)).one()


def _one_batch(database: DatabaseAccess, number: str, sizes: Sizes) -> bool:
    """Settle the next accounts, or finish; False when the run does not go on for now."""
    try:
        with database.write() as session:
            session.connection(execution_options=booking.ONE_SNAPSHOT)
            run = session.get_one(InterestRun, number, with_for_update=True)
            if run.state == "booking":
                _settle(session, run, sizes)
            return run.state != "halted"
    except checking.Differs as difference:
        _halt(database, number, difference)
        return False


def _settle(session: Session, run: InterestRun, sizes: Sizes) -> None:
    reached, digest = _come_so_far(session, run)
    booked = booking.settle_next(session, run, reached, sizes.accounts, business_now())
    if booked is None:
        _finish(session, run, digest)
        return
    disputed = disputes.of(session, run)
    checked = checking.check(session, run, booked, sizes.checked, disputed)
    disputes.agreed(session, run, disputed & booked.interest_fen.keys())
    session.add(
        InterestBatch(
            run=run.number,
            round=run.round,
            first=booked.first,
            last=booked.last,
            accounts=booked.accounts,
            checked=checked,
            interest_fen=booked.total_fen,
            digest=_digest(digest, booked),
        )
    )
    _put_off(session, run, booked)
    _tell(session, run, booked)


def _come_so_far(session: Session, run: InterestRun) -> tuple[str, str]:
    """The fund number that this round has reached, and the digest of everything before."""
    own = select(InterestBatch).where(InterestBatch.run == run.number)
    last = session.scalar(own.order_by(InterestBatch.round.desc(), InterestBatch.last.desc()).limit(1))
    if last is None:
        return "", ""
    return last.last if last.round == run.round else "", last.digest


def _digest(before: str, booked: Booked) -> str:
    """Of everything so far: of the batches before and of each account with its amount."""
    lines = "\n".join(f"{number} {fen}" for number, fen in booked.interest_fen.items())
    return sha256(f"{before}\n{lines}".encode()).hexdigest()


def _put_off(session: Session, run: InterestRun, booked: Booked) -> None:
    rows = [
        {"run": run.number, "fund_number": number, "reason": why}
        for number, why in booked.passed_over.items()
    ]
    if rows:
        # One that was set aside is named already, for its own reason.
        session.execute(insert(InterestDeferral).values(rows).on_conflict_do_nothing())


def _tell(session: Session, run: InterestRun, booked: Booked) -> None:
    amounts = ((number, fen) for number, fen in booked.interest_fen.items() if fen)
    while some := dict(islice(amounts, TOLD_AT_ONCE)):
        payload = {"settles_on": run.settles_on.isoformat(), "amounts_fen": some}
        announce(session, "interest.settled", f"interest:{run.number}", payload)


def _finish(session: Session, run: InterestRun, digest: str) -> None:
    run.finished_at = business_now()
    run.digest = digest or None
    run.looked_on = business_today()
    move(session, INTEREST_RUN, run, "finish", actor=ACTOR, at=business_now())


def _halt(database: DatabaseAccess, number: str, difference: checking.Differs) -> None:
    with database.write() as session:
        run = session.get_one(InterestRun, number)
        run.trouble = disputes.note(session, run, difference)
        move(session, INTEREST_RUN, run, "halt", actor=ACTOR, at=business_now())
