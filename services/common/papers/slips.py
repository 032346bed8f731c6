"""Slips (业务回单): a paper on a bill that has come to its end, frozen when it is first asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import CHINA, business_now
from services.common.database import DatabaseAccess
from services.common.errors import WrongState
from services.common.identifiers import BANKS, mask_card, mask_fund_number, mask_name
from services.common.machine import Machine
from services.common.money import in_capitals
from services.common.papers.models import SlipColumns
from services.common.papers.wording import Shown, paper_columns, words_of
from services.common.request import Request
from services.common.shape import Shape
from services.common.tables import Transition

LAYOUT = 1
_TOLD_TO_STRANGERS = (
    "number",
    "centre",
    "bill_number",
    "business",
    "matter",
    "name_masked",
    "fund_number_masked",
    "amount_fen",
    "booked_on",
    "made_at",
)


class SlipNamed(Shape):
    """The slip on one bill, by the bill's number; the service that is asked says whether there is one."""

    number = fields.String(
        required=True, validate=validate.Regexp(r"[A-Z][0-9]{14,20}\Z", error="单据号格式不正确")
    )


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A bill that has come to its end, in the words its slip carries: words, because those are frozen.

    `name` and `fund_number` come in clear and are masked here. `parts` are amounts in fen that make up the
    whole, `times` the moments that count, `facts` everything else; what is None or empty is left out. `lines`
    are the months that were paid: {month, kind_label, amount_fen}.
    """

    bill_number: str
    business: str
    matter: str
    name: str
    fund_number: str
    amount_fen: int
    booked_on: date
    parts: Mapping[str, int | None] = field(default_factory=dict)
    facts: Mapping[str, str | None] = field(default_factory=dict)
    times: Mapping[str, datetime | None] = field(default_factory=dict)
    lines: Sequence[Shown] = ()


Told = Callable[[Session, str, str], Ended]
"""The own bill of a fund number by its number, once it has come to its end; else NotFound, WrongState."""


def no_slip(machine: Machine, state: str, *, after: str = "办结记账后") -> WrongState:
    """What a slip is refused with: it says what has ended with money, and nothing else.

    A bill that has ended without, deleted or revoked, never has one; any other has one `after` its end.
    """
    label = machine.labels[state]
    code, told = (
        ("slip_never", "没有记账，因此没有回单。")
        if state in machine.final
        else ("slip_not_yet", f"{after}才能下载回单。")
    )
    return WrongState(code, f"该单据目前为“{label}”，{told}", figures={"bill_state": label})


def slip_of(
    database: DatabaseAccess, request: Request, table: type[SlipColumns], bill_number: str, told: Told
) -> Shown:
    """The slip on an own bill: frozen now if nobody asked before, and ever after the same.

    Frozen in a step of its own, because a slip is asked for under one key for good, and kept answers are not.
    """
    if (known := _own(database, request, table, bill_number)) is None:
        database.once(request.step("effect"), _freeze, table, bill_number, told)
        known = _own(database, request, table, bill_number)
    if known is None:
        raise LookupError("a slip was frozen for somebody else")
    return known


def _own(
    database: DatabaseAccess, request: Request, table: type[SlipColumns], bill_number: str
) -> Shown | None:
    mine = select(table).where(table.number == _number(bill_number), table.fund_number == request.person.id)
    with database.read() as session:
        slip = session.scalar(mine)
    return None if slip is None else words_of(slip)


def _number(bill_number: str) -> str:
    return f"R{bill_number}"


def _freeze(
    session: Session, request: Request, table: type[SlipColumns], bill_number: str, told: Told
) -> Shown:
    person = request.person.id
    columns = paper_columns(content(told(session, person, bill_number)), _number(bill_number), business_now())
    row = insert(table).values(fund_number=person, **columns)
    # Whoever came first has frozen it: a bill at its end does not change any more.
    session.execute(row.on_conflict_do_nothing(index_elements=["number"]))
    return {"number": bill_number}


def content(bill: Ended) -> Shown:
    """What stands on the slip; of the person only what no stranger can use."""
    return {
        "layout": LAYOUT,
        "bill_number": bill.bill_number,
        "business": bill.business,
        "matter": bill.matter,
        "name_masked": mask_name(bill.name),
        "fund_number_masked": mask_fund_number(bill.fund_number),
        "amount_fen": bill.amount_fen,
        "capitals": in_capitals(bill.amount_fen),
        "parts": [{"title": title, "amount_fen": fen} for title, fen in bill.parts.items() if fen],
        "facts": [{"title": title, "words": words} for title, words in bill.facts.items() if words],
        "times": [
            {"title": title, "at": at.astimezone(CHINA).isoformat()} for title, at in bill.times.items() if at
        ],
        "booked_on": bill.booked_on.isoformat(),
        "lines": list(bill.lines),
    }


def summary(said: Shown) -> Shown:
    """What whoever holds the slip compares with it."""
    return {name: said[name] for name in _TOLD_TO_STRANGERS}


def moment_of_step(session: Session, machine: str, number: str, *actions: str) -> datetime | None:
    """When one of the actions was last done to a bill."""
    done = select(Transition.at).where(
        Transition.machine == machine, Transition.number == number, Transition.action.in_(actions)
    )
    return session.scalar(done.order_by(Transition.id.desc()).limit(1))


def card_words(card: Mapping[str, Any] | None) -> str | None:
    """A card on paper: the bank, and the number masked."""
    if card is None:
        return None
    code = str(card["bank_code"])
    return f"{BANKS.get(code, code)} {mask_card(str(card['card_number']))}"


def voucher_words(voucher: str | None) -> str | None:
    """A voucher by its number alone, as pages show it."""
    return voucher.rpartition("/")[2] if voucher else None
