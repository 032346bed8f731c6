"""What may be done to a ledger: post, hold, settle, release. Each call works in the session's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common import written
from services.common.errors import Refusal, WrongState
from services.common.ledger.models import Hold, HoldResolution, LedgerAccount, Posting
from services.common.ledger.subjects import Side, Subject, side_of
from services.common.logs import current_trace
from services.common.money import yuan

LINES_MOST = 50


@dataclass(frozen=True, kw_only=True)
class Line:
    """One movement of a voucher, from `debit` to `credit`."""

    debit: str
    credit: str
    amount_fen: int
    kind: str
    for_month: date | None = None
    employer_part_fen: int | None = None
    reversal: bool = False


@dataclass(frozen=True, kw_only=True)
class Voucher:
    """What is booked at once: its number is unique, so it is booked once."""

    number: str
    lines: Sequence[Line]
    value_on: date
    booked_at: datetime
    bill_number: str = ""


class AlreadyBooked(WrongState):
    """The voucher's number was booked before."""


def personal(fund_number: str) -> str:
    """The ledger account of a depositor's fund (subject 201)."""
    return f"{Subject.PERSONAL_FUND}-{fund_number}"


def open_account(session: Session, number: str, subject: Subject, *, keeps_balance: bool) -> None:
    """Open an account; opening it again changes nothing."""
    row = insert(LedgerAccount).values(number=number, subject=subject, keeps_balance=keeps_balance)
    session.execute(row.on_conflict_do_nothing())


def locked(session: Session, number: str) -> LedgerAccount:
    """The account's row, locked until the transaction ends."""
    return session.scalars(
        select(LedgerAccount)
        .where(LedgerAccount.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def post(session: Session, voucher: Voucher) -> None:
    """Book a voucher: its postings and the kept balances, or nothing. Raises AlreadyBooked on a repeat."""
    if not 0 < len(voucher.lines) <= LINES_MOST:
        raise ValueError("a voucher has 1 to 50 lines")
    if session.scalar(select(Posting.id).where(Posting.voucher == voucher.number).limit(1)) is not None:
        raise AlreadyBooked("already_booked", "该笔业务已入账。")
    session.add_all(_posting(voucher, place, line) for place, line in enumerate(voucher.lines, 1))
    session.flush()
    for number, change in sorted(_changes(voucher.lines).items()):
        _change_balance(session, number, change)


def _posting(voucher: Voucher, place: int, line: Line) -> Posting:
    return Posting(
        voucher=voucher.number,
        line=place,
        debit=line.debit,
        credit=line.credit,
        amount_fen=line.amount_fen,
        kind=line.kind,
        reversal=line.reversal,
        bill_number=voucher.bill_number,
        for_month=line.for_month,
        employer_part_fen=line.employer_part_fen,
        value_on=voucher.value_on,
        booked_at=voucher.booked_at,
        trace=current_trace(),
    )


def _changes(lines: Sequence[Line]) -> dict[str, int]:
    """Net debit of every account the lines touch."""
    changes: dict[str, int] = {}
    for line in lines:
        changes[line.debit] = changes.get(line.debit, 0) + line.amount_fen
        changes[line.credit] = changes.get(line.credit, 0) - line.amount_fen
    return changes


def _change_balance(session: Session, number: str, net_debit_fen: int) -> None:
    row = session.execute(
        select(LedgerAccount.subject, LedgerAccount.keeps_balance).where(LedgerAccount.number == number)
    ).one()
    if not row.keeps_balance or net_debit_fen == 0:
        return
    change = net_debit_fen if side_of(Subject(row.subject)) is Side.DEBIT else -net_debit_fen
    session.execute(
        update(LedgerAccount)
        .where(LedgerAccount.number == number)
        .values(balance_fen=LedgerAccount.balance_fen + change)
        .execution_options(synchronize_session=False)
    )


def hold(session: Session, wanted: Hold) -> Hold:
    """Set the amount aside; the same id again gives the hold that is there. Refuses what is not there.

    One that was released is over: a copy of the call that comes late sets nothing aside.
    """
    account = locked(session, wanted.account)
    if (existing := session.get(Hold, wanted.id)) is not None:
        _refuse_released(session, existing.id)
        return existing
    available = account.balance_fen - account.held_fen
    if wanted.amount_fen > available:
        raise Refusal(
            "not_enough_available",
            f"可用余额不足：可用 {written.amount(available)}，需要 {written.amount(wanted.amount_fen)}。",
            rule="可用余额=账户余额-预留金额",
            figures={"available": yuan(available), "wanted": yuan(wanted.amount_fen)},
        )
    session.add(wanted)
    account.held_fen += wanted.amount_fen
    session.flush()
    return wanted


def _refuse_released(session: Session, hold_id: str) -> None:
    ended = session.get(HoldResolution, hold_id)
    if ended is not None and ended.outcome == "released":
        raise Refusal("hold_released", "该笔预留已经释放，不再预留。", rule="每笔预留只结束一次")


def release(session: Session, hold_id: str) -> bool:
    """Give the held amount back. False when it was released before; refuses a settled hold."""
    return _resolve(session, hold_id, "released", None)


def settle(session: Session, hold_id: str, voucher: Voucher) -> bool:
    """Turn the hold into the voucher's postings. False when it was settled before; refuses a released one."""
    if not _resolve(session, hold_id, "settled", voucher.number):
        return False
    post(session, voucher)
    return True


def _resolve(session: Session, hold_id: str, outcome: str, voucher: str | None) -> bool:
    held = session.get_one(Hold, hold_id)
    account = locked(session, held.account)
    row = insert(HoldResolution).values(hold_id=hold_id, outcome=outcome, voucher=voucher)
    first = session.execute(row.on_conflict_do_nothing().returning(HoldResolution.hold_id)).first()
    if first is None:
        was = session.scalar(select(HoldResolution.outcome).where(HoldResolution.hold_id == hold_id))
        if was != outcome:
            raise WrongState(
                "hold_ended_otherwise", "该笔预留已按另一方式结束。", figures={"outcome": str(was)}
            )
        return False
    account.held_fen -= held.amount_fen
    session.flush()
    return True
