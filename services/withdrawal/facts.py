"""Fetches what the rules need: first of deposit, then of loan and registers at once, all by one deadline."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol, cast

from eventlet import GreenPool

from services.common.clock import technical_now
from services.common.database import DatabaseAccess
from services.common.errors import Fault, NotFound, Unavailable
from services.common.logs import get_logger
from services.common.outside import NoAnswer
from services.common.request import Request
from services.withdrawal.adapters import Bank, Registers
from services.withdrawal.reasons import Reason
from services.withdrawal.rules.case import Account, Drawn, Evidence
from services.withdrawal.rules.dates import later
from services.withdrawal.rules.evidence import QUESTIONS, Question

log = get_logger(__name__)

GATHER_S = 4.0
ASK_AUTH_S = 1.0
KEPT_FOR_THE_ANSWER_S = 0.5


class ServiceCalls(Protocol):
    """Another service of the hall."""

    def call(self, method: str, arguments: dict[str, Any], request: Request) -> Any:
        """Ask a question; raises Unavailable."""

    def command(self, method: str, arguments: dict[str, Any], request: Request, *, key: str) -> Any:
        """Ask for an effect under a key; raises Unknown."""


class Hall(Protocol):
    """What a use case reaches: the own database, three services, two providers."""

    database: DatabaseAccess
    auth: ServiceCalls
    deposit: ServiceCalls
    loan: ServiceCalls
    bank: Bank
    registers: Registers


@dataclass(frozen=True, kw_only=True)
class Inquiry:
    """Whose facts, for which reason; `last_on` is the day of the last withdrawal for it in the hall."""

    reason: Reason
    fund_number: str
    details: Mapping[str, Any]
    last_on: date | None


@dataclass(frozen=True)
class Facts:
    """The account, each question's answer (None = no answer in time), and when the phone was changed."""

    account: Account
    evidence: dict[str, Evidence | None]
    phone_changed_at: datetime | None

    @property
    def spouse_drew(self) -> tuple[Drawn, ...]:
        """What the one who borrowed with the person drew before the hall."""
        answers = (answer for answer in self.evidence.values() if answer)
        return tuple(drawn for answer in answers for drawn in answer.get("spouse_drew", ()))


def gather(hall: Hall, request: Request, inquiry: Inquiry) -> Facts:
    """Ask deposit, then everyone else at once, and nobody for longer than GATHER_S in all.

    Loan and registers count from the last withdrawal, which may be one before the hall: deposit comes first.
    Raises Unavailable when it does not answer: nothing can be judged then.
    """
    ends_at = technical_now() + min(GATHER_S, request.remaining_s() - KEPT_FOR_THE_ANSWER_S)
    request = replace(request, deadline=ends_at)
    person = {"fund_number": inquiry.fund_number}
    got = _together(
        {
            "account": lambda: hall.deposit.call("assess", person, request),
            "identity": lambda: hall.deposit.call("identity", person, request),
            "phone": lambda: phone_changed_at(hall, request, inquiry.fund_number),
        }
    )
    account = _account(got["account"])
    before = account.last_drawn_on(inquiry.reason.national_code)
    inquiry = replace(inquiry, last_on=later(inquiry.last_on, before))
    asked = [QUESTIONS.get(code) for code in inquiry.reason.evidence]
    questions = _register_questions(hall, asked, inquiry, got["identity"], ends_at) | {
        question.code: lambda: _silent(lambda: _loan_evidence(hall, request, inquiry))
        for question in asked
        if question.register is None
    }
    evidence: dict[str, Evidence | None] = _together(questions)
    return Facts(account, evidence, got["phone"])


def payee_of(hall: Hall, request: Request, fund_number: str) -> dict[str, str] | None:
    """The card bound now and its holder; None without a card."""
    found = hall.deposit.call("payee", {"fund_number": fund_number}, request)
    return dict(found["card"], holder_name=found["holder_name"]) if found.get("card") else None


def card_changed_at(hall: Hall, request: Request, fund_number: str) -> datetime | None:
    """When the bound card last took another's place."""
    return _moment(hall.deposit.call("card_changed", {"fund_number": fund_number}, request)["at"])


def phone_changed_at(hall: Hall, request: Request, fund_number: str) -> datetime | None:
    """When the verified phone was last changed, as auth says: an event that was lost lifts no limit.

    None also while auth is away, which may keep nobody waiting for long: then the events count alone.
    """
    wanted = {"fund_number": fund_number}
    soon = replace(request, deadline=min(request.deadline, technical_now() + ASK_AUTH_S))
    try:
        return _moment(hall.auth.call("phone_changed", wanted, soon)["at"])
    except (Unavailable, Fault) as missing:
        log.warning("changes of phone not asked", cause=type(missing).__name__)
        return None


def _together(questions: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    pool = GreenPool(max(1, len(questions)))
    asked = {name: pool.spawn(ask) for name, ask in questions.items()}
    return {name: thread.wait() for name, thread in asked.items()}


def _silent(ask: Callable[[], Evidence]) -> Evidence | None:
    """The answer, or None when none came: the condition then waits (待核验)."""
    try:
        return ask()
    except (NoAnswer, Unavailable):
        return None


def _loan_evidence(hall: Hall, request: Request, inquiry: Inquiry) -> Evidence:
    asked: dict[str, Any] = {"fund_number": inquiry.fund_number}
    if inquiry.last_on is not None:
        asked["since"] = inquiry.last_on.isoformat()
    try:
        told = cast(Evidence, hall.loan.call("evidence", asked, request))
    except NotFound:
        return {"contract_number": None}
    spouse = told.get("spouse_fund_number")
    if spouse is None:
        return told
    return {**told, "spouse_drew": _spouse_drew(hall, request, spouse, told["disbursed_on"])}


def _spouse_drew(hall: Hall, request: Request, spouse: str, disbursed_on: str) -> tuple[Drawn, ...]:
    """What the other borrower drew since the loan; raises NoAnswer while their books are being taken over."""
    told = hall.deposit.call("drawn_before", {"fund_number": spouse}, request)["items"]
    if told is None:
        raise NoAnswer("drawn_before", "being taken over")
    return tuple(drawn for drawn in _drawn(told) if drawn.on >= date.fromisoformat(disbursed_on))


def _register_questions(
    hall: Hall, asked: list[Question], inquiry: Inquiry, identity: Mapping[str, Any], ends_at: float
) -> dict[str, Callable[[], Evidence | None]]:
    about = {"self": identity["id_number"], "spouse": inquiry.details.get("spouse_id_number")}
    return {
        question.code: _register_question(hall, question, about[question.about], inquiry.last_on, ends_at)
        for question in asked
        if question.register is not None and about[question.about]
    }


def _register_question(
    hall: Hall, question: Question, id_number: str, last_on: date | None, ends_at: float
) -> Callable[[], Evidence | None]:
    body = {"id_number": id_number}
    if question.since_last and last_on is not None:
        # Registers count from the day named on; what was repaid on the day of the last withdrawal is drawn.
        body["since_on"] = (last_on + timedelta(days=1)).isoformat()

    def ask() -> Evidence | None:
        timeout_s = ends_at - technical_now()
        if timeout_s <= 0:
            return None
        return _silent(lambda: hall.registers.ask(str(question.register), body, timeout_s))

    return ask


def _account(told: Mapping[str, Any]) -> Account:
    return Account(
        state=told["state"],
        frozen=told["frozen"],
        balance_fen=told["balance_fen"],
        available_fen=told["available_fen"],
        held_fen=told["held_fen"],
        transfer_coming=told["transfer_coming"],
        contribution_coming=told["contribution_coming"],
        interest_to_date_fen=told["interest_to_date_fen"],
        continuous_months=told["continuous_months"],
        has_card=told["has_card"],
        birth_on=date.fromisoformat(told["birth_on"]),
        sex=told["sex"],
        sealed_on=_day(told["sealed_on"]),
        last_contribution_on=_first_day(told["last_contribution_month"]),
        card_changed_at=_moment(told["card_changed_at"]),
        drawn_before=_drawn(told["drawn_before"]),
    )


def _drawn(told: list[dict[str, Any]]) -> tuple[Drawn, ...]:
    return tuple(
        Drawn(
            national_reason=one["national_reason"],
            on=date.fromisoformat(one["on"]),
            amount_fen=one["amount_fen"],
        )
        for one in told
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _first_day(month: str | None) -> date | None:
    return date.fromisoformat(f"{month}-01") if month else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
