"""登记 of an inbound transfer (manual 6.4): what must hold, and one row in one transaction."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today, technical_at
from services.common.errors import Refusal
from services.common.ledger import book
from services.common.ledger.models import Hold, HoldResolution
from services.common.move import begin
from services.common.outbox import announce
from services.common.policy import load_policy
from services.common.request import Request
from services.common.sealed import blind_index
from services.common.settings import settings
from services.deposit import rules
from services.deposit.accounts import account_of
from services.deposit.contributed_months import paid_months
from services.deposit.models import Account
from services.deposit.states import ACCOUNT, AT_REST, FREEZE_LABELS
from services.deposit.transfers import refusals, views
from services.deposit.transfers.centres import CENTRES, Centre, others
from services.deposit.transfers.models import NUMBERS, Transfer
from services.deposit.transfers.states import IN_FLIGHT, TRANSFER


def figure(name: str, day: date) -> Any:
    """A figure of this city on that day."""
    return load_policy(settings().city).figure(name).on(day)


def form(session: Session, fund_number: str, today: date) -> dict[str, Any]:
    """What the form offers (D-24), and every reason why this person may not apply today."""
    account = account_of(session, fund_number)
    centres = others(figure("transfer_own_centre", today))
    return {
        "centres": [
            {"code": centre.code, "title": centre.title_zh, "group": centre.province} for centre in centres
        ],
        "refusals": [refusal.on_wire() for refusal in _against(session, account, today)],
        "months_required": figure("transfer_months_required", today),
    }


def register(session: Session, request: Request, wanted: dict[str, str]) -> dict[str, Any]:
    """One transfer, registered; its letter is sent a moment later."""
    today = business_today()
    centre = _centre(wanted["centre"], today)
    # Under this lock no closing withdrawal can begin beside a transfer.
    book.locked(session, book.personal(request.person.id))
    account = account_of(session, request.person.id)
    for refusal in _against(session, account, today):
        raise refusal
    index = blind_index(f"transfer|{centre.code}|{wanted['account_number'].upper()}")
    _refuse_second(session, account.number, centre, index)
    transfer = _new(session, account.number, wanted, index)
    begin(session, TRANSFER, transfer, actor=request.person.id, at=transfer.registered_at)
    session.flush()
    announce(session, "transfer.registered", f"{TRANSFER.name}:{transfer.number}", views.told(transfer))
    return views.shown(session, transfer)


def _centre(code: str, today: date) -> Centre:
    if code not in CENTRES or code == figure("transfer_own_centre", today):
        raise refusals.no_such_centre()
    return CENTRES.get(code)


def _against(session: Session, account: Account, today: date) -> Iterator[Refusal]:
    """The reasons why not, one by one."""
    if account.state != ACCOUNT.start:
        yield refusals.account_not_receiving(ACCOUNT.labels[account.state])
        return
    if account.freeze_flag in AT_REST:
        yield refusals.account_not_receiving(FREEZE_LABELS[account.freeze_flag])
    if _is_closing(session, account.number):
        yield refusals.closing()
    required = figure("transfer_months_required", today)
    paid = paid_months(session, account.number)
    months = rules.unbroken_months(paid, today)
    if months < required:
        passes_on = rules.months_reached_on(paid, today, required)
        yield refusals.too_few_months(months, required, passes_on)


def _is_closing(session: Session, fund_number: str) -> bool:
    open_hold = (
        select(Hold.id)
        .outerjoin(HoldResolution, HoldResolution.hold_id == Hold.id)
        .where(Hold.account == book.personal(fund_number), Hold.closes_account)
        .where(HoldResolution.hold_id.is_(None))
    )
    return session.scalar(open_hold.limit(1)) is not None


def _refuse_second(session: Session, fund_number: str, centre: Centre, index: bytes) -> None:
    mine = Transfer.fund_number == fund_number
    under_way = select(Transfer.number).where(mine, Transfer.centre == centre.code)
    if number := session.scalar(under_way.where(Transfer.state.in_(IN_FLIGHT))):
        raise refusals.in_flight(number, centre.title_zh)
    here = select(Transfer.number).where(mine, Transfer.account_index == index)
    if number := session.scalar(here.where(Transfer.state.in_(("completed", "concluded")))):
        raise refusals.transferred_before(number)


def _new(session: Session, fund_number: str, wanted: dict[str, str], index: bytes) -> Transfer:
    now, sequence = business_now(), int(session.execute(NUMBERS.next_value()).scalar_one())
    # The letter's number has sixteen places: the city, the day, the sequence.
    city = str(figure("transfer_own_centre", now.date()))[1:5]
    return Transfer(
        number=f"T{now:%Y%m%d}{sequence:06d}",
        letter_number=f"{city}{now:%y%m%d}{sequence % 10**6:06d}",
        fund_number=fund_number,
        centre=wanted["centre"],
        employer_name=wanted["employer_name"].strip(),
        account_number=wanted["account_number"].upper(),
        account_index=index,
        registered_on=now.date(),
        registered_at=now,
        moved_at=now,
        ask_after=technical_at(),
    )


def has_any_in_flight(session: Session, fund_number: str) -> bool:
    """True while money may still come from elsewhere: the account stays open so long."""
    mine = select(Transfer.number).where(Transfer.fund_number == fund_number, Transfer.state.in_(IN_FLIGHT))
    return session.scalar(mine.limit(1)) is not None
