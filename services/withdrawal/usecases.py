"""One function per request around withdrawals besides registering: questions, presses, the sweeper."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today
from services.common.driving import leases
from services.common.errors import Refusal
from services.common.face import operation_on_bill
from services.common.listing import first_ones, newest_first
from services.common.request import Request
from services.withdrawal import cases, cautions, facts, registration, saga, schemas, views
from services.withdrawal.cases import Judged, Matter
from services.withdrawal.facts import Facts, Hall
from services.withdrawal.models import Bill
from services.withdrawal.reasons import REASONS
from services.withdrawal.rules.amounts import AmountInput
from services.withdrawal.saga import BILLS
from services.withdrawal.states import CANCELLED, DRIVEN, LEFT_TO_OWNERS, WITHDRAWAL

Arguments = dict[str, Any]
Shown = dict[str, Any]

STUCK_AFTER_S = 30
STUCK_MOST = 200


def reasons() -> Shown:
    """The catalogue with today's titles (W-03)."""
    figures = cases.figures_on(business_today())
    return {"items": [views.reason_shown(reason, figures) for reason in REASONS]}


def assess(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """What holds for this person today: everything the form needs, and every reason why not."""
    reason = REASONS.get(arguments["reason"])
    answers = schemas.details_of(reason, arguments["details"]) if arguments["details"] else {}
    matter = Matter(fund_number=request.person.id, reason=reason, details=answers)
    found = facts.gather(hall, request, cases.inquiry(hall.database, matter))
    with hall.database.read() as session:
        judged = cases.judge(session, matter, found)
        return views.assessment_shown(reason, judged, _second(session, matter))


def cautions_told(hall: Hall, request: Request) -> Shown:
    """The lowered limit after a change of phone or card, for the pages that it matters on."""
    return cautions.told(hall, request, cases.figures_on(business_today()))


def _second(session: Session, matter: Matter) -> Shown | None:
    try:
        cases.refuse_second(session, matter)
    except Refusal as refusal:
        wire = refusal.on_wire()
        return {name: wire[name] for name in ("code", "sentence", "rule", "figures", "passes_on")}
    return None


def pay(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """申请支付 (manual 6.2.2): drive an unpaid bill on, or a cancelled one again with the present card."""
    if hall.database.answered(request.effect) is None:
        with hall.database.read() as session:
            bill = views.own_bill(session, request.person.id, arguments["number"])
        if _begins(bill):
            BILLS.drive(hall, bill.number, request)
            _judge_again(hall, bill, request)
        else:
            hall.database.once(request.effect, _press, bill.number, "pay")
    return registration.driven(hall, request)


def _begins(bill: Bill) -> bool:
    """Nothing of the bill is under way: it was cancelled, or its hold was refused and it rests since.

    Then it is judged anew before it goes on. What was read before the bill was locked may no longer be so.
    """
    return bill.state == CANCELLED or (bill.state == "registered" and bill.drive_after is None)


def _judge_again(hall: Hall, bill: Bill, request: Request) -> None:
    """What was permitted once need not be any more: fetch everything anew, then begin within the rules."""
    reason = REASONS.get(bill.reason)
    matter = Matter(
        fund_number=bill.fund_number,
        reason=reason,
        details=schemas.details_from(reason, bill.details),
        besides=bill.number,
    )
    found, payee = registration.fetched(hall, matter, request)
    hall.database.once(request.effect, _begin, matter, found, payee)


def _begin(session: Session, request: Request, matter: Matter, found: Facts, payee: dict[str, str]) -> Shown:
    """Go on from today with the present card: a cancelled bill with an attempt of its own, any other with the
    one it has.

    While the facts were fetched another press may have begun it: then this one only hurries it, if it may.
    """
    bill = _locked(session, request, matter.besides)
    if not _begins(bill):
        return _press(session, request, bill.number, "pay")
    if bill.state == CANCELLED:
        _must_be_released(session, bill)
        bill.attempt += 1
        session.add(registration.attempt(bill, payee))
        judged = registration.permitted(session, matter, found)
    else:
        # Its hold was refused, so that nothing of the attempt has taken effect: it begins with today's card.
        judged = registration.permitted(session, matter, found)
        attempt = saga.attempt_of(session, bill)
        attempt.began_at, attempt.payee = business_now(), registration.payee_kept(payee)
    return _go_on_as_judged(session, request, bill, judged)


def _go_on_as_judged(session: Session, request: Request, bill: Bill, judged: Judged) -> Shown:
    reason = REASONS.get(bill.reason)
    asked_fen = bill.amount_fen if reason.amount is AmountInput.ENTERED else None
    bill.amount_fen = registration.amount(reason, asked_fen, judged)
    bill.problem = None
    bill.pot, bill.evidence = judged.pot, cases.evidence_told(judged)
    BILLS.moved(session, bill, "pay", request.person.id)
    if judged.looked.waiting:
        saga.wait_for_evidence(session, bill, judged)
    return {"number": bill.number}


def _must_be_released(session: Session, bill: Bill) -> None:
    attempt = saga.attempt_of(session, bill)
    if attempt.hold_asked and attempt.released_at is None:
        raise Refusal("hold_not_released", "上次预留的余额正在释放，请稍候再试。", retry_after_s=5)


def check(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """支付检查 (manual 6.2.3): ask at once what became of the payment, and drive it on."""
    return _pressed(hall, arguments["number"], "check", request)


def cancel_settlement(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """取消结算 (manual 6.2.4): after a failed payment or before anything was sent; releases the hold."""
    return _pressed(hall, arguments["number"], "cancel_settlement", request)


def delete(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """删除 (manual 6.2.5): only a cancelled bill, and only once its hold is released."""
    if hall.database.answered(request.effect) is None:
        with hall.database.read() as session:
            views.own_bill(session, request.person.id, arguments["number"])
        BILLS.drive(hall, arguments["number"], request)
    return _pressed(hall, arguments["number"], "delete", request)


def _pressed(hall: Hall, number: str, action: str, request: Request) -> Shown:
    hall.database.once(request.effect, _press, number, action)
    return registration.driven(hall, request)


def _press(session: Session, request: Request, number: str, action: str) -> Shown:
    bill = _locked(session, request, number)
    WITHDRAWAL.step(bill.state, action)
    _PRESSES[action](session, bill)
    BILLS.moved(session, bill, action, request.person.id)
    _AFTERWARDS.get(action, _nothing)(session, bill)
    return {"number": bill.number}


def _locked(session: Session, request: Request, number: str) -> Bill:
    bill = views.own_bill(session, request.person.id, number)
    session.refresh(bill, with_for_update=True)
    return bill


def _nothing(session: Session, bill: Bill) -> None:
    """A press that only hurries what happens anyway needs no more."""


def _must_be_under_way(session: Session, bill: Bill) -> None:
    """Hurrying judges nothing: a bill that was cancelled since the page was made does not go on by it."""
    if _begins(bill):
        raise WITHDRAWAL.refused(bill.state)


def _must_be_free(session: Session, bill: Bill) -> None:
    """While a driver is about to hold or send, the citizen has to wait for what it comes to."""
    if leases.is_leased(bill):
        raise Refusal("bill_busy", "单据正在支付处理中，请稍候再试。", retry_after_s=3)


def _release_soon(session: Session, bill: Bill) -> None:
    attempt = saga.attempt_of(session, bill)
    leases.end(bill)
    if attempt.hold_asked:
        leases.due_now(bill)


_PRESSES = {
    "pay": _must_be_under_way,
    "check": _nothing,
    "cancel_settlement": _must_be_free,
    "delete": _must_be_released,
}
_AFTERWARDS = {"cancel_settlement": _release_soon}


def operation(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """What became of a keyed command; one that was cut off after its effect tells its bill."""
    with hall.database.read() as session:
        return operation_on_bill(
            session, arguments["op_id"], request, lambda number: registration.answer(session, request, number)
        )


def withdrawals(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """Own withdrawals, newest first; without dates all of them (W-01, W-02). Deleted bills are left out."""
    mine = select(Bill).where(Bill.fund_number == request.person.id, Bill.state != "deleted")
    with hall.database.read() as session:
        wanted = mine.where(*_bounds(arguments))
        return newest_first(session, wanted, Bill.number, arguments, views.bill_line)


def _bounds(arguments: Arguments) -> list[ColumnElement[bool]]:
    bounds = []
    if arguments["from_on"] is not None:
        bounds.append(Bill.registered_on >= arguments["from_on"])
    if arguments["to_on"] is not None:
        bounds.append(Bill.registered_on <= arguments["to_on"])
    return bounds


def withdrawal(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """One own bill with its timeline; NotFound for anybody else's."""
    with hall.database.read() as session:
        bill = views.own_bill(session, request.person.id, arguments["number"])
        return views.bill_shown(session, bill)


def stuck(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """For staff: bills the hall has not brought to rest after STUCK_AFTER_S, as {items, unlisted}.

    Those that are left to their owners stand in a list of their own, `owners`: they may stay for years, and
    would hide the others.
    """
    left = Bill.drive_after.is_(None) & Bill.state.in_(LEFT_TO_OWNERS)
    driven = or_(Bill.drive_after.is_not(None), Bill.state.in_(DRIVEN - LEFT_TO_OWNERS))
    with hall.database.read() as session:
        return _stuck(session, driven) | {"owners": _stuck(session, left)}


def _stuck(session: Session, which: ColumnElement[bool]) -> Shown:
    since = business_now() - timedelta(seconds=STUCK_AFTER_S)
    wanted = select(Bill).where(which, Bill.moved_at < since).order_by(Bill.moved_at)
    return first_ones(session, wanted, STUCK_MOST, views.stuck_line)
