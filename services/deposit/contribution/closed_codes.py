"""Codes that nobody should be able to pay any more: the bank is asked again, so that no payment goes unheard.

Its report of a payment may be lost, and so may the answer when the code was closed. What came in late is
given back like any payment that fits no bill. While the bank does not answer, or the hall fails at its
answer, it is asked for ever: every few minutes, and once the operator has the code on the list, once a day.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, select

from services.common.clock import business_today, technical_at
from services.common.database import is_passing
from services.common.driving.procedure import KEPT_FOR_THE_ANSWER_S
from services.common.logs import get_logger
from services.common.outside import NoAnswer
from services.common.policy import load_policy
from services.common.request import Request
from services.common.settings import settings
from services.deposit.contribution import saga
from services.deposit.contribution.adapters import CodeWord
from services.deposit.contribution.models import Attempt, Bill
from services.deposit.contribution.saga import ASK_CLOSED_AFTER_S, Hall

log = get_logger(__name__)

AT_ONCE = 20
SILENT_S = 300
SILENT_LONG_S = 86_400


def ask_due(hall: Hall, request: Request) -> None:
    """Ask about the codes whose time has come, a few at a time."""
    due = select(Attempt).where(Attempt.ask_after <= technical_at()).order_by(Attempt.ask_after)
    with hall.database.read() as session:
        attempts = session.scalars(due.limit(AT_ONCE)).all()
    for attempt in attempts:
        if request.remaining_s() < KEPT_FOR_THE_ANSWER_S:
            return
        try:
            _ask(hall, attempt, request)
        except Exception as trouble:
            if is_passing(trouble):
                # The database keeps everybody waiting, not this one: the whole job is put off.
                raise
            log.exception("closed code not settled", number=attempt.order_number)
            _put_off(hall, attempt, not_taken_in=True)


def _ask(hall: Hall, attempt: Attempt, request: Request) -> None:
    try:
        word = hall.bank.enquire_code(request, attempt.order_number)
    except NoAnswer as silence:
        log.warning("closed code not asked", number=attempt.order_number, cause=str(silence.args[-1]))
        _put_off(hall, attempt, not_taken_in=False)
    else:
        _take_in(hall, attempt, word)


def _put_off(hall: Hall, asked: Attempt, *, not_taken_in: bool) -> None:
    """Plan the same question again: the bank is silent, or the fault is the hall's and no silence."""
    with hall.database.write() as session:
        attempt = session.get_one(Attempt, (asked.bill_number, asked.ordinal), with_for_update=True)
        pause_s = SILENT_LONG_S if _is_overdue(attempt) else SILENT_S
        attempt.ask_after = technical_at() + timedelta(seconds=pause_s)
        attempt.not_taken_in = not_taken_in


def _take_in(hall: Hall, asked: Attempt, word: CodeWord) -> None:
    """Take in what was paid and plan the next question."""
    with hall.database.write() as session:
        bill = session.scalars(select(Bill).where(Bill.number == asked.bill_number).with_for_update()).one()
        attempt = session.get_one(Attempt, (asked.bill_number, asked.ordinal), with_for_update=True)
        saga.note_code(session, bill, attempt, word)
        attempt.asked += 1
        attempt.not_taken_in = False
        # What is answered after days is as good as a second answer.
        over = attempt.asked >= len(ASK_CLOSED_AFTER_S) or _is_overdue(attempt)
        pause_s = 0 if over else ASK_CLOSED_AFTER_S[attempt.asked]
        attempt.ask_after = None if over else technical_at() + timedelta(seconds=pause_s)


def _overdue_before() -> datetime:
    """A code that was closed before, and is still asked about, has had no answer for too long."""
    days = load_policy(settings().city).figure("closed_code_silent_days").whole(business_today())
    return technical_at() - timedelta(days=days)


def _is_overdue(attempt: Attempt) -> bool:
    return attempt.closed_at is None or attempt.closed_at <= _overdue_before()


def overdue() -> Select[Attempt, Bill]:
    """The codes of which the hall has not known for days whether they were paid, the oldest first."""
    silent = Attempt.ask_after.is_not(None), Attempt.closed_at <= _overdue_before()
    with_bills = select(Attempt, Bill).join(Bill, Bill.number == Attempt.bill_number)
    return with_bills.where(*silent).order_by(Attempt.closed_at)
