"""Puts a case together from facts and the own bills, and says what the rules say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today
from services.common.database import DatabaseAccess
from services.common.errors import Refusal
from services.common.policy import load_policy
from services.common.settings import settings
from services.withdrawal.cautions import ATTEMPTED_ON, Drawing, caution_of, of_present_attempts
from services.withdrawal.facts import Facts, Inquiry
from services.withdrawal.models import Bill
from services.withdrawal.reasons import Reason
from services.withdrawal.rules.amounts import lowered
from services.withdrawal.rules.case import Case, Ceiling, Examination, Figures, examine
from services.withdrawal.rules.dates import later
from services.withdrawal.rules.evidence import QUESTIONS
from services.withdrawal.states import IN_FLIGHT, LABELS


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A case with what every rule says of it."""

    case: Case
    looked: Examination
    ceiling: Ceiling
    pot: str | None

    @property
    def open_questions(self) -> str:
        """The questions without an answer, as people call them."""
        return "、".join(QUESTIONS.get(code).title_zh for code in self.looked.waiting)


def figures_on(day: date) -> Figures:
    """The city's figures in force on a day."""
    return Figures(load_policy(settings().city), day)


def last_on(session: Session, fund_number: str, reason: Reason, besides: str = "") -> date | None:
    """The day of the last withdrawal in the hall for this reason that was not undone, `besides` one bill."""
    own = of_present_attempts(select(func.max(ATTEMPTED_ON))).where(
        Bill.fund_number == fund_number, Bill.reason == reason.code, Bill.number != besides
    )
    last: date | None = session.scalar(own)
    return last


def in_flight(session: Session, fund_number: str, reason: Reason, besides: str = "") -> Bill | None:
    """The bill of this person and reason that is not ended, besides the one named."""
    return session.scalar(
        select(Bill).where(
            Bill.fund_number == fund_number,
            Bill.reason == reason.code,
            Bill.state.in_(IN_FLIGHT),
            Bill.number != besides,
        )
    )


def _pot_used_fen(session: Session, pot: str | None, fund_number: str, since: date | None) -> int:
    """What others of the couple have drawn on the same loan since the person's own last withdrawal.

    Repayments count from the day after it, so drawings do too: one of that day was of what was repaid before.
    """
    if pot is None:
        return 0
    drawn = of_present_attempts(select(func.coalesce(func.sum(Bill.amount_fen), 0)))
    counted = drawn.where(Bill.pot == pot, Bill.fund_number != fund_number)
    if since is not None:
        counted = counted.where(since < ATTEMPTED_ON)
    return int(session.execute(counted).scalar_one())


def _pot_used_before_fen(reason: Reason, facts: Facts, since: date | None) -> int:
    """What the spouse drew before the hall since then: loan counts what was repaid after that day, too."""
    counted = (drawn for drawn in facts.spouse_drew if drawn.is_for(reason.national_code))
    return sum(drawn.amount_fen for drawn in counted if since is None or drawn.on > since)


def lock_for(session: Session, *names: str | None) -> None:
    """Let one transaction at a time judge for this person and this loan, so that no limit is passed twice."""
    for name in sorted(filter(None, names)):
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"withdrawal.{name}"}
        )


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Who draws, for which reason, with which answers; `besides` is the own bill when it is judged again.

    `began_at` is there when the present attempt goes on: a later change of phone or card does not lower it.
    """

    fund_number: str
    reason: Reason
    details: Mapping[str, Any]
    besides: str = ""
    began_at: datetime | None = None

    def drawing(self, facts: Facts) -> Drawing:
        """What is drawn and when, for the limit that a change of phone or card lowers."""
        return Drawing(
            fund_number=self.fund_number,
            at=self.began_at or business_now(),
            card_changed_at=facts.account.card_changed_at,
            phone_changed_at=facts.phone_changed_at,
            besides=self.besides,
        )


def judge(session: Session, matter: Matter, facts: Facts) -> Judged:
    """What the rules say today, with the own bills as they are in this session."""
    reason, today = matter.reason, business_today()
    pot = reason.pot(facts.evidence)
    here = last_on(session, matter.fund_number, reason, matter.besides)
    since = later(here, facts.account.last_drawn_on(reason.national_code))
    figures = figures_on(today)
    caution = caution_of(session, matter.drawing(facts), figures)
    case = Case(
        on=today,
        account=facts.account,
        figures=figures,
        details=matter.details,
        evidence=facts.evidence,
        last_on=since,
        pot_used_fen=_pot_used_fen(session, pot, matter.fund_number, since)
        + _pot_used_before_fen(reason, facts, since),
        caution=caution,
    )
    ceiling = reason.ceiling(case) if reason.closes_account else lowered(reason.ceiling(case), caution)
    return Judged(case=case, looked=examine(reason.conditions, case), ceiling=ceiling, pot=pot)


def inquiry(database: DatabaseAccess, matter: Matter) -> Inquiry:
    """What to ask of others about the matter."""
    with database.read() as session:
        since = last_on(session, matter.fund_number, matter.reason, matter.besides)
    return Inquiry(
        reason=matter.reason, fund_number=matter.fund_number, details=matter.details, last_on=since
    )


def evidence_told(judged: Judged) -> dict[str, str]:
    """Which questions were answered; never what was said."""
    waiting = judged.looked.waiting
    return {code: "no_answer" if code in waiting else "answered" for code in judged.case.evidence}


def refuse_second(session: Session, matter: Matter) -> None:
    """One bill of a person and reason at a time (同一人同一事项一件在办)."""
    other = in_flight(session, matter.fund_number, matter.reason, matter.besides)
    if other is not None:
        raise Refusal(
            "bill_in_flight",
            "您有同一情形的提取单据正在办理，办结、取消或删除后才能再次申请。",
            rule="同一人同一提取情形同时只能有一件在办单据",
            figures={"在办单据": other.number, "当前状态": LABELS[other.state]},
        )


def refuse_failing(judged: Judged) -> None:
    """Say no with the rule, the figures and the first day on which it would pass; the first reason counts."""
    for finding in judged.looked.refusals[:1]:
        raise Refusal(
            finding.code,
            finding.sentence,
            rule=finding.rule,
            figures={**finding.figures, "核验来源": "、".join(finding.evidence_from)},
            passes_on=finding.passes_on,
        )
