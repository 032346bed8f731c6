"""The steps of a refund until the money is back: sent once a number, then asked about, never given up."""

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.bank import NO_WORD, BankWord, Outcome
from services.common.clock import business_now, business_today
from services.common.driving import leases
from services.common.driving.procedure import Procedure
from services.common.errors import NotFound, Refusal
from services.common.ledger import book
from services.common.ledger.subjects import Subject
from services.common.outside import NoAnswer
from services.common.policy import load_policy
from services.common.request import Request
from services.common.settings import settings
from services.deposit.contribution import inflows
from services.deposit.contribution.models import Bill, Inflow, Refund
from services.deposit.contribution.saga import BILLS, Hall
from services.deposit.contribution.states import BANK, CONTRIBUTION, REFUND, SYSTEM

Turn = leases.Turn[Refund]

_ACTIONS = {Outcome.DONE: "confirm", Outcome.FAILED: "fail", Outcome.UNKNOWN: "doubt"}


def payload(refund: Refund) -> dict[str, Any]:
    """What events tell of a refund: numbers, the amount and why."""
    return {
        "bill_number": refund.bill_number,
        "fund_number": refund.fund_number,
        "amount_fen": refund.amount_fen,
        "cause": refund.cause,
    }


def retry(session: Session, request: Request, number: str, reason: str) -> dict[str, str]:
    """Staff have seen to what the bank refused: the next try is now, the reason in the refund's history.

    Returns {number, state, label}. Raises NotFound, IllegalStep where the bank has not refused, Refusal while
    a try is under way.
    """
    refund = session.scalars(select(Refund).where(Refund.number == number).with_for_update()).one_or_none()
    if refund is None:
        raise NotFound("no_such_refund", "没有查到这笔退款。")
    if leases.is_leased(refund):
        raise Refusal("refund_busy", "这笔退款正在办理，请稍候再看。", retry_after_s=3)
    REFUNDS.moved(session, refund, "retry", request.person.id, remark=reason)
    return {"number": number, "state": refund.state, "label": REFUND.labels[refund.state]}


def bank_number(refund: Refund) -> str:
    """The number by which the bank knows the present try."""
    return f"{refund.number}-{refund.attempt}"


def _send(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Write down that the refund is sent, then send it: after a crash the bank is asked, not told."""
    with leases.keeping(hall.database, turn) as (session, refund):
        REFUNDS.moved(session, refund, "send", SYSTEM)
        inflow = session.get_one(Inflow, refund.inflow_id)
    try:
        word = hall.bank.refund(
            request, bank_number(turn.row), inflow.order_number, inflow.bank_serial, turn.row.amount_fen
        )
    except NoAnswer:
        word = NO_WORD
    _note(hall, turn, word)
    return None


def _ask(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """Ask what became of it; one the bank never saw is closed there before it goes out anew."""
    number = bank_number(turn.row)
    try:
        word = hall.bank.enquire_refund(request, number) or hall.bank.close_refund(request, number)
    except NoAnswer:
        word = NO_WORD
    _note(hall, turn, word)
    return None


def _again(hall: Hall, turn: Turn, request: Request) -> Turn | None:
    """The bank said no for certain: try again under a new number; staff see it on the list meanwhile."""
    with leases.keeping(hall.database, turn) as (session, refund):
        refund.attempt += 1
        REFUNDS.moved(session, refund, "send_again", SYSTEM)
        return turn.after(refund)


def _note(hall: Hall, turn: Turn, word: BankWord) -> None:
    with leases.keeping(hall.database, turn) as (session, refund):
        refund.bank_reason = word.reason
        action = _ACTIONS[word.outcome]
        if action in REFUND.actions(refund.state, BANK):
            REFUNDS.moved(session, refund, action, BANK, remark=word.reason)
        if word.outcome is Outcome.DONE:
            refund.bank_serial = word.serial or None
            _finish(session, refund)
        elif word.outcome is Outcome.FAILED:
            leases.put_off(refund, at_least_s=_pause_s(refund.attempt))
        else:
            leases.put_off(refund)


def _pause_s(refused: int) -> int:
    """How long to wait after the bank has refused so many times: what it refuses for certain it will refuse
    again, so the tries soon become few, until a person has looked into it."""
    policy, today = load_policy(settings().city), business_today()
    at_once, first_s, longest_s = (
        policy.figure(f"refund_{name}").whole(today)
        for name in ("tries_at_once", "retry_first_s", "retry_longest_s")
    )
    return 0 if refused < at_once else int(min(longest_s, first_s * 2 ** min(refused - at_once, 20)))


def _finish(session: Session, refund: Refund) -> None:
    """Post that the money has left, and set the bill that waited for it free."""
    now = business_now()
    refund.voucher = f"refund/{refund.number}"
    line = book.Line(
        debit=Subject.RECEIVED_UNBOOKED,
        credit=Subject.FUND_AT_BANK,
        amount_fen=refund.amount_fen,
        kind=inflows.OTHER,
    )
    voucher = book.Voucher(
        number=refund.voucher,
        lines=[line],
        value_on=now.date(),
        booked_at=now,
        bill_number=refund.bill_number,
    )
    book.post(session, voucher)
    bill = session.scalars(select(Bill).where(Bill.number == refund.bill_number).with_for_update()).one()
    if bill.inflow_id == refund.inflow_id and "refund" in CONTRIBUTION.actions(bill.state, BANK):
        bill.inflow_id = bill.received_at = None
        BILLS.moved(session, bill, "refund", BANK)


REFUNDS: Final = Procedure[Hall, Refund](
    kind=Refund,
    machine=REFUND,
    driven=frozenset(REFUND.states - REFUND.final),
    steps={"due": _send, "sent": _ask, "unknown": _ask, "failed": _again},
    told=payload,
)
