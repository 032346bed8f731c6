"""Opening a freelancer's account (自由职业者住房公积金账户设立, manual Q 6.5): public, active at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common import agreements, applications
from services.common.agreements import Agreement, Signature
from services.common.clock import business_now, business_today
from services.common.identifiers import Malformed, birth_on, parse_id_number, parse_name, sex_of
from services.common.ledger import book
from services.common.ledger.subjects import Subject
from services.common.move import begin
from services.common.offices import FREELANCER, Office, freelancers_number, freelancers_title, offices_of
from services.common.operation_log import belongs_to
from services.common.outbox import announce
from services.common.outside import NoAnswer
from services.common.policy import Policy, load_policy
from services.common.receipts import Receipt, use_receipt, verify_receipt
from services.common.request import Request
from services.common.sealed import blind_index
from services.common.settings import settings
from services.deposit import refusals, rules
from services.deposit.adapters import EmploymentRegister
from services.deposit.models import Account, Employer
from services.deposit.states import ACCOUNT, OPEN_STATES

AGREEMENT = applications.FREELANCER_OPENING
ACTOR = "applicant"


@dataclass(frozen=True, kw_only=True)
class Application:
    """Who wants an account, under which department, for how much a month; all well formed and allowed."""

    office: Office
    name: str
    id_number: str
    base_fen: int
    rate_percent: int

    @property
    def half_percent(self) -> int:
        """The rate of each half; the person pays both."""
        return self.rate_percent // 2

    @property
    def monthly(self) -> rules.MonthlyContribution:
        """What is due for a month."""
        return rules.monthly_contribution(self.base_fen, self.half_percent, self.half_percent)


def limits_on(day: date) -> rules.FreelancerLimits:
    """The bounds in force on `day`."""
    policy = load_policy(settings().city)
    return rules.FreelancerLimits(
        base_lower_fen=_figure(policy, "freelancer_base_lower_fen", day),
        base_upper_fen=_figure(policy, "freelancer_base_upper_fen", day),
        rates_percent=_rates(policy, day),
        age_min=_figure(policy, "freelancer_age_min", day),
        age_below={
            "male": _figure(policy, "freelancer_age_below_male", day),
            "female": _figure(policy, "freelancer_age_below_female", day),
        },
    )


def _figure(policy: Policy, name: str, day: date) -> int:
    return policy.figure(name).whole(day)


def _rates(policy: Policy, day: date) -> tuple[int, ...]:
    least, most, step = (
        _figure(policy, f"freelancer_rate_percent_{part}", day) for part in ("min", "max", "step")
    )
    return tuple(range(least, most + 1, step))


def terms(today: date) -> dict[str, Any]:
    """What the form shows: departments, bounds of the base, rates, and the agreement in force."""
    limits = limits_on(today)
    return {
        "offices": [{"code": office.code, "title": office.title_zh} for office in _offices()],
        "base_lower_fen": limits.base_lower_fen,
        "base_upper_fen": limits.base_upper_fen,
        "rates_percent": list(limits.rates_percent),
        "age_min": limits.age_min,
        "age_below_male": limits.age_below["male"],
        "age_below_female": limits.age_below["female"],
        "agreement": agreements.current(AGREEMENT).shown(),
    }


def _offices() -> Any:
    return offices_of(settings().city)


def checked(wanted: Mapping[str, Any], today: date) -> Application:
    """The application, once all that needs nobody's books is in order. Raises Invalid."""
    application = _well_formed(wanted)
    limits = limits_on(today)
    _refuse_age(application.id_number, limits, today)
    if not limits.holds_base(application.base_fen):
        raise refusals.base_out_of_limits(limits.base_lower_fen, limits.base_upper_fen)
    if application.rate_percent not in limits.rates_percent:
        raise refusals.no_such_rate(limits.rates_percent)
    return application


def _well_formed(wanted: Mapping[str, Any]) -> Application:
    if wanted["office"] not in _offices():
        raise refusals.malformed("请选择缴存中心", "/office")
    return Application(
        office=_offices().get(wanted["office"]),
        name=_parsed(parse_name, wanted["name"], "/name"),
        id_number=_parsed(parse_id_number, wanted["id_number"], "/id_number"),
        base_fen=wanted["base_fen"],
        rate_percent=wanted["rate_percent"],
    )


def _parsed(parse: Any, typed: str, pointer: str) -> str:
    try:
        return str(parse(typed))
    except Malformed as error:
        raise refusals.malformed(str(error), pointer) from None


def _refuse_age(id_number: str, limits: rules.FreelancerLimits, today: date) -> None:
    age, age_below = rules.age_on(birth_on(id_number), today), limits.age_below[sex_of(id_number)]
    if age < limits.age_min:
        raise refusals.too_young(limits.age_min)
    if age >= age_below:
        raise refusals.too_old(age_below)


def submission(wanted: Mapping[str, Any], today: date, register: EmploymentRegister) -> "Submission":
    """What may be opened. The register is asked last: nobody is looked up for who has no code."""
    application = checked(wanted, today)
    submitted = Submission(
        application=application,
        applicant=wanted["applicant"],
        receipt=receipt_of(wanted, application),
        agreement=agreements.accepted(AGREEMENT, wanted["consent"]),
        address=wanted["address"],
    )
    refuse_who_is_insured_otherwise(register, application)
    return submitted


def receipt_of(wanted: Mapping[str, Any], application: Application) -> Receipt:
    """The receipt of the code to the typed phone, when it is for just this application."""
    named = {**wanted, "name": application.name, "id_number": application.id_number}
    return verify_receipt(
        wanted["receipt"],
        purpose=applications.FREELANCER_OPENING,
        person=wanted["applicant"],
        digest=applications.opening_digest(named),
        at=business_now(),
    )


def refuse_who_is_insured_otherwise(register: EmploymentRegister, application: Application) -> None:
    """Only people who pay their own social insurance (D-28). Raises Refusal, also while nobody can tell."""
    try:
        record = register.ask(application.id_number)
    except NoAnswer:
        raise refusals.register_silent() from None
    if not rules.pays_own_insurance(record, application.name):
        raise refusals.not_self_paying()


@dataclass(frozen=True, kw_only=True)
class Submission:
    """An application that everybody outside agreed to, with what proves and signs it."""

    application: Application
    applicant: str
    receipt: Receipt
    agreement: Agreement
    address: str


def open_account(session: Session, request: Request, submitted: Submission) -> dict[str, Any]:
    """Open the account: active at once (D-32), announced for auth to let its owner in."""
    use_receipt(session, submitted.receipt, request)
    application, now, today = submitted.application, business_now(), business_today()
    index = blind_index(application.id_number)
    _refuse_second_account(session, index)
    account = _account(application, _fund_number(session), index, today)
    account.employer_number = _employer(session, application.office, today)
    begin(session, ACCOUNT, account, actor=ACTOR, at=now)
    book.open_account(session, book.personal(account.number), Subject.PERSONAL_FUND, keeps_balance=True)
    _sign(session, account.number, submitted)
    belongs_to(session, request, account.number)
    told = {"fund_number": account.number, "applicant": submitted.applicant}
    announce(session, "account.opened", f"{ACCOUNT.name}:{account.number}", told)
    return _opened(account, submitted)


def _refuse_second_account(session: Session, index: bytes) -> None:
    """Two applications of one person wait for each other; the second one meets the first one's account."""
    lock = {"person": f"hall.opening.{index.hex()}"}
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:person, 0))"), lock)
    mine = select(Account.number).where(Account.id_index == index, Account.state.in_(OPEN_STATES))
    if session.scalar(mine) is not None:
        raise refusals.has_account()


def _fund_number(session: Session) -> str:
    """The next number that nobody has: the books taken over may hold numbers of the same range."""
    while True:
        number = str(session.scalar(select(func.nextval("fund_numbers"))))
        if session.scalar(select(Account.number).where(Account.number == number)) is None:
            return number


def _employer(session: Session, office: Office, today: date) -> str:
    """The department's employer for freelancers, made at its first one."""
    number = freelancers_number(office)
    row = insert(Employer).values(
        number=number, name=freelancers_title(office), kind=FREELANCER, state="normal", opened_on=today
    )
    session.execute(row.on_conflict_do_nothing())
    return number


def _account(application: Application, number: str, index: bytes, today: date) -> Account:
    monthly = application.monthly
    return Account(
        number=number,
        name=application.name,
        id_number=application.id_number,
        id_index=index,
        freeze_flag="none",
        opened_on=today,
        contribution_base_fen=application.base_fen,
        employer_rate_percent=application.half_percent,
        person_rate_percent=application.half_percent,
        employer_monthly_fen=monthly.employer_part_fen,
        person_monthly_fen=monthly.person_part_fen,
    )


def _sign(session: Session, fund_number: str, submitted: Submission) -> None:
    signature = Signature(fund_number=fund_number, agreement=submitted.agreement, address=submitted.address)
    agreements.sign(session, signature)


def _opened(account: Account, submitted: Submission) -> dict[str, Any]:
    application, agreement = submitted.application, submitted.agreement
    return {
        "fund_number": account.number,
        "office": freelancers_title(application.office),
        "opened_on": account.opened_on.isoformat(),
        "base_fen": application.base_fen,
        "rate_percent": application.rate_percent,
        "monthly_fen": application.monthly.total_fen,
        "agreement": {"title": agreement.title_zh, "version": agreement.version},
    }
