"""The centre's booking (中心记账): money received for a bill goes to the person's fund, month by month.

Everything is in this service's database, so a booking is one transaction. The same row lock decides between
it and 联名卡结算取消: whoever comes second finds another state.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today
from services.common.database import DatabaseAccess, is_passing
from services.common.ledger import book
from services.common.ledger.models import Hold, HoldResolution
from services.common.ledger.subjects import Subject
from services.common.logs import get_logger
from services.common.policy import load_policy
from services.common.settings import settings
from services.deposit.contribution import inflows, rules
from services.deposit.contribution.models import Bill, ContributedMonth, Inflow
from services.deposit.contribution.saga import BILLS
from services.deposit.contribution.states import SYSTEM
from services.deposit.models import Account

log = get_logger(__name__)

AT_ONCE = 500
NOT_OPEN = "公积金账户当前不能入账，款项将原路退回。"
TAKING_IN = frozenset({"none", "no_paying_out", "partial"})


def book_due(database: DatabaseAccess) -> int:
    """Book every bill whose money is in and can no longer be taken back; how many were booked."""
    now = business_now()
    with database.read() as session:
        numbers = session.scalars(
            select(Bill.number).where(_is_due(now)).order_by(Bill.received_at).limit(AT_ONCE)
        ).all()
    return sum(_booked(database, number, now) for number in numbers)


def _is_due(now: datetime) -> ColumnElement[bool]:
    window_s = load_policy(settings().city).figure("contribution_cancel_window_s").whole(now.date())
    past = now - timedelta(seconds=window_s)
    return or_(Bill.state == "paid", and_(Bill.state == "settled", Bill.received_at <= past))


def _booked(database: DatabaseAccess, number: str, now: datetime) -> bool:
    """One bill's trouble is written down and does not stop the others."""
    try:
        with database.write() as session:
            return _book(session, number, now)
    except Exception as trouble:
        if is_passing(trouble):
            # The database keeps everybody waiting, not this one: the whole job is put off.
            raise
        log.exception("bill not booked", number=number)
        return False


def _book(session: Session, number: str, now: datetime) -> bool:
    due = select(Bill).where(Bill.number == number, _is_due(now)).with_for_update()
    bill = session.scalar(due)
    if bill is None or bill.inflow_id is None:
        return False
    fund = book.locked(session, book.personal(bill.fund_number))
    account = session.get_one(Account, bill.fund_number)
    if closing(session, fund.number):
        return False
    if not takes_in(account):
        _give_back(session, bill)
        return False
    _post(session, bill, fund.number)
    return True


def closing(session: Session, ledger_account: str) -> bool:
    """Whether a withdrawal that closes the account is under way: until it ends nothing may be booked."""
    open_hold = (
        select(Hold.id)
        .outerjoin(HoldResolution, HoldResolution.hold_id == Hold.id)
        .where(Hold.account == ledger_account, Hold.closes_account, HoldResolution.hold_id.is_(None))
    )
    return session.scalar(open_hold.limit(1)) is not None


def takes_in(account: Account) -> bool:
    """Whether contributions may be booked: a normal account that may receive (只收不付 may)."""
    return account.state == "normal" and account.freeze_flag in TAKING_IN


def _give_back(session: Session, bill: Bill) -> None:
    bill.problem = NOT_OPEN
    inflow = session.get_one(Inflow, bill.inflow_id)
    inflows.give_back(session, bill, inflow, "account_not_open")
    BILLS.moved(session, bill, "give_back", SYSTEM)


def _post(session: Session, bill: Bill, ledger_account: str) -> None:
    today = business_today()
    inflow = session.get_one(Inflow, bill.inflow_id)
    bill.voucher, bill.booked_on = f"contribution/{bill.number}", today
    inflows.end(session, str(bill.inflow_id), "booked", bill.voucher)
    session.add_all(
        ContributedMonth(fund_number=bill.fund_number, month=month, bill_number=bill.number)
        for month in bill.months
    )
    voucher = book.Voucher(
        number=bill.voucher,
        lines=_lines(bill, inflows.paid_on(inflow), ledger_account),
        value_on=today,
        booked_at=business_now(),
        bill_number=bill.number,
    )
    book.post(session, voucher)
    BILLS.moved(session, bill, "book", SYSTEM)


def _lines(bill: Bill, paid_on: date, ledger_account: str) -> list[book.Line]:
    """A line a month. Interest counts from the day it is in the person's account (条例第二十一条)."""
    parts = zip(bill.months, bill.employer_part_fens, bill.person_part_fens, strict=True)
    return [
        book.Line(
            debit=Subject.RECEIVED_UNBOOKED,
            credit=ledger_account,
            amount_fen=employer_fen + person_fen,
            kind=rules.kind_of(month, paid_on),
            for_month=month,
            employer_part_fen=employer_fen,
        )
        for month, employer_fen, person_fen in parts
    ]
