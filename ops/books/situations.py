"""What is so about a made-up person: the account, the card, and what the registers would say."""

from dataclasses import dataclass, field
from datetime import date

from ops.books.people import Person


@dataclass(frozen=True, slots=True)
class Card:
    """A bound bank card."""

    bank_code: str
    card_number: str
    bound_on: date


@dataclass(frozen=True, slots=True)
class CommercialLoan:
    """A commercial home loan as its bank confirms it; a couple that borrowed together has one contract."""

    contract_number: str
    bank: str
    monthly_fen: int
    in_arrears: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPlan:
    """How an account comes to be what it is today; the ledger lines follow from it."""

    opened_on: date
    base_fen: int
    rate_percent: int
    pay_day: int
    employer_number: str
    raise_percent: int = 3
    missed_month: int | None = None
    withdrawn_on: date | None = None
    sealed_on: date | None = None
    frozen_on: date | None = None
    closed_on: date | None = None
    paid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the registers know about a person."""

    homes: int = 0
    local: bool = True
    hukou_city: str = "青岛市"
    employed: bool = True
    self_paying: bool = False
    employment_ended_on: date | None = None
    incapacitated_on: date | None = None
    low_income_category: str | None = None
    retired_on: date | None = None
    deposits_elsewhere: bool = False
    commercial_loan: CommercialLoan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Depositor:
    """A person with a fund account."""

    person: Person
    plan: AccountPlan
    circumstances: Circumstances
    card: Card | None
    professional_since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanPlan:
    """A fund loan of a household."""

    principal_fen: int
    instalments: int
    equal_principal: bool
    disbursed_on: date
    second_home: bool = False
    unpaid_instalments: int = 0
    late_instalment: int | None = None
    settled_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """One depositor, or a couple of two, with the loan they repay."""

    depositors: tuple[Depositor, ...]
    married_on: date | None = None
    loan: LoanPlan | None = None
    demo: tuple["DemoRole", ...] = field(default=())


@dataclass(frozen=True, slots=True)
class DemoRole:
    """Whom a demo person plays: a key for scripts and the situation in Chinese for people."""

    key: str
    situation: str
