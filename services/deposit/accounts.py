"""What a depositor can see of the own account: the profile, contributions, ledger lines."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from services.common.database import DatabaseAccess
from services.common.identifiers import mask_card, mask_own_id
from services.common.ledger.book import personal
from services.common.ledger.models import LedgerAccount, Posting
from services.common.lookup import Lookup
from services.common.offices import FREELANCER
from services.deposit import refusals, rules
from services.deposit.contributed_months import last_credited, last_left, month_told, taken_back
from services.deposit.line_kinds import label_of
from services.deposit.models import Account, Card, Employer
from services.deposit.states import ACCOUNT, FREEZE_LABELS, TAKING_OVER

CONTRIBUTIONS = ("remittance", "back_payment", "transfer_in")


def account_of(session: Session, fund_number: str) -> Account:
    """The account of that fund number for what its owner asks; the caller has checked who may ask.

    Raises NotFound, and a Refusal while its books are being taken over.
    """
    account = any_account(session, fund_number)
    refuse_unfinished(account.freeze_flag)
    return account


def any_account(session: Session, fund_number: str) -> Account:
    """The account, also while it is being taken over: for money that is on its way already."""
    account = session.scalar(select(Account).where(Account.number == fund_number))
    if account is None:
        raise refusals.no_account()
    return account


def refuse_unfinished(freeze_flag: str | None) -> None:
    """Raises the one Refusal that an owner hears until the account's lines are compared with its balance.

    Half of the lines would tell untrue figures, and refuse for reasons that are none.
    """
    if freeze_flag == TAKING_OVER:
        raise refusals.being_taken_over()


def _refuse_unfinished_of(session: Session, fund_number: str) -> None:
    refuse_unfinished(session.scalar(select(Account.freeze_flag).where(Account.number == fund_number)))


def current_card(session: Session, fund_number: str) -> Card | None:
    """The one bound card (W-32)."""
    return session.scalar(select(Card).where(Card.fund_number == fund_number, Card.replaced_at.is_(None)))


def own_card(session: Session, fund_number: str) -> dict[str, Any]:
    """The bound card as its owner asks for it (W-33); cards are taken over last, so none is known before."""
    _refuse_unfinished_of(session, fund_number)
    return {"card": shown_card(current_card(session, fund_number))}


def shown_card(card: Card | None) -> dict[str, Any] | None:
    """A bound card as its owner sees it."""
    if card is None:
        return None
    masked = mask_card(card.card_number)
    return {"bank_code": card.bank_code, "card_number": masked, "bound_at": card.bound_at.isoformat()}


# One statement, only the columns shown, no mapped rows: this is the question asked most.
_PROFILE = Lookup(
    select(
        Account.number,
        Account.name,
        Account.id_number,
        Account.state,
        Account.freeze_flag,
        Account.opened_on,
        Account.sealed_on,
        Account.closed_on,
        Account.contribution_base_fen,
        Account.employer_rate_percent,
        Account.person_rate_percent,
        Account.employer_monthly_fen,
        Account.person_monthly_fen,
        Employer.name.label("employer_name"),
        Employer.kind.label("employer_kind"),
        LedgerAccount.balance_fen,
        LedgerAccount.carried_fen,
        LedgerAccount.held_fen,
        Card.bank_code,
        Card.card_number,
        Card.bound_at,
        last_credited(bindparam("ledger_account")).label("last_month"),
        taken_back(bindparam("ledger_account")).label("taken_back"),
    )
    .select_from(Account)
    .join(LedgerAccount, LedgerAccount.number == bindparam("ledger_account"))
    .outerjoin(Employer, Employer.number == Account.employer_number)
    .outerjoin(Card, and_(Card.fund_number == Account.number, Card.replaced_at.is_(None)))
    .where(Account.number == bindparam("fund_number"))
)


def profile(database: DatabaseAccess, fund_number: str) -> dict[str, Any]:
    """The account with its balances (个人公积金资料, D-01)."""
    ledger_account = personal(fund_number)
    row = database.row(_PROFILE, fund_number=fund_number, ledger_account=ledger_account)
    if row is None:
        raise refusals.no_account()
    refuse_unfinished(row.freeze_flag)
    return {
        "fund_number": row.fund_number,
        "name": row.name,
        "id_number": mask_own_id(row.id_number),
        "employer": row.employer_name,
        "freelancer": row.employer_kind == FREELANCER,
        **_terms(row),
        **_balances(row, row),
        "last_contribution_month": month_told(
            _last_left(database, ledger_account) if row.taken_back else row.last_month
        ),
        "card": shown_card(row) if row.bank_code else None,
    }


def _last_left(database: DatabaseAccess, ledger_account: str) -> date | None:
    with database.read() as session:
        return session.scalar(select(last_left(ledger_account)))


def _terms(account: Account) -> dict[str, Any]:
    return {
        "state": account.state,
        "state_label": ACCOUNT.labels[account.state],
        "freeze_flag": account.freeze_flag,
        "freeze_label": FREEZE_LABELS[account.freeze_flag],
        "opened_on": account.opened_on.isoformat(),
        "sealed_on": _iso(account.sealed_on),
        "closed_on": _iso(account.closed_on),
        "contribution_base_fen": account.contribution_base_fen,
        "employer_rate_percent": account.employer_rate_percent,
        "person_rate_percent": account.person_rate_percent,
        "monthly_contribution_fen": account.employer_monthly_fen + account.person_monthly_fen,
    }


def _balances(account: Account, kept: LedgerAccount) -> dict[str, int]:
    return {
        "balance_fen": kept.balance_fen,
        "held_fen": kept.held_fen,
        "available_fen": kept.balance_fen - kept.held_fen,
        "carried_fen": kept.carried_fen,
        "this_year_fen": kept.balance_fen - kept.carried_fen,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def changes(session: Session, fund_number: str) -> list[rules.Change]:
    """Every change of the account's balance with its value date."""
    account = personal(fund_number)
    signed = case((Posting.credit == account, Posting.amount_fen), else_=-Posting.amount_fen)
    rows = session.execute(select(Posting.value_on, signed).where(_touches(account)))
    return [rules.Change(value_on, int(change)) for value_on, change in rows]


def last_settled_on(session: Session, fund_number: str) -> date | None:
    """The value date of the last yearly settlement of interest (年终结息) booked to the account."""
    mine = and_(Posting.credit == personal(fund_number), Posting.kind == "yearly_interest")
    return session.scalar(select(func.max(Posting.value_on)).where(mine))


def _touches(account: str) -> ColumnElement[bool]:
    return or_(Posting.credit == account, Posting.debit == account)


def contributions(session: Session, fund_number: str, wanted: dict[str, Any], today: date) -> dict[str, Any]:
    """Contribution lines, newest first, one taken back (冲账) as a line of its own below nothing.

    Empty dates mean one year up to today (D-03).
    """
    _refuse_unfinished_of(session, fund_number)
    to_on = wanted["to_on"] or today
    from_on = wanted["from_on"] or rules.year_before(today)
    account = personal(fund_number)
    mine = and_(_touches(account), Posting.kind.in_(CONTRIBUTIONS))
    rows = _page(session, and_(mine, Posting.value_on.between(from_on, to_on)), wanted)
    items = [_contribution(row, account) for row in rows[: wanted["limit"]]]
    return {
        "items": items,
        "next_cursor": _cursor(rows, wanted["limit"]),
        "from_on": from_on.isoformat(),
        "to_on": to_on.isoformat(),
    }


def _page(session: Session, which: ColumnElement[bool], wanted: dict[str, Any]) -> list[Posting]:
    """One row more than the page, so that the caller sees whether there is another."""
    query = select(Posting).where(which).order_by(Posting.value_on.desc(), Posting.id.desc())
    if wanted["cursor"]:
        day, last_id = wanted["cursor"].split(".")
        query = query.where(tuple_(Posting.value_on, Posting.id) < (date.fromisoformat(day), int(last_id)))
    return list(session.scalars(query.limit(wanted["limit"] + 1)))


def _cursor(rows: list[Posting], limit: int) -> str | None:
    return f"{rows[limit - 1].value_on.isoformat()}.{rows[limit - 1].id}" if len(rows) > limit else None


def _contribution(row: Posting, account: str) -> dict[str, Any]:
    sign = 1 if row.credit == account else -1
    employer_part_fen = None if row.employer_part_fen is None else sign * row.employer_part_fen
    return {
        "booked_on": row.value_on.isoformat(),
        "kind": row.kind,
        "reversal": row.reversal,
        "kind_label": label_of(row.kind, reversal=row.reversal),
        "for_month": month_told(row.for_month),
        "amount_fen": sign * row.amount_fen,
        "employer_part_fen": employer_part_fen,
        "person_part_fen": None if employer_part_fen is None else sign * row.amount_fen - employer_part_fen,
    }


def ledger_lines(session: Session, fund_number: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """The fund's detail ledger (公积金明细账, D-11), newest first, with the balance after each line."""
    _refuse_unfinished_of(session, fund_number)
    account = personal(fund_number)
    days = [Posting.value_on >= wanted["from_on"]] if wanted["from_on"] else []
    days += [Posting.value_on <= wanted["to_on"]] if wanted["to_on"] else []
    rows = _page(session, and_(_touches(account), *days), wanted)
    shown = rows[: wanted["limit"]]
    balances = _balances_after(session, account, [row.id for row in shown])
    return {
        "items": [_ledger_line(row, account, balances) for row in shown],
        "next_cursor": _cursor(rows, wanted["limit"]),
    }


def _balances_after(session: Session, account: str, ids: Iterable[int]) -> dict[int, int]:
    signed = case((Posting.credit == account, Posting.amount_fen), else_=-Posting.amount_fen)
    running = func.sum(signed).over(order_by=(Posting.value_on, Posting.id)).label("balance")
    whole = select(Posting.id, running).where(_touches(account)).subquery()
    rows = session.execute(select(whole.c.id, whole.c.balance).where(whole.c.id.in_(list(ids))))
    return {row_id: int(balance) for row_id, balance in rows}


def _ledger_line(row: Posting, account: str, balances: dict[int, int]) -> dict[str, Any]:
    incoming = row.credit == account
    return {
        "booked_on": row.value_on.isoformat(),
        "kind": row.kind,
        "kind_label": label_of(row.kind, reversal=row.reversal),
        "in_fen": row.amount_fen if incoming else 0,
        "out_fen": 0 if incoming else row.amount_fen,
        "balance_fen": balances[row.id],
        "bill_number": row.bill_number or None,
    }
