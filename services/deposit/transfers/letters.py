"""What the platform's word on a letter does here: each of its steps takes effect once, in its order.

A letter comes with all its steps from the first, whether it was asked for or told by callback, so that late,
repeated and overtaken words change nothing.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today
from services.common.ledger import book
from services.common.ledger.subjects import Subject
from services.common.logs import get_logger
from services.common.machine import IllegalStep
from services.common.move import move
from services.deposit.accounts import account_of
from services.deposit.states import ACCOUNT, AT_REST, FREEZE_LABELS, OPEN_STATES
from services.deposit.transfers import asking, refusals, views
from services.deposit.transfers.models import Transfer
from services.deposit.transfers.states import (
    ACTIONS,
    BRINGS_MONEY,
    LABELS,
    NATIONAL_TITLES,
    PLATFORM,
    TRANSFER,
)

log = get_logger(__name__)

Letter = dict[str, Any]


def locked(session: Session, letter_number: str) -> Transfer:
    """The transfer of a letter, locked until the transaction ends."""
    transfer = session.scalar(
        select(Transfer).where(Transfer.letter_number == letter_number).with_for_update()
    )
    if transfer is None:
        raise refusals.no_letter()
    return transfer


def take(session: Session, letter: Letter) -> Transfer:
    """Let every step that is new take effect; a step that cannot stays unheard and is told as a problem."""
    transfer = locked(session, letter["letter_number"])
    transfer.problem = None
    for step in letter["steps"][transfer.steps_heard :]:
        transfer.problem = _against(session, transfer, letter, step)
        if transfer.problem:
            log.warning(
                "letter step not taken",
                number=transfer.number,
                national=step["code"],
                state=transfer.state,
            )
            break
        _take_step(session, transfer, letter, step)
    asking.plan(transfer)
    return transfer


def _against(session: Session, transfer: Transfer, letter: Letter, step: Letter) -> str | None:
    """Why the step cannot take effect now, or None."""
    if step["code"] not in ACTIONS:
        return "全国转移接续平台给出了一个尚未收录的状态"
    try:
        TRANSFER.step(transfer.state, ACTIONS[step["code"]])
    except IllegalStep:
        said, now = NATIONAL_TITLES[step["code"]], LABELS[transfer.state]
        return f"全国转移接续平台给出的状态“{said}”与目前的“{now}”不相衔接"
    if step["code"] not in BRINGS_MONEY:
        return None
    if letter["principal_fen"] is None or letter["interest_fen"] is None:
        return "平台未给出转移本金和利息"
    return _closed_to_money(session, transfer)


def _closed_to_money(session: Session, transfer: Transfer) -> str | None:
    account = account_of(session, transfer.fund_number)
    if account.state not in OPEN_STATES:
        return f"账户状态为“{ACCOUNT.labels[account.state]}”，资金暂不能入账"
    if account.freeze_flag in AT_REST:
        return f"账户状态为“{FREEZE_LABELS[account.freeze_flag]}”，资金暂不能入账"
    return None


def _take_step(session: Session, transfer: Transfer, letter: Letter, step: Letter) -> None:
    if step["code"] in BRINGS_MONEY:
        _book(session, transfer, letter)
    transfer.remark = step["remark"] or transfer.remark
    now = business_now()
    move(
        session,
        TRANSFER,
        transfer,
        ACTIONS[step["code"]],
        actor=PLATFORM,
        at=now,
        payload=views.told(transfer),
    )
    transfer.steps_heard += 1
    transfer.moved_at, transfer.tries = now, 0


def _book(session: Session, transfer: Transfer, letter: Letter) -> None:
    """Principal and interest into the account (A.5 code 08), under a voucher that exists once."""
    transfer.principal_fen, transfer.interest_fen = letter["principal_fen"], letter["interest_fen"]
    transfer.voucher, transfer.booked_on = f"transfer/{transfer.number}", business_today()
    amounts = (letter["principal_fen"], letter["interest_fen"])
    book.post(
        session,
        book.Voucher(
            number=transfer.voucher,
            lines=[_line(transfer, amount_fen) for amount_fen in amounts if amount_fen],
            value_on=transfer.booked_on,
            booked_at=business_now(),
            bill_number=transfer.number,
        ),
    )


def _line(transfer: Transfer, amount_fen: int) -> book.Line:
    return book.Line(
        debit=Subject.FUND_AT_BANK,
        credit=book.personal(transfer.fund_number),
        amount_fen=amount_fen,
        kind="transfer_in",
    )
