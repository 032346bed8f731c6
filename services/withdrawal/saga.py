"""Drives a bill to its rest: hold, send, pay, book. The row says where it stands; steps can be repeated.

No external call is made inside a transaction. What a call brings is written in one transaction that checks
the lease, so an overtaken driver changes nothing. An order is sent once; afterwards the bank is only asked.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from eventlet import sleep
from sqlalchemy.orm import Session

from services.common.clock import business_now
from services.common.errors import Fault, Refusal, Unavailable, Unknown
from services.common.logs import get_logger
from services.common.move import move
from services.common.outside import NoAnswer
from services.common.request import Request
from services.withdrawal import cases, facts, leases, schemas
from services.withdrawal.adapters import BankWord, Outcome, Payee
from services.withdrawal.facts import Hall
from services.withdrawal.leases import LeaseLost, Turn
from services.withdrawal.models import Attempt, Bill
from services.withdrawal.reasons import REASONS
from services.withdrawal.rules.amounts import AmountInput, accepted_fen
from services.withdrawal.states import BANK, DRIVEN, SYSTEM, WITHDRAWAL

log = get_logger(__name__)

STEPS_MOST = 8
WAIT_FOR_OTHER_S = 0.05
KEPT_FOR_THE_ANSWER_S = 1.0

NOTHING_HELD: Final = frozenset(
    {
        "no_account",
        "account_not_paying_out",
        "money_in_flight",
        "nothing_to_withdraw",
        "not_enough_available",
    }
)
"""What deposit refuses a hold with. Any other refusal is about the call and says nothing of the money."""

_ACTIONS = {Outcome.PAID: "confirm", Outcome.FAILED: "fail", Outcome.UNKNOWN: "doubt"}


def drive(hall: Hall, number: str, request: Request) -> None:
    """Take the bill as far as it goes before the request's deadline. Leaves the rest to the sweeper."""
    turn = leases.take(hall.database, number)
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


def _one_step(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """The bill one step on, or None when it rests, waits for a later try or has another driver."""
    try:
        return _STEPS[turn.bill.state](hall, turn, request)
    except LeaseLost:
        return None
    except (Unknown, Unavailable, NoAnswer, Fault, Refusal) as trouble:
        log.warning("bill put off", number=turn.number, state=turn.bill.state, cause=type(trouble).__name__)
        _put_off(hall, turn)
        return None
    except Exception:
        _put_off(hall, turn)
        raise


def _put_off(hall: Hall, turn: Turn) -> None:
    try:
        with leases.keeping(hall.database, turn) as (_, bill, _attempt):
            leases.put_off(bill)
    except LeaseLost:
        log.info("lease lost", number=turn.number)


def moved(session: Session, bill: Bill, action: str, actor: str, remark: str = "") -> None:
    """One step of the bill with its event; a bill that goes on by itself is due at once, any other rests."""
    now = business_now()
    move(session, WITHDRAWAL, bill, action, actor=actor, at=now, payload=payload(bill), remark=remark)
    bill.moved_at = now
    if bill.state in DRIVEN:
        leases.due_now(bill)
    else:
        leases.rest(bill)


def wait_for_evidence(session: Session, bill: Bill, judged: cases.Judged) -> None:
    """Wait as 待核验: nothing is held or paid, and the silent registers are asked again a little later."""
    moved(session, bill, "await_evidence", SYSTEM, remark=judged.open_questions)
    leases.put_off(bill)


def payload(bill: Bill) -> dict[str, Any]:
    """What events tell of a bill: numbers, codes and amounts, nothing personal."""
    return {
        "number": bill.number,
        "reason": bill.reason,
        "reason_title": REASONS.get(bill.reason).title(cases.figures_on(bill.registered_on)),
        "amount_fen": bill.amount_fen,
        "fund_number": bill.fund_number,
    }


def _hold(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Set the money aside; a refusal leaves the bill unpaid, with the reason."""
    try:
        held = _ask_hold(hall, turn, request)
    except Refusal as refusal:
        with leases.keeping(hall.database, turn) as (_, bill, _attempt):
            bill.problem = refusal.sentence
            leases.rest(bill)
        return None
    with leases.keeping(hall.database, turn) as (session, bill, attempt):
        _note_hold(attempt, held)
        bill.amount_fen, bill.problem = held["amount_fen"], None
        moved(session, bill, "hold", SYSTEM)
    return turn.after(bill, attempt)


def _ask_hold(hall: Hall, turn: Turn, request: Request) -> dict[str, Any]:
    bill = turn.bill
    wanted = {
        "fund_number": bill.fund_number,
        "amount_fen": None if bill.closes_account else bill.amount_fen,
        "closes_account": bill.closes_account,
        "bill_number": bill.number,
    }
    held: dict[str, Any] = hall.deposit.command("hold", wanted, request, key=_key(turn, "hold"))
    return held


def _note_hold(attempt: Attempt, held: dict[str, Any]) -> None:
    attempt.hold_id = held["hold_id"]
    attempt.principal_fen, attempt.interest_fen = held["principal_fen"], held["interest_fen"]


def _key(turn: Turn, what: str) -> str:
    return f"{turn.number}/{turn.attempt.ordinal}/{what}"


def _send(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Write down that the order is sent, then send it: after a crash the bank is asked, not told."""
    with leases.keeping(hall.database, turn) as (session, bill, _):
        moved(session, bill, "send", SYSTEM)
    payee = Payee(**json.loads(turn.attempt.payee))
    try:
        word = hall.bank.pay_out(request, turn.attempt.order_number, payee, turn.bill.amount_fen)
    except NoAnswer:
        word = BankWord(Outcome.UNKNOWN, "no answer")
    return _note_word(hall, turn, word)


def _resolve(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Ask what became of an order; one the bank never saw is closed there before it counts as failed."""
    order_number = turn.attempt.order_number
    try:
        word = hall.bank.enquire(request, order_number) or hall.bank.close(request, order_number)
    except NoAnswer:
        word = BankWord(Outcome.UNKNOWN, "no answer")
    return _note_word(hall, turn, word)


def _note_word(hall: Hall, turn: Turn, word: BankWord) -> Turn | None:
    with leases.keeping(hall.database, turn) as (session, bill, attempt):
        attempt.outcome, attempt.bank_reason = word.outcome.value, word.reason
        attempt.bank_serial = word.serial or attempt.bank_serial
        if word.outcome is not Outcome.UNKNOWN:
            moved(session, bill, _ACTIONS[word.outcome], BANK)
        else:
            _note_doubt(session, bill)
    return turn.after(bill, attempt) if word.outcome is Outcome.PAID else None


def _note_doubt(session: Session, bill: Bill) -> None:
    if "doubt" in WITHDRAWAL.actions(bill.state, BANK):
        moved(session, bill, "doubt", BANK)
    leases.put_off(bill)


def _book(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Book the paid bill at deposit; asked again with the same key until it answers."""
    wanted = {
        "hold_id": turn.attempt.hold_id,
        "bill_number": turn.number,
        "reason_code": REASONS.get(turn.bill.reason).national_code,
    }
    booked = hall.deposit.command("settle", wanted, request, key=_key(turn, "settle"))
    with leases.keeping(hall.database, turn) as (session, bill, attempt):
        attempt.voucher = booked["voucher"]
        attempt.booked_on = date.fromisoformat(booked["booked_on"])
        moved(session, bill, "book", SYSTEM)
    return None


def _release(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Give back what a cancelled bill holds, also where the answer to the hold was lost."""
    hold_id = turn.attempt.hold_id or _found_hold(hall, turn, request)
    if hold_id is not None:
        wanted = {"hold_id": hold_id, "bill_number": turn.number}
        hall.deposit.command("release", wanted, request, key=_key(turn, "release"))
    with leases.keeping(hall.database, turn) as (_, bill, attempt):
        attempt.hold_id, attempt.released_at = hold_id, business_now()
        leases.rest(bill)
    return None


def _found_hold(hall: Hall, turn: Turn, request: Request) -> str | None:
    """The hold whose answer was lost: the same key gives it again; None where deposit set nothing aside."""
    try:
        return str(_ask_hold(hall, turn, request)["hold_id"])
    except Refusal as refusal:
        if refusal.code not in NOTHING_HELD:
            raise
        return None


def _verify(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Ask the silent registers again and judge anew: go on, decline with the reason, or keep waiting."""
    reason = REASONS.get(turn.bill.reason)
    matter = cases.Matter(
        fund_number=turn.bill.fund_number,
        reason=reason,
        details=schemas.details_from(reason, turn.bill.details),
        besides=turn.number,
        began_at=turn.attempt.began_at,
    )
    found = facts.gather(hall, request, cases.inquiry(hall.database, matter))
    with leases.keeping(hall.database, turn) as (session, bill, attempt):
        verified = _judged_again(session, bill, matter, found)
        attempt.hold_asked = verified
    return turn.after(bill, attempt) if verified else None


def _judged_again(session: Session, bill: Bill, matter: cases.Matter, found: facts.Facts) -> bool:
    cases.lock_for(session, f"person:{bill.fund_number}", matter.reason.pot(found.evidence))
    judged = cases.judge(session, matter, found)
    bill.evidence, bill.pot = cases.evidence_told(judged), judged.pot
    refusal = _why_not(judged, bill, matter)
    if refusal is not None:
        bill.problem = refusal.sentence
        moved(session, bill, "decline", SYSTEM, remark=refusal.rule or "")
    elif judged.looked.waiting:
        leases.put_off(bill)
    else:
        moved(session, bill, "verify", SYSTEM)
    return refusal is None and not judged.looked.waiting


def _why_not(judged: cases.Judged, bill: Bill, matter: cases.Matter) -> Refusal | None:
    kind = matter.reason.amount
    try:
        cases.refuse_failing(judged)
        if not judged.looked.waiting and kind is AmountInput.ENTERED:
            accepted_fen(kind, bill.amount_fen, judged.ceiling)
    except Refusal as refusal:
        return refusal
    return None


_STEPS: dict[str, Callable[[Hall, Turn, Request], Turn | None]] = {
    "registered": _hold,
    "awaiting_evidence": _verify,
    "held": _send,
    "sent": _resolve,
    "payment_unknown": _resolve,
    "paid": _book,
    "settlement_cancelled": _release,
}
