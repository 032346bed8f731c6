"""Money set aside for bills of other services: facts for their rules, holds, and how a hold ends."""

from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today
from services.common.identifiers import birth_on, sex_of
from services.common.ledger import book
from services.common.ledger.models import Hold, LedgerAccount
from services.common.ledger.subjects import Subject
from services.common.move import move
from services.common.outbox import announce
from services.common.policy import load_policy
from services.common.request import Request
from services.common.settings import settings
from services.deposit import refusals, rules
from services.deposit.accounts import (
    account_of,
    any_account,
    changes,
    current_card,
    last_settled_on,
)
from services.deposit.cards import changed_at
from services.deposit.contributed_months import last_contributed, month_told, paid_months
from services.deposit.contribution.models import in_flight as contribution_in_flight
from services.deposit.drawn_before import drawn_before
from services.deposit.models import Account
from services.deposit.states import ACCOUNT, FREEZE_LABELS, OPEN_STATES
from services.deposit.transfers.registration import has_any_in_flight

PAYING_OUT = ("none",)


def facts(session: Session, fund_number: str, today: date) -> dict[str, Any]:
    """What the rules of a withdrawal need to know of an account. Dates and months are ISO, amounts fen."""
    account = account_of(session, fund_number)
    kept = session.get_one(LedgerAccount, book.personal(fund_number))
    months = paid_months(session, fund_number)
    last_month = session.scalar(select(last_contributed(kept.number)))
    return {
        "fund_number": fund_number,
        "state": account.state,
        "state_label": ACCOUNT.labels[account.state],
        "frozen": account.freeze_flag not in PAYING_OUT,
        "opened_on": account.opened_on.isoformat(),
        "sealed_on": account.sealed_on.isoformat() if account.sealed_on else None,
        "balance_fen": kept.balance_fen,
        "held_fen": kept.held_fen,
        "available_fen": kept.balance_fen - kept.held_fen,
        "transfer_coming": has_any_in_flight(session, fund_number),
        "contribution_coming": _contributing(session, fund_number),
        "interest_to_date_fen": owed_interest(session, account, today),
        "last_contribution_month": month_told(last_month),
        "continuous_months": rules.unbroken_months(months, today),
        "birth_on": birth_on(account.id_number).isoformat(),
        "sex": sex_of(account.id_number),
        "drawn_before": drawn_before(session, fund_number),
        "has_card": current_card(session, fund_number) is not None,
        "card_changed_at": changed.isoformat() if (changed := changed_at(session, fund_number)) else None,
    }


def owed_interest(session: Session, account: Account, today: date) -> int:
    """Interest in fen from the last settlement to `today`, exclusive, at the rate in force today.

    A closed account is owed none: what it was owed went out with its balance.
    """
    if account.state not in OPEN_STATES:
        return 0
    policy = load_policy(settings().city)
    return rules.interest_fen(
        changes(session, account.number),
        rules.owed_since(last_settled_on(session, account.number), account.opened_on),
        today,
        policy.figure("deposit_rate_hundred_thousandths").whole(today),
        policy.figure("interest_day_basis").whole(today),
    )


def hold(session: Session, request: Request, wanted: dict[str, Any]) -> dict[str, Any]:
    """Set aside an amount, or everything with its interest for a bill that closes the account."""
    account = _paying_out(session, wanted["fund_number"])
    kept = book.locked(session, book.personal(account.number))
    closes, today = wanted["closes_account"], business_today()
    amount_fen = _whole(session, account, kept) if closes else _part(wanted)
    interest_fen = owed_interest(session, account, today) if closes else 0
    held = book.hold(
        session,
        Hold(
            id=str(request.op_id),
            account=kept.number,
            amount_fen=amount_fen,
            interest_fen=interest_fen,
            closes_account=closes,
            bill_number=wanted["bill_number"],
            held_on=today,
            held_at=business_now(),
        ),
    )
    return {
        "hold_id": held.id,
        "amount_fen": held.amount_fen + held.interest_fen,
        "principal_fen": held.amount_fen,
        "interest_fen": held.interest_fen,
    }


def _paying_out(session: Session, fund_number: str) -> Account:
    account = account_of(session, fund_number)
    if account.state not in OPEN_STATES:
        raise refusals.not_paying_out(ACCOUNT.labels[account.state])
    if account.freeze_flag not in PAYING_OUT:
        raise refusals.not_paying_out(FREEZE_LABELS[account.freeze_flag])
    return account


def _whole(session: Session, account: Account, kept: LedgerAccount) -> int:
    if kept.held_fen:
        raise refusals.something_held()
    if _contributing(session, account.number):
        raise refusals.contribution_coming()
    if has_any_in_flight(session, account.number):
        raise refusals.something_coming()
    if not kept.balance_fen:
        raise refusals.nothing_to_withdraw()
    return kept.balance_fen


def _contributing(session: Session, fund_number: str) -> bool:
    """Money of a contribution is on its way to the account, or is there and not booked yet."""
    return session.scalar(contribution_in_flight(fund_number)) is not None


def _part(wanted: dict[str, Any]) -> int:
    if wanted["amount_fen"] is None:
        raise ValueError("a hold that closes nothing needs an amount")
    return int(wanted["amount_fen"])


def release(session: Session, request: Request, wanted: dict[str, Any]) -> dict[str, Any]:
    """Give a bill's hold back to the account.

    One that was never seen is closed: its call may still wait for its turn here, and is refused from now on.
    """
    account = book.locked(session, book.personal(wanted["fund_number"]))
    if session.get(Hold, wanted["hold_id"]) is None:
        session.add(_nothing_held(account, wanted))
        session.flush()
    held = _held_for(session, wanted)
    book.release(session, held.id)
    return {"hold_id": held.id, "outcome": "released"}


def _nothing_held(account: LedgerAccount, wanted: dict[str, Any]) -> Hold:
    return Hold(
        id=wanted["hold_id"],
        account=account.number,
        amount_fen=0,
        bill_number=wanted["bill_number"],
        held_on=business_today(),
        held_at=business_now(),
    )


def settle(session: Session, request: Request, wanted: dict[str, Any]) -> dict[str, Any]:
    """Book a paid bill: fund and interest out, the account closed where the bill closes it."""
    held = _held_for(session, wanted)
    today, now = business_today(), business_now()
    account = _account_of_hold(session, held)
    voucher = book.Voucher(
        number=f"settle/{held.bill_number}",
        lines=_lines(held),
        value_on=today,
        booked_at=now,
        bill_number=held.bill_number,
    )
    if book.settle(session, held.id, voucher):
        _after_payout(session, account, held, wanted["reason_code"])
    return {"voucher": voucher.number, "booked_on": today.isoformat(), "booked_at": now.isoformat()}


def _held_for(session: Session, wanted: dict[str, Any]) -> Hold:
    held = session.scalar(
        select(Hold).where(Hold.id == wanted["hold_id"], Hold.bill_number == wanted["bill_number"])
    )
    if held is None:
        raise refusals.no_hold()
    return held


def _account_of_hold(session: Session, held: Hold) -> Account:
    book.locked(session, held.account)
    return any_account(session, held.account.removeprefix(f"{Subject.PERSONAL_FUND}-"))


def _lines(held: Hold) -> list[book.Line]:
    kind = "closing_withdrawal" if held.closes_account else "part_withdrawal"
    paid_fen = held.amount_fen + held.interest_fen
    out = book.Line(debit=held.account, credit=Subject.FUND_AT_BANK, amount_fen=paid_fen, kind=kind)
    if not held.interest_fen:
        return [out]
    # By way of the own account, so that the depositor's ledger shows the interest and then all of it leaving.
    owed = (Subject.FUND_INTEREST_EXPENSE, Subject.INTEREST_PAYABLE, held.account)
    accrued, given = (
        book.Line(debit=debit, credit=credit, amount_fen=held.interest_fen, kind="closing_interest")
        for debit, credit in pairwise(owed)
    )
    return [accrued, given, out]


def _after_payout(session: Session, account: Account, held: Hold, reason_code: str) -> None:
    kept = session.get_one(LedgerAccount, held.account)
    kept.carried_fen -= rules.part_from_carried(kept.carried_fen, held.amount_fen)
    payload = {"fund_number": account.number, "bill_number": held.bill_number, "reason_code": reason_code}
    announce(session, "deposit.posted", f"deposit:{account.number}", payload)
    if held.closes_account:
        account.closed_on = business_today()
        move(session, ACCOUNT, account, "close", actor="system", at=business_now(), payload=payload)
