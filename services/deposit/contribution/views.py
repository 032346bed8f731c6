"""What leaves the service of contribution bills; personal only a masked card."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.agreements import needed
from services.common.clock import CHINA, business_at
from services.common.errors import NotFound, Refusal
from services.common.history import timeline
from services.common.identifiers import mask_card
from services.deposit.accounts import current_card, shown_card
from services.deposit.contribution import inflows, registration
from services.deposit.contribution.models import Attempt, Bill, Inflow, Refund
from services.deposit.contribution.states import (
    CAUSES,
    CITIZEN,
    CONTRIBUTION,
    HISTORY,
    HOLDING_MONEY,
    LABELS,
    NOTICES,
    REFUND,
    STAFF,
)
from services.deposit.rules import MonthlyContribution

Shown = dict[str, Any]

WAYS = {"card": "联名卡结算", inflows.CODE: "聚合支付"}
CHANNELS = {"card": "联名卡", "wechat": "微信支付", "dragon_pay": "建行龙支付"}
# By whether the fault is the hall's: label and cause.
_WHY_NOT_KNOWN = {
    False: ("已关闭，银行没有答复", "不能确定是否有人付款，请凭单据号向银行核对"),
    True: ("已关闭，未能处理银行答复", "网厅处理时出错，请查看系统日志；是否有人付款，请凭单据号向银行核对"),
}


def own_bill(session: Session, fund_number: str, number: str) -> Bill:
    """The person's own bill; NotFound for anybody else's."""
    bill = session.scalar(select(Bill).where(Bill.number == number, Bill.fund_number == fund_number))
    if bill is None:
        raise NotFound("no_such_bill", "没有查到该缴存单据。")
    return bill


def bill_line(session: Session, bill: Bill) -> Shown:
    """A bill without its timeline, for lists; it offers what its page offers."""
    return {
        "number": bill.number,
        "business": "contribution",
        "title": "自由职业者缴存",
        "months": [f"{month:%Y-%m}" for month in bill.months],
        "amount_fen": bill.amount_fen,
        "state": bill.state,
        "label": LABELS[bill.state],
        "notice": NOTICES[bill.state],
        "problem": bill.problem,
        "registered_at": bill.registered_at.isoformat(),
        "received_at": bill.received_at.isoformat() if bill.received_at else None,
        "booked_on": bill.booked_on.isoformat() if bill.booked_on else None,
        "actions": CONTRIBUTION.actions(bill.state, CITIZEN),
        "waits_for": CONTRIBUTION.waits_for(bill.state),
    } | _outdated(session, bill)


def bill_shown(session: Session, bill: Bill) -> Shown:
    """A bill with its months, the present attempt to pay it, its refunds and its timeline."""
    attempt = session.get(Attempt, (bill.number, bill.attempt))
    line = bill_line(session, bill)
    return (
        line
        | _debiting(session, bill, line["actions"])
        | {
            "lines": month_lines(session, bill),
            "voucher": bill.voucher,
            "settlement": _settlement(session, bill, attempt),
            "payment_code": _code(bill, attempt),
            "refunds": _refunds(session, bill.number),
            "timeline": timeline(session, CONTRIBUTION, bill.number, HISTORY),
        }
    )


def _outdated(session: Session, bill: Bill) -> Shown:
    """What changes of a bill that cannot be paid any more as it is: it says why and can only be deleted."""
    if bill.state != CONTRIBUTION.start:
        return {}
    try:
        registration.refuse_outdated(session, bill)
    except Refusal as refusal:
        return {"notice": refusal.sentence, "actions": ["delete"]}
    return {}


def _debiting(session: Session, bill: Bill, actions: list[str]) -> Shown:
    """The card that would be debited and the agreement to accept before; nothing where it cannot be now."""
    if "settle_by_card" not in actions:
        return {"card": None, "agreement": None}
    card = shown_card(current_card(session, bill.fund_number))
    return {"card": card, "agreement": needed(session, bill.fund_number, registration.AGREEMENT)}


def month_lines(session: Session, bill: Bill) -> list[Shown]:
    """The months of a bill with what each is: by the day its money came, before that by its registration."""
    parts = [
        MonthlyContribution(employer_fen, person_fen)
        for employer_fen, person_fen in zip(bill.employer_part_fens, bill.person_part_fens, strict=True)
    ]
    inflow = session.get(Inflow, bill.inflow_id) if bill.inflow_id else None
    counted_on = inflows.paid_on(inflow) if inflow else bill.registered_at.astimezone(CHINA).date()
    return registration.lines_shown(tuple(bill.months), tuple(parts), counted_on)


def _settlement(session: Session, bill: Bill, attempt: Attempt | None) -> Shown | None:
    """How the bill is being paid or was paid; None while no way is chosen."""
    if attempt is None or (bill.state == CONTRIBUTION.start and bill.inflow_id is None):
        return None
    payer = json.loads(attempt.payer) if attempt.payer else None
    inflow = session.get(Inflow, bill.inflow_id) if bill.inflow_id else None
    return {
        "way": attempt.way,
        "title": WAYS[attempt.way],
        "order_number": attempt.order_number,
        "bank_code": payer["bank_code"] if payer else None,
        "card_masked": mask_card(payer["card_number"]) if payer else None,
        "bank_serial": inflow.bank_serial if inflow else None,
        "channel": CHANNELS.get(inflow.channel, inflow.channel) if inflow else None,
    }


def _code(bill: Bill, attempt: Attempt | None) -> Shown | None:
    """The payment code, only while it may be scanned."""
    scannable = "expire" in CONTRIBUTION.actions(bill.state, "system")
    if attempt is None or not scannable or attempt.code_expires_at is None:
        return None
    return {"url": attempt.code_url, "expires_at": attempt.code_expires_at.isoformat()}


def _refunds(session: Session, number: str) -> list[Shown]:
    rows = session.scalars(select(Refund).where(Refund.bill_number == number).order_by(Refund.number))
    return [
        {
            "number": row.number,
            "amount_fen": row.amount_fen,
            "cause": CAUSES[row.cause],
            "state": row.state,
            "label": REFUND.labels[row.state],
            "moved_at": row.moved_at.isoformat(),
        }
        for row in rows
    ]


def stuck_bill(bill: Bill) -> Shown:
    """A waiting bill for staff: nothing about the person."""
    what = "等待记账" if bill.state in HOLDING_MONEY else "等待银行"
    return _stuck(bill, "缴存单据", LABELS[bill.state], what)


def stuck_refund(refund: Refund) -> Shown:
    """A refund that is not through, for staff."""
    shown = _stuck(refund, "退款", REFUND.labels[refund.state], CAUSES[refund.cause])
    staff_may = REFUND.actions(refund.state, STAFF)
    return shown | {"attempts": refund.attempt, "bank_reason": refund.bank_reason, "actions": staff_may}


def stuck_code(attempt: Attempt, bill: Bill) -> Shown:
    """A closed payment code of which the hall does not know whether it was paid, for staff."""
    label, cause = _WHY_NOT_KNOWN[attempt.not_taken_in]
    return {
        "number": attempt.order_number,
        "title": "付款码",
        "state": "code_unanswered",
        "label": label,
        "cause": cause,
        "amount_fen": bill.amount_fen,
        "since_at": business_at(attempt.closed_at).isoformat() if attempt.closed_at else None,
        "tries": None,
        "next_try_at": business_at(attempt.ask_after).isoformat() if attempt.ask_after else None,
    }


def _stuck(row: Bill | Refund, title: str, label: str, cause: str) -> Shown:
    return {
        "number": row.number,
        "title": title,
        "state": row.state,
        "label": label,
        "cause": cause,
        "amount_fen": row.amount_fen,
        "since_at": row.moved_at.isoformat(),
        "tries": row.tries,
        "next_try_at": row.next_try_at.isoformat() if row.next_try_at else None,
    }
