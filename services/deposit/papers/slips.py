"""What a slip says of a contribution, an inbound transfer and a refund, each once its money has arrived."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.clock import CHINA
from services.common.errors import NotFound
from services.common.papers.slips import Ended, Told, card_words, moment_of_step, no_slip, voucher_words
from services.deposit.accounts import account_of
from services.deposit.contribution import refunds
from services.deposit.contribution import views as contributions
from services.deposit.contribution.models import Attempt, Inflow
from services.deposit.contribution.states import CAUSES, CONTRIBUTION, REFUND
from services.deposit.transfers import views as transfers
from services.deposit.transfers.centres import CENTRES
from services.deposit.transfers.states import TRANSFER

_LINE = ("month", "kind_label", "amount_fen")
_BOOKED_TRANSFER = frozenset({"completed", "concluded"})


def told(session: Session, fund_number: str, number: str) -> Ended:
    """The own bill of that number, whichever kind it is."""
    teller = _TOLD.get(number[:1])
    if teller is None:
        raise NotFound("no_such_bill", "没有查到该单据。")
    return teller(session, fund_number, number)


def _contribution(session: Session, fund_number: str, number: str) -> Ended:
    bill = contributions.own_bill(session, fund_number, number)
    if bill.booked_on is None:
        raise no_slip(CONTRIBUTION, bill.state)
    inflow = session.get_one(Inflow, bill.inflow_id)
    numbers = {"订单号": inflow.order_number, "银行流水号": inflow.bank_serial}
    return Ended(
        bill_number=bill.number,
        business="自由职业者缴存",
        matter=f"住房公积金缴存（{len(bill.months)}个月）",
        name=account_of(session, fund_number).name,
        fund_number=fund_number,
        amount_fen=bill.amount_fen,
        booked_on=bill.booked_on,
        facts=_paid_by(session, inflow) | numbers | {"记账凭证": voucher_words(bill.voucher)},
        times={
            "登记时间": bill.registered_at,
            "支付时间": inflow.paid_at,
            "到账时间": bill.received_at,
            "记账时间": moment_of_step(session, CONTRIBUTION.name, number, "book"),
        },
        lines=[{name: line[name] for name in _LINE} for line in contributions.month_lines(session, bill)],
    )


def _paid_by(session: Session, inflow: Inflow) -> dict[str, str | None]:
    """How money came in: the way, the card or channel."""
    order = select(Attempt).where(Attempt.order_number == inflow.order_number)
    attempt = session.scalars(order).one()
    return {
        "结算方式": contributions.WAYS[attempt.way],
        "扣款借记卡": card_words(json.loads(attempt.payer) if attempt.payer else None),
        "支付渠道": contributions.CHANNELS.get(inflow.channel, inflow.channel),
    }


def _transfer(session: Session, fund_number: str, number: str) -> Ended:
    transfer = transfers.own(session, fund_number, number)
    if transfer.state not in _BOOKED_TRANSFER or transfer.booked_on is None:
        raise no_slip(TRANSFER, transfer.state)
    line: dict[str, Any] = transfers.line(transfer)
    return Ended(
        bill_number=transfer.number,
        business="异地转入",
        matter="住房公积金异地转移接续（转入）",
        name=account_of(session, fund_number).name,
        fund_number=fund_number,
        amount_fen=line["amount_fen"],
        booked_on=transfer.booked_on,
        parts={"转移本金": transfer.principal_fen, "转移利息": transfer.interest_fen},
        facts={
            "转出公积金中心": CENTRES.get(transfer.centre).title_zh,
            "原个人公积金账号": line["account_masked"],
            "联系函编号": transfer.letter_number,
            "办结状态": line["label"],
            "记账凭证": voucher_words(transfer.voucher),
        },
        times={
            "登记时间": transfer.registered_at,
            "记账时间": moment_of_step(session, TRANSFER.name, number, "complete", "conclude"),
        },
    )


def _refund(session: Session, fund_number: str, number: str) -> Ended:
    refund = contributions.own_refund(session, fund_number, number)
    done_at = moment_of_step(session, REFUND.name, number, "confirm")
    if refund.state not in REFUND.final or done_at is None:
        raise no_slip(REFUND, refund.state, after="退款完成后")
    inflow = session.get_one(Inflow, refund.inflow_id)
    return Ended(
        bill_number=refund.number,
        business="缴存退款",
        matter=f"{CAUSES[refund.cause]}，款项原路退回",
        name=account_of(session, fund_number).name,
        fund_number=fund_number,
        amount_fen=refund.amount_fen,
        booked_on=done_at.astimezone(CHINA).date(),
        facts={"缴存单据号": refund.bill_number}
        | _paid_by(session, inflow)
        | {
            "原付款订单号": inflow.order_number,
            "退款指令号": refunds.bank_number(refund),
            "银行流水号": refund.bank_serial,
            "记账凭证": voucher_words(refund.voucher),
        },
        times={"支付时间": inflow.paid_at, "退款登记": refund.began_at, "退款完成": done_at},
    )


_TOLD: dict[str, Told] = {"C": _contribution, "T": _transfer, "F": _refund}
