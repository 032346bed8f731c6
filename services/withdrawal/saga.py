"""The steps of a withdrawal bill to its rest: hold, send, pay, book. The row says where it stands.

Steps can be repeated. An order is sent once; afterwards the bank is only asked.
"""

import json
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from services.common.bank import NO_WORD, BankWord, Outcome
from services.common.clock import business_now
from services.common.driving import leases
from services.common.driving.procedure import Procedure
from services.common.errors import Refusal
from services.common.outside import NoAnswer
from services.common.request import Request
from services.withdrawal import cases, facts, schemas
from services.withdrawal.adapters import Payee
from services.withdrawal.facts import Hall
from services.withdrawal.models import Attempt, Bill
from services.withdrawal.reasons import REASONS
from services.withdrawal.rules.amounts import AmountInput, accepted_fen
from services.withdrawal.states import BANK, DRIVEN, SYSTEM, WITHDRAWAL

Turn = leases.Turn[Bill]

NOTHING_HELD: Final = frozenset(
    {
        "no_account",
        "account_being_taken_over",
        "account_not_paying_out",
        "money_in_flight",
        "transfer_coming",
        "contribution_coming",
        "nothing_to_withdraw",
        "not_enough_available",
        "hold_released",
    }
)
"""What deposit refuses a hold with. Any other refusal is about the call and says nothing of the money."""

_ACTIONS = {Outcome.DONE: "confirm", Outcome.FAILED: "fail", Outcome.UNKNOWN: "doubt"}
# The words that the column has for them.
_OUTCOMES = {Outcome.DONE: "paid", Outcome.FAILED: "failed", Outcome.UNKNOWN: "unknown"}


def attempt_of(session: Session, bill: Bill) -> Attempt:
    """The present attempt to pay the bill."""
    return session.get_one(Attempt, (bill.number, bill.attempt))


def _read_attempt(hall: Hall, turn: Turn) -> Attempt:
    with hall.database.read() as session:
        return attempt_of(session, turn.row)


def _begun(session: Session, bill: Bill) -> None:
    """Going to ask for a hold is on record before deposit is asked."""
    if bill.state == "registered":
        attempt_of(session, bill).hold_asked = True


def payload(bill: Bill) -> dict[str, Any]:
    """What events tell of a bill: numbers, codes and amounts, nothing personal."""
    return {
        "number": bill.number,
        "reason": bill.reason,
        "reason_title": REASONS.get(bill.reason).title(cases.figures_on(bill.registered_on)),
        "amount_fen": bill.amount_fen,
        "fund_number": bill.fund_number,
    }


def wait_for_evidence(session: Session, bill: Bill, judged: cases.Judged) -> None:
    """Wait as 待核验: nothing is held or paid, and the silent registers are asked again a little later."""
    BILLS.moved(session, bill, "await_evidence", SYSTEM, remark=judged.open_questions)
    leases.put_off(bill)


def _hold(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Set the money aside; where deposit has none for it, the bill rests unpaid, with the reason."""
    try:
        held = _ask_hold(hall, turn, request)
    except Refusal as refusal:
        if refusal.code not in NOTHING_HELD:
            raise
        with leases.keeping(hall.database, turn) as (_, bill):
            bill.problem = refusal.sentence
            leases.rest(bill)
        return None
    with leases.keeping(hall.database, turn) as (session, bill):
        _note_hold(attempt_of(session, bill), held)
        bill.amount_fen, bill.problem = held["amount_fen"], None
        BILLS.moved(session, bill, "hold", SYSTEM)
    return turn.after(bill)


def _ask_hold(hall: Hall, turn: Turn, request: Request) -> dict[str, Any]:
    bill = turn.row
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
    return f"{turn.number}/{turn.row.attempt}/{what}"


def _send(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Write down that the order is sent, then send it: after a crash the bank is asked, not told."""
    with leases.keeping(hall.database, turn) as (session, bill):
        attempt = attempt_of(session, bill)
        if attempt.outcome is not None or attempt.released_at is not None:
            raise AssertionError("an attempt is sent once, and only while its hold stands")
        BILLS.moved(session, bill, "send", SYSTEM)
    payee = Payee(**json.loads(attempt.payee))
    try:
        word = hall.bank.pay_out(request, attempt.order_number, payee, turn.row.amount_fen)
    except NoAnswer:
        word = NO_WORD
    return _note_word(hall, turn, word)


def _resolve(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Ask what became of an order; one the bank never saw is closed there before it counts as failed."""
    order_number = _read_attempt(hall, turn).order_number
    try:
        word = hall.bank.enquire(request, order_number) or hall.bank.close(request, order_number)
    except NoAnswer:
        word = NO_WORD
    return _note_word(hall, turn, word)


def _note_word(hall: Hall, turn: Turn, word: BankWord) -> Turn | None:
    with leases.keeping(hall.database, turn) as (session, bill):
        attempt = attempt_of(session, bill)
        attempt.outcome, attempt.bank_reason = _OUTCOMES[word.outcome], word.reason
        attempt.bank_serial = word.serial or attempt.bank_serial
        if word.outcome is not Outcome.UNKNOWN:
            BILLS.moved(session, bill, _ACTIONS[word.outcome], BANK)
        else:
            _note_doubt(session, bill)
    return turn.after(bill) if word.outcome is Outcome.DONE else None


def _note_doubt(session: Session, bill: Bill) -> None:
    if "doubt" in WITHDRAWAL.actions(bill.state, BANK):
        BILLS.moved(session, bill, "doubt", BANK)
    leases.put_off(bill)


def _book(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Book the paid bill at deposit; asked again with the same key until it answers."""
    wanted = {
        "hold_id": _read_attempt(hall, turn).hold_id,
        "bill_number": turn.number,
        "reason_code": REASONS.get(turn.row.reason).national_code,
    }
    booked = hall.deposit.command("settle", wanted, request, key=_key(turn, "settle"))
    with leases.keeping(hall.database, turn) as (session, bill):
        attempt = attempt_of(session, bill)
        attempt.voucher = booked["voucher"]
        attempt.booked_on = date.fromisoformat(booked["booked_on"])
        BILLS.moved(session, bill, "book", SYSTEM)
    return None


def _release(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Give back what a cancelled bill holds, also where the answer to the hold was lost."""
    # A hold is known by the key it was asked with. One that deposit has never seen is refused there from now
    # on: its call may still be on its way.
    hold_id = _key(turn, "hold")
    wanted = {"hold_id": hold_id, "bill_number": turn.number, "fund_number": turn.row.fund_number}
    hall.deposit.command("release", wanted, request, key=_key(turn, "release"))
    with leases.keeping(hall.database, turn) as (session, bill):
        attempt = attempt_of(session, bill)
        attempt.hold_id, attempt.released_at = hold_id, business_now()
        leases.rest(bill)
    return None


def _verify(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Ask the silent registers again and judge anew: go on, decline with the reason, or keep waiting."""
    reason = REASONS.get(turn.row.reason)
    matter = cases.Matter(
        fund_number=turn.row.fund_number,
        reason=reason,
        details=schemas.details_from(reason, turn.row.details),
        besides=turn.number,
        began_at=_read_attempt(hall, turn).began_at,
    )
    found = facts.gather(hall, request, cases.inquiry(hall.database, matter))
    with leases.keeping(hall.database, turn) as (session, bill):
        verified = _judged_again(session, bill, matter, found)
        attempt_of(session, bill).hold_asked = verified
    return turn.after(bill) if verified else None


def _judged_again(session: Session, bill: Bill, matter: cases.Matter, found: facts.Facts) -> bool:
    cases.lock_for(session, f"person:{bill.fund_number}", matter.reason.pot(found.evidence))
    judged = cases.judge(session, matter, found)
    bill.evidence, bill.pot = cases.evidence_told(judged), judged.pot
    refusal = _why_not(judged, bill, matter)
    if refusal is not None:
        bill.problem = refusal.sentence
        BILLS.moved(session, bill, "decline", SYSTEM, remark=refusal.rule or "")
    elif judged.looked.waiting:
        leases.put_off(bill)
    else:
        BILLS.moved(session, bill, "verify", SYSTEM)
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


BILLS: Final = Procedure[Hall, Bill](
    kind=Bill,
    machine=WITHDRAWAL,
    driven=DRIVEN,
    steps={
        "registered": _hold,
        "awaiting_evidence": _verify,
        "held": _send,
        "sent": _resolve,
        "payment_unknown": _resolve,
        "paid": _book,
        "settlement_cancelled": _release,
    },
    told=payload,
    begun=_begun,
)
