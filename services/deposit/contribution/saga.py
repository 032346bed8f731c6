"""The steps of a contribution bill with the bank: debit a card, open, watch and close a payment code.

Steps can be repeated. A debit is sent once; afterwards the bank is only asked.
"""

import json
from datetime import timedelta
from typing import Final, Protocol

from sqlalchemy.orm import Session

from services.common.bank import NO_WORD, BankWord, Outcome
from services.common.clock import business_now, business_today, technical_at
from services.common.database import DatabaseAccess
from services.common.driving import leases
from services.common.driving.procedure import Procedure
from services.common.outside import NoAnswer
from services.common.policy import load_policy
from services.common.request import Request
from services.common.settings import settings
from services.deposit.contribution import inflows
from services.deposit.contribution.adapters import Bank, CodeWord, Payer, Payment
from services.deposit.contribution.models import Attempt, Bill
from services.deposit.contribution.states import BANK, CONTRIBUTION, DRIVEN, PAYABLE_BY_CODE, SYSTEM

Turn = leases.Turn[Bill]

LOOK_EVERY_S = 5
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


def _read_attempt(hall: Hall, turn: Turn) -> Attempt:
    with hall.database.read() as session:
        return _attempt(session, turn.row)


def _debit(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Write down that the debit is sent, then send it: after a crash the bank is asked, not told."""
    with leases.keeping(hall.database, turn) as (session, bill):
        BILLS.moved(session, bill, "send", SYSTEM)
    attempt = _read_attempt(hall, turn)
    payer = Payer(**json.loads(attempt.payer or "{}"))
    try:
        word = hall.bank.debit(request, attempt.order_number, payer, turn.row.amount_fen)
    except NoAnswer:
        word = NO_WORD
    _note_debit(hall, turn, word)
    return None


def _ask_debit(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Ask what became of a debit; one the bank never saw is closed there before it counts as failed."""
    order_number = _read_attempt(hall, turn).order_number
    try:
        word = hall.bank.enquire_debit(request, order_number) or hall.bank.close_debit(request, order_number)
    except NoAnswer:
        word = NO_WORD
    _note_debit(hall, turn, word)
    return None


def _note_debit(hall: Hall, turn: Turn, word: BankWord) -> None:
    with leases.keeping(hall.database, turn) as (session, bill):
        attempt = _attempt(session, bill)
        attempt.outcome, attempt.bank_reason = word.outcome.value, word.reason
        if word.outcome is Outcome.UNKNOWN:
            _note_doubt(session, bill)
        else:
            if word.outcome is Outcome.DONE:
                _receive(session, bill, attempt, word)
            bill.problem = None if word.outcome is Outcome.DONE else DEBIT_FAILED
            BILLS.moved(session, bill, _ACTIONS[word.outcome], BANK, remark=word.reason)


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
        BILLS.moved(session, bill, "doubt", BANK)
    leases.put_off(bill)


def _open_code(hall: Hall, turn: Turn, request: Request) -> Turn | None:
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
            BILLS.moved(session, bill, "reject", BANK)
        else:
            attempt.code_url, attempt.code_expires_at = word.url, expires_at
            BILLS.moved(session, bill, "open", BANK)
            leases.look_in(bill, LOOK_EVERY_S)
    return None


def _watch_code(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """See whether the code was paid, in case the bank's report is lost; let it expire in time."""
    attempt = _read_attempt(hall, turn)
    word = hall.bank.enquire_code(request, attempt.order_number)
    with leases.keeping(hall.database, turn) as (session, bill):
        note_code(session, bill, _attempt(session, bill), word)
        if bill.state != turn.row.state:
            return turn.after(bill) if bill.state in DRIVEN else None
        if attempt.code_expires_at is not None and attempt.code_expires_at <= business_now():
            bill.problem = EXPIRED
            BILLS.moved(session, bill, "expire", SYSTEM)
            return turn.after(bill)
        leases.look_in(bill, LOOK_EVERY_S)
    return None


def _close_code(hall: Hall, turn: Turn, request: Request) -> Turn | None:
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
        BILLS.moved(session, bill, "close", BANK)
        look_again(attempt)


def look_again(attempt: Attempt) -> None:
    """Plan the first question about a code that nobody should be able to pay any more."""
    now, attempt.asked = technical_at(), 0
    attempt.closed_at, attempt.ask_after = now, now + timedelta(seconds=ASK_CLOSED_AFTER_S[0])


def note_payment(session: Session, bill: Bill, attempt: Attempt, payment: Payment) -> None:
    """Take one payment in: it pays the bill, or is given back when it does not fit. A known one is let be."""
    inflow = inflows.take(session, bill, attempt, payment)
    if inflow is None:
        return
    cause = inflows.misfit(bill, attempt, inflow)
    if cause is None:
        bill.inflow_id, bill.received_at, bill.problem = inflow.id, inflow.received_at, None
        BILLS.moved(session, bill, "pay", BANK)
        look_again(attempt)
        return
    inflows.give_back(session, bill, inflow, cause)
    if attempt.ordinal == bill.attempt and bill.state in PAYABLE_BY_CODE:
        bill.problem = WRONG_AMOUNT
        if "misfit" in CONTRIBUTION.actions(bill.state, BANK):
            BILLS.moved(session, bill, "misfit", BANK)


BILLS: Final = Procedure[Hall, Bill](
    kind=Bill,
    machine=CONTRIBUTION,
    driven=DRIVEN,
    steps={
        "debit_due": _debit,
        "debiting": _ask_debit,
        "debit_unknown": _ask_debit,
        "code_due": _open_code,
        "awaiting_scan": _watch_code,
        "code_closing": _close_code,
    },
    told=payload,
)
