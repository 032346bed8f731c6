"""One function per request around contribution bills: 保存, the presses, questions, the sweepers."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from services.common.agreements import require
from services.common.clock import business_now
from services.common.driving import leases
from services.common.driving.sweeping import sweep
from services.common.ledger import book
from services.common.listing import first_ones, newest_first
from services.common.request import Request
from services.deposit import refusals
from services.deposit.accounts import account_of, current_card
from services.deposit.contribution import closed_codes, inflows, registration, views
from services.deposit.contribution import tasks as waiting_for
from services.deposit.contribution.models import Attempt, Bill, Inflow, Refund
from services.deposit.contribution.refunds import REFUNDS
from services.deposit.contribution.saga import BILLS, Hall
from services.deposit.contribution.states import CONTRIBUTION, DRIVEN, HOLDING_MONEY, REFUND

Arguments = dict[str, Any]
Shown = dict[str, Any]

STUCK_AFTER_S = 30
BOOKING_LATE_AFTER_S = 600
STUCK_MOST = 200
LAST_OF_DAY = "99999999"


def proposal(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """What 登记 shows (D-05, D-06)."""
    with hall.database.read() as session:
        return registration.proposed(session, request.person.id)


def register(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """保存 (D-06 to D-08)."""
    return _effect(hall, request, lambda: hall.database.once(request.effect, registration.insert, arguments))


def settle_by_card(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """联名卡结算 (D-09, D-10): debit exactly the bill's amount from the bound card, now."""
    return _effect(hall, request, lambda: hall.database.once(request.effect, _by_card, arguments))


def settle_by_code(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """聚合支付 (D-14 to D-16): a payment code for exactly the bill's amount."""
    return _effect(hall, request, lambda: hall.database.once(request.effect, _by_code, arguments))


def cancel_card(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """联名卡结算取消 (D-12): give the money back, until it is booked (decision 10)."""
    return _effect(hall, request, lambda: hall.database.once(request.effect, _cancel_card, arguments))


def cancel_code(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """聚合支付取消 (D-19): have the code closed; whoever has paid it meanwhile has paid the bill."""
    return _pressed(hall, arguments, "cancel_code", request)


def check(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """支付检查: ask the bank at once what became of the debit or the code."""
    return _pressed(hall, arguments, "check", request)


def delete(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """删除 (D-13, D-21): only a bill that is not settled, or no longer."""
    return _pressed(hall, arguments, "delete", request)


def _effect(hall: Hall, request: Request, act: Callable[[], Shown]) -> Shown:
    number = str(act()["number"])
    BILLS.drive_or_wait(hall, number, request)
    _drive_refund_of(hall, number, request)
    return hall.database.once(request, _answer, number)


def _drive_refund_of(hall: Hall, number: str, request: Request) -> None:
    due = select(Refund.number).where(Refund.bill_number == number, Refund.drive_after.is_not(None))
    with hall.database.read() as session:
        waiting = session.scalars(due).all()
    for refund in waiting:
        REFUNDS.drive(hall, refund, request)


def _answer(session: Session, request: Request, number: str) -> Shown:
    return views.bill_shown(session, views.own_bill(session, request.person.id, number))


def _pressed(hall: Hall, arguments: Arguments, action: str, request: Request) -> Shown:
    number = arguments["number"]
    return _effect(hall, request, lambda: hall.database.once(request.effect, _press, number, action))


def _press(session: Session, request: Request, number: str, action: str) -> Shown:
    bill = _locked(session, request, number)
    before = bill.state
    BILLS.moved(session, bill, action, request.person.id)
    if bill.state != before:
        # A driver that is at the bank for the bill finds its lease lost; what it learns is asked for again.
        leases.end(bill)
    return {"number": bill.number}


def _locked(session: Session, request: Request, number: str) -> Bill:
    bill = views.own_bill(session, request.person.id, number)
    session.refresh(bill, with_for_update=True)
    return bill


def _by_card(session: Session, request: Request, wanted: Arguments) -> Shown:
    bill = _payable(session, request, wanted["number"], "settle_by_card")
    require(session, bill.fund_number, registration.AGREEMENT, wanted["consent"], address=wanted["address"])
    account, card = account_of(session, bill.fund_number), current_card(session, bill.fund_number)
    if card is None:
        raise refusals.no_card_to_debit()
    payer = {"bank_code": card.bank_code, "card_number": card.card_number, "holder_name": account.name}
    _begin_attempt(session, bill, "card", json.dumps(payer, ensure_ascii=False))
    BILLS.moved(session, bill, "settle_by_card", request.person.id)
    return {"number": bill.number}


def _by_code(session: Session, request: Request, wanted: Arguments) -> Shown:
    bill = _payable(session, request, wanted["number"], "settle_by_code")
    _begin_attempt(session, bill, inflows.CODE, None)
    BILLS.moved(session, bill, "settle_by_code", request.person.id)
    return {"number": bill.number}


def _payable(session: Session, request: Request, number: str, action: str) -> Bill:
    """The bill, locked, when it may be paid now: the account still takes in, and its months are still due."""
    bill = _locked(session, request, number)
    CONTRIBUTION.step(bill.state, action)
    book.locked(session, book.personal(bill.fund_number))
    registration.refuse_unfit(session, account_of(session, bill.fund_number))
    registration.refuse_outdated(session, bill)
    bill.problem = None
    return bill


def _begin_attempt(session: Session, bill: Bill, way: str, payer: str | None) -> None:
    bill.attempt += 1
    attempt = Attempt(
        bill_number=bill.number,
        ordinal=bill.attempt,
        order_number=f"{bill.number}-{bill.attempt}",
        way=way,
        payer=payer,
        began_at=business_now(),
    )
    session.add(attempt)
    session.flush()


def _cancel_card(session: Session, request: Request, wanted: Arguments) -> Shown:
    bill = _locked(session, request, wanted["number"])
    CONTRIBUTION.step(bill.state, "cancel_card")
    inflow = session.get_one(Inflow, bill.inflow_id)
    inflows.give_back(session, bill, inflow, "cancelled")
    BILLS.moved(session, bill, "cancel_card", request.person.id)
    return {"number": bill.number}


def bills(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """Own bills, newest first; deleted ones are left out (D-04, D-08)."""
    mine = select(Bill).where(Bill.fund_number == request.person.id, Bill.state != "deleted")
    with hall.database.read() as session:
        wanted = mine.where(*_bounds(arguments))
        return newest_first(
            session, wanted, Bill.number, arguments, lambda bill: views.bill_line(session, bill)
        )


def tasks(hall: Hall, request: Request) -> Shown:
    """Own open bills and months nobody has paid yet: as `tasks.tasks`."""
    with hall.database.read() as session:
        return waiting_for.tasks(session, request.person.id)


def _bounds(arguments: Arguments) -> list[ColumnElement[bool]]:
    bounds = []
    if arguments["from_on"] is not None:
        bounds.append(Bill.number >= _numbered(arguments["from_on"]))
    if arguments["to_on"] is not None:
        bounds.append(Bill.number <= _numbered(arguments["to_on"]) + LAST_OF_DAY)
    return bounds


def _numbered(day: date) -> str:
    """How the numbers of a day's bills begin."""
    return f"C{day.isoformat().replace('-', '')}"


def bill(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """One own bill with its timeline; NotFound for anybody else's."""
    with hall.database.read() as session:
        return views.bill_shown(session, views.own_bill(session, request.person.id, arguments["number"]))


def stuck(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """For staff, as {items, unlisted}: bills and refunds that the hall has not brought to rest in
    time, closed codes that the bank has not answered about for days.
    """
    now = business_now()
    slow, late = now - timedelta(seconds=STUCK_AFTER_S), now - timedelta(seconds=BOOKING_LATE_AFTER_S)
    waiting = Bill.state.in_(DRIVEN - {"awaiting_scan"}) & (Bill.moved_at < slow)
    unbooked = Bill.state.in_(HOLDING_MONEY) & (Bill.moved_at < late)
    unscanned = (Bill.state == "awaiting_scan") & (Bill.tries > 2)
    open_refund = Refund.state.not_in(REFUND.final) & (Refund.began_at < slow)
    with hall.database.read() as session:
        lists = (
            first_ones(
                session,
                select(Bill).where(or_(waiting, unbooked, unscanned)).order_by(Bill.moved_at),
                STUCK_MOST,
                views.stuck_bill,
            ),
            first_ones(
                session,
                select(Refund).where(open_refund).order_by(Refund.began_at),
                STUCK_MOST,
                views.stuck_refund,
            ),
            first_ones(session, closed_codes.overdue(), STUCK_MOST, views.stuck_code),
        )
    return {
        "items": [item for one in lists for item in one["items"]],
        "unlisted": sum(one["unlisted"] for one in lists),
    }


def sweep_due(hall: Hall, request: Request) -> None:
    """Drive on bills and refunds that are due, then ask about closed codes."""
    sweep(hall, request, BILLS, REFUNDS)
    closed_codes.ask_due(hall, request)
