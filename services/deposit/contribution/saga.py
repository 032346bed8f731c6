"""Drives a contribution bill with the bank: debit a card, open, watch and close a payment code.

No external call is made inside a transaction. What a call brings is written in one transaction that checks
the lease, so an overtaken driver changes nothing. A debit is sent once; afterwards the bank is only asked.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from eventlet import sleep
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today, technical_at
from services.common.database import DatabaseAccess
from services.common.logs import get_logger
from services.common.move import move
from services.common.outside import NoAnswer
from services.common.policy import load_policy
from services.common.request import Request
from services.common.settings import settings
from services.deposit.contribution import inflows, leases
from services.deposit.contribution.adapters import Bank, BankWord, CodeWord, Outcome, Payer, Payment
from services.deposit.contribution.leases import LeaseLost, Turn
from services.deposit.contribution.models import Attempt, Bill
from services.deposit.contribution.states import BANK, CONTRIBUTION, DRIVEN, PAYABLE_BY_CODE, SYSTEM

log = get_logger(__name__)

STEPS_MOST = 4
LOOK_EVERY_S = 5
WAIT_FOR_OTHER_S = 0.05
KEPT_FOR_THE_ANSWER_S = 1.0
# A payment at the last moment may be told late, and the report of it be lost: the bank is asked twice more.
ASK_CLOSED_AFTER_S = (300, 86_400)
CARD_CHANNEL = "card"
NO_SERIAL = "-"

DEBIT_FAILED = "银行未能从联名卡扣款，资金未划出，请确认卡内余额后重新结算，或改用聚合支付。"
NO_CODE = "银行暂时不能生成付款码，请稍后重试，或改用联名卡结算。"
EXPIRED = "付款码已到期，没有收到付款，可以重新结算。"
WRONG_AMOUNT = "收到的付款金额与单据不符，款项将原路退回，请重新结算。"
_ACTIONS = {Outcome.DONE: "confirm", Outcome.FAILED: "fail", Outcome.UNKNOWN: "doubt"}


class Hall(Protocol):
    """What a driver needs: the service's database and the bank."""

    database: DatabaseAccess
    bank: Bank


def drive(hall: Hall, number: str, request: Request) -> None:
    """Take the bill as far as it goes before the request's deadline. Leaves the rest to the sweeper."""
    turn = leases.take(hall.database, Bill, number)
    for _ in range(STEPS_MOST):
        if turn is None:
            return
        if request.remaining_s() < KEPT_FOR_THE_ANSWER_S:
            break
        turn = _one_step(hall, turn, request)
    if turn is not None:
        leases.give_back(hall.database, turn)


def drive_or_wait(hall: Hall, number: str, request: Request) -> None:
    """As `drive`; while another driver has the bill, wait for it as long as the request allows."""
    drive(hall, number, request)
    while request.remaining_s() > KEPT_FOR_THE_ANSWER_S and _under_way(hall, number):
        sleep(WAIT_FOR_OTHER_S)
        drive(hall, number, request)


def _under_way(hall: Hall, number: str) -> bool:
    with hall.database.read() as session:
        return leases.is_leased(session.get_one(Bill, number))


def _one_step(hall: Hall, turn: Turn[Bill], request: Request) -> Turn[Bill] | None:
    """The bill one step on, or None when it rests, waits for a later try or has another driver."""
    try:
        return _STEPS[turn.row.state](hall, turn, request)
    except LeaseLost:
        return None
    except NoAnswer as trouble:
        log.warning("bill put off", number=turn.row.number, state=turn.row.state, cause=str(trouble.args[-1]))
        _put_off(hall, turn)
        return None
    except Exception:
        _put_off(hall, turn)
        raise


def _put_off(hall: Hall, turn: Turn[Bill]) -> None:
    try:
        with leases.keeping(hall.database, turn) as (_, bill):
            leases.put_off(bill)
    except LeaseLost:
        log.info("lease lost", number=turn.row.number)


def moved(session: Session, bill: Bill, action: str, actor: str, remark: str = "") -> None:
    """One step of the bill with its event; a bill that goes on by itself is due at once, any other rests."""
    now = business_now()
    move(session, CONTRIBUTION, bill, action, actor=actor, at=now, payload=payload(bill), remark=remark)
    bill.moved_at = now
    if bill.state in DRIVEN:
        leases.due_now(bill)
    else:
        leases.rest(bill)


def payload(bill: Bill) -> dict[str, object]:
    """What events tell of a bill: numbers, months and amounts, nothing personal."""
    return {
        "number": bill.number,
        "fund_number": bill.fund_number,
        "amount_fen": bill.amount_fen,
        "months": [f"{month:%Y-%m}" for month in bill.months],
    }


def _attempt(session: Session, bill: Bill) -> Attempt:
    return session.get_one(Attempt, (bill.number, bill.attempt))


def _read_attempt(hall: Hall, turn: Turn[Bill]) -> Attempt:
    with hall.database.read() as session:
        return _attempt(session, turn.row)


def _debit(hall: Hall, turn: Turn[Bill], request: Request) -> Turn[Bill] | None:
    """Write down that the debit is sent, then send it: after a crash the bank is asked, not told."""
    with leases.keeping(hall.database, turn) as (session, bill):
        moved(session, bill, "send", SYSTEM)
    attempt = _read_attempt(hall, turn)
    payer = Payer(**json.loads(attempt.payer or "{}"))
    try:
        word = hall.bank.debit(request, attempt.order_number, payer, turn.row.amount_fen)
    except NoAnswer:
        word = BankWord(Outcome.UNKNOWN, "no answer")
    _note_debit(hall, turn, word)
    return None


def _ask_debit(hall: Hall, turn: Turn[Bill], request: Request) -> Turn[Bill] | None:
    """Ask what became of a debit; one the bank never saw is closed there before it counts as failed."""
    order_number = _read_attempt(hall, turn).order_number
    try:
        word = hall.bank.enquire_debit(request, order_number) or hall.bank.close_debit(request, order_number)
    except NoAnswer:
        word = BankWord(Outcome.UNKNOWN, "no answer")
    _note_debit(hall, turn, word)
    return None


def _note_debit(hall: Hall, turn: Turn[Bill], word: BankWord) -> None:
    with leases.keeping(hall.database, turn) as (session, bill):
        attempt = _attempt(session, bill)
        attempt.outcome, attempt.bank_reason = word.outcome.value, word.reason
        if word.outcome is Outcome.UNKNOWN:
            _note_doubt(session, bill)
        else:
            if word.outcome is Outcome.DONE:
                _receive(session, bill, attempt, word)
            bill.problem = None if word.outcome is Outcome.DONE else DEBIT_FAILED
            moved(session, bill, _ACTIONS[word.outcome], BANK, remark=word.reason)


def _receive(session: Session, bill: Bill, attempt: Attempt, word: BankWord) -> None:
    payment = Payment(
        serial=word.serial or NO_SERIAL, amount_fen=bill.amount_fen, channel=CARD_CHANNEL, at=word.at
    )
    inflow = inflows.take(session, bill, attempt, payment)
    if inflow is None:
        raise AssertionError("a debit came in twice")
    bill.inflow_id, bill.received_at = inflow.id, inflow.received_at


def _note_doubt(session: Session, bill: Bill) -> None:
    if "doubt" in CONTRIBUTION.actions(bill.state, BANK):
        moved(session, bill, "doubt", BANK)
    leases.put_off(bill)


def _open_code(hall: Hall, turn: Turn[Bill], request: Request) -> Turn[Bill] | None:
    """Have the bank make a payment code. Asked again until it answers: the same number is the same code."""
    minutes = load_policy(settings().city).figure("payment_code_minutes").whole(business_today())
    attempt = _read_attempt(hall, turn)
    # Counted from before the first question, so that the hall never takes a code for living that is not.
    expires_at = attempt.began_at + timedelta(minutes=minutes)
    word = hall.bank.open_code(request, attempt.order_number, turn.row.amount_fen, minutes * 60)
    with leases.keeping(hall.database, turn) as (session, bill):
        attempt = _attempt(session, bill)
        if word is None or not word.url:
            bill.problem = NO_CODE
            moved(session, bill, "reject", BANK)
        else:
            attempt.code_url, attempt.code_expires_at = word.url, expires_at
            moved(session, bill, "open", BANK)
            leases.look_in(bill, LOOK_EVERY_S)
    return None


def _watch_code(hall: Hall, turn: Turn[Bill], request: Request) -> Turn[Bill] | None:
    """See whether the code was paid, in case the bank's report is lost; let it expire in time."""
    attempt = _read_attempt(hall, turn)
    word = hall.bank.enquire_code(request, attempt.order_number)
    with leases.keeping(hall.database, turn) as (session, bill):
        note_code(session, bill, _attempt(session, bill), word)
        if bill.state != turn.row.state:
            return turn.after(bill) if bill.state in DRIVEN else None
        if attempt.code_expires_at is not None and attempt.code_expires_at <= business_now():
            bill.problem = EXPIRED
            moved(session, bill, "expire", SYSTEM)
            return turn.after(bill)
        bill.tries = 0
        leases.look_in(bill, LOOK_EVERY_S)
    return None


def _close_code(hall: Hall, turn: Turn[Bill], request: Request) -> Turn[Bill] | None:
    """Close the code at the bank: only then can nobody pay it any more, and the bill be paid otherwise."""
    word = hall.bank.close_code(request, _read_attempt(hall, turn).order_number)
    with leases.keeping(hall.database, turn) as (session, bill):
        note_code(session, bill, _attempt(session, bill), word)
        if bill.state == turn.row.state:
            leases.put_off(bill)
    return None


def note_code(session: Session, bill: Bill, attempt: Attempt, word: CodeWord) -> None:
    """Take in every payment the bank tells of; a code that nobody can pay any more sets the bill free."""
    for payment in word.payments:
        note_payment(session, bill, attempt, payment)
    current = attempt.ordinal == bill.attempt and bill.state in PAYABLE_BY_CODE
    if current and not word.is_open:
        if "expire" in CONTRIBUTION.actions(bill.state, SYSTEM):
            # Nobody here wanted it closed: its time at the bank was over.
            bill.problem = EXPIRED
        moved(session, bill, "close", BANK)
        look_again(attempt)


def look_again(attempt: Attempt) -> None:
    """Plan the first question about a code that nobody should be able to pay any more."""
    attempt.asked, attempt.ask_after = 0, technical_at() + timedelta(seconds=ASK_CLOSED_AFTER_S[0])


def note_payment(session: Session, bill: Bill, attempt: Attempt, payment: Payment) -> None:
    """Take one payment in: it pays the bill, or is given back when it does not fit. A known one is let be."""
    inflow = inflows.take(session, bill, attempt, payment)
    if inflow is None:
        return
    cause = inflows.misfit(bill, attempt, inflow)
    if cause is None:
        bill.inflow_id, bill.received_at, bill.problem = inflow.id, inflow.received_at, None
        moved(session, bill, "pay", BANK)
        look_again(attempt)
        return
    inflows.give_back(session, bill, inflow, cause)
    if attempt.ordinal == bill.attempt and bill.state in PAYABLE_BY_CODE:
        bill.problem = WRONG_AMOUNT
        if "misfit" in CONTRIBUTION.actions(bill.state, BANK):
            moved(session, bill, "misfit", BANK)


_STEPS: dict[str, Callable[[Hall, Turn[Bill], Request], Turn[Bill] | None]] = {
    "debit_due": _debit,
    "debiting": _ask_debit,
    "debit_unknown": _ask_debit,
    "code_due": _open_code,
    "awaiting_scan": _watch_code,
    "code_closing": _close_code,
}
