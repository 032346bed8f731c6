"""Money that comes in: taken once by its serial number, then either booked for its bill or given back.

What was received and is not booked yet stands under 其他应付款（暂收款）, so that the fund's bank account and
the bank's own statement agree at every moment.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import CHINA, business_now, business_offset_s
from services.common.driving import leases
from services.common.errors import WrongState
from services.common.ledger import book
from services.common.ledger.subjects import Subject
from services.common.logs import get_logger
from services.common.move import begin
from services.deposit.contribution.adapters import Payment
from services.deposit.contribution.models import REFUND_NUMBERS, Attempt, Bill, Inflow, InflowEnd, Refund
from services.deposit.contribution.states import PAYABLE_BY_CODE, REFUND, SYSTEM

log = get_logger(__name__)

OTHER = "other"
CODE = "code"


def take(session: Session, bill: Bill, attempt: Attempt, payment: Payment) -> Inflow | None:
    """Write down and post a payment of the bill's attempt; None when it is known already.

    The bill's row is locked by the caller.
    """
    inflow = Inflow(
        id=f"{attempt.order_number}/{payment.serial}",
        order_number=attempt.order_number,
        bill_number=bill.number,
        bank_serial=payment.serial,
        amount_fen=payment.amount_fen,
        channel=payment.channel,
        voucher=f"received/{attempt.order_number}/{payment.serial}",
        paid_at=paid_at(attempt, payment, now := business_now()),
        received_at=now,
    )
    if (known := session.get(Inflow, inflow.id)) is not None:
        if known.amount_fen != inflow.amount_fen:
            log.error("a payment was told with another amount", order_number=attempt.order_number)
        return None
    session.add(inflow)
    session.flush()
    _post(session, inflow)
    return inflow


def paid_at(attempt: Attempt, payment: Payment, now: datetime) -> datetime:
    """When the person paid, on the business clock: the month it counts for must not hang on a slow report.

    By the bank's word, but never before the attempt began nor after now. Without its word a card was debited
    when the attempt began, and a code is taken to be paid now.
    """
    if payment.at is None:
        return now if attempt.way == CODE else attempt.began_at
    told = payment.at + timedelta(seconds=business_offset_s())
    return min(max(told, attempt.began_at), now)


def paid_on(inflow: Inflow) -> date:
    """The day in China on which the person paid."""
    return (inflow.paid_at or inflow.received_at).astimezone(CHINA).date()


def _post(session: Session, inflow: Inflow) -> None:
    line = book.Line(
        debit=Subject.FUND_AT_BANK,
        credit=Subject.RECEIVED_UNBOOKED,
        amount_fen=inflow.amount_fen,
        kind=OTHER,
    )
    voucher = book.Voucher(
        number=inflow.voucher,
        lines=[line],
        value_on=inflow.received_at.date(),
        booked_at=inflow.received_at,
        bill_number=inflow.bill_number,
    )
    book.post(session, voucher)


def misfit(bill: Bill, attempt: Attempt, inflow: Inflow) -> str | None:
    """Why a payment by code cannot pay the bill (a cause of refunds), or None when it can."""
    if bill.inflow_id is not None:
        return "paid_again"
    if attempt.ordinal != bill.attempt or bill.state not in PAYABLE_BY_CODE:
        return "after_cancel"
    return None if inflow.amount_fen == bill.amount_fen else "wrong_amount"


def end(session: Session, inflow_id: str, outcome: str, by: str) -> None:
    """Decide what becomes of money received; WrongState when that was decided before."""
    row = insert(InflowEnd).values(inflow_id=inflow_id, outcome=outcome, by=by, decided_at=business_now())
    first = session.execute(row.on_conflict_do_nothing().returning(InflowEnd.inflow_id)).first()
    if first is None:
        raise WrongState("inflow_ended", "该笔款项已经入账或退回。")


def give_back(session: Session, bill: Bill, inflow: Inflow, cause: str) -> Refund:
    """Begin to return money to where it came from; from here on it cannot be booked any more."""
    now = business_now()
    refund = Refund(
        number=f"F{now:%Y%m%d}{session.execute(REFUND_NUMBERS.next_value()).scalar_one():06d}",
        inflow_id=inflow.id,
        bill_number=bill.number,
        fund_number=bill.fund_number,
        amount_fen=inflow.amount_fen,
        cause=cause,
        attempt=1,
        began_at=now,
        moved_at=now,
    )
    leases.due_now(refund)
    end(session, inflow.id, "given_back", refund.number)
    begin(session, REFUND, refund, actor=SYSTEM, at=now)
    return refund
