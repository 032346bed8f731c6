"""Binding the debit card that receives withdrawals (借记卡变更, manual 6.3): one, class I, of five banks."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.common.clock import business_now
from services.common.identifiers import Malformed, parse_bank_code, parse_card_number
from services.common.outbox import announce
from services.common.outside import NoAnswer
from services.common.request import Request
from services.deposit import refusals
from services.deposit.accounts import account_of, current_card, shown_card
from services.deposit.adapters import BAD, GOOD, Bank
from services.deposit.models import Account, Card

CLASS_ONE = "I"


def checked(bank: Bank, request: Request, account: Account, wanted: dict[str, Any]) -> dict[str, str]:
    """The card in clean form, once shape and bank agree that it may be bound (W-31)."""
    card = _well_formed(wanted)
    try:
        found = bank.check_card(request, card, account)
    except NoAnswer:
        raise refusals.bank_silent() from None
    if found.outcome == BAD:
        raise refusals.wrong_card("银行核验未通过：卡号、户名与开户行须一致且为本人借记卡。")
    if found.outcome != GOOD:
        raise refusals.bank_silent()
    if found.card_class != CLASS_ONE:
        raise refusals.wrong_card("该卡不是一类账户，请使用本人一类借记卡。")
    return card


def _well_formed(wanted: dict[str, Any]) -> dict[str, str]:
    try:
        bank_code = parse_bank_code(wanted["bank_code"])
    except Malformed as error:
        raise refusals.wrong_card(f"{error}。", "/bank_code") from None
    try:
        return {"bank_code": bank_code, "card_number": parse_card_number(wanted["card_number"]).digits}
    except Malformed as error:
        raise refusals.wrong_card(f"{error}。") from None


def bind(session: Session, request: Request, fund_number: str, card: dict[str, str]) -> dict[str, Any]:
    """Make this the one bound card; the one before stays on record. A payout in flight keeps its own card."""
    account = session.scalar(select(Account.number).where(Account.number == fund_number).with_for_update())
    if account is None:
        raise refusals.no_account()
    bound = current_card(session, fund_number)
    if bound is None or (bound.bank_code, bound.card_number) != (card["bank_code"], card["card_number"]):
        _replace(session, fund_number, bound, card)
    return {"card": shown_card(current_card(session, fund_number))}


def _replace(session: Session, fund_number: str, bound: Card | None, card: dict[str, str]) -> None:
    """Bind the card in place of the one before; replacing one is announced, as money may go elsewhere now."""
    now = business_now()
    if bound is not None:
        bound.replaced_at = now
        told = {"fund_number": fund_number, "at": now.isoformat()}
        announce(session, "card.changed", f"card:{fund_number}", told)
        session.flush()
    session.add(Card(fund_number=fund_number, bound_at=now, **card))
    session.flush()


def changed_at(session: Session, fund_number: str) -> datetime | None:
    """When the bound card last took another's place; None for the first card and for none."""
    replaced = select(func.max(Card.replaced_at)).where(Card.fund_number == fund_number)
    return session.scalar(replaced)


def payee(session: Session, fund_number: str) -> dict[str, Any]:
    """Where a payout goes, in clear, for the service that pays; `card` is None when none is bound."""
    account, card = account_of(session, fund_number), current_card(session, fund_number)
    found = {"bank_code": card.bank_code, "card_number": card.card_number} if card else None
    return {"card": found, "holder_name": account.name}
