"""Random households of depositors, one after the other, each from its own seeded chance."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from stdnum.cn import uscc

from ops.books.arithmetic import months_after
from ops.books.people import Person, Population, card_number
from ops.books.situations import (
    AccountPlan,
    Card,
    Circumstances,
    CommercialLoan,
    Depositor,
    Household,
    LoanPlan,
)
from services.common.identifiers import BANKS
from services.common.national_standard.code_lists import EMPLOYER_KINDS
from services.common.offices import FREELANCER, Office, freelancers_number, freelancers_title

HORIZON_MONTHS = 60
FIRST_RANDOM_SERIAL = 1001
ACCOUNTS_PER_EMPLOYER = 40
FREELANCERS_SHARE = 0.08
_CITIES = ("济南市", "潍坊市", "烟台市", "临沂市", "郑州市", "沈阳市")
_BANK_CODES = tuple(BANKS)


@dataclass(frozen=True)
class Employer:
    """A made-up employer with its contribution rate and pay day."""

    number: str
    name: str
    organisation_code: str
    kind: str
    rate_percent: int
    pay_day: int


def employer(seed: int, place: int) -> Employer:
    """The employer at that place, from 1."""
    chance = random.Random(seed * 1_000_003 + place)  # noqa: S311 (made-up books, no secrets)
    code = f"91370299{place:09d}"
    return Employer(
        number=f"{532_000_000 + place:012d}",
        name=f"样例第{place}有限公司",
        organisation_code=f"{code}{uscc.calc_check_digit(code)}",
        kind=chance.choice(EMPLOYER_KINDS.names[:9]),
        rate_percent=chance.choice((5, 6, 7, 8, 8, 10, 12, 12)),
        pay_day=chance.randint(8, 25),
    )


def freelancers_of(office: Office) -> Employer:
    """The employer under which the freelancers (自由职业者) of a department stand."""
    code = f"913702997{int(office.code):08d}"
    return Employer(
        number=freelancers_number(office),
        name=freelancers_title(office),
        organisation_code=f"{code}{uscc.calc_check_digit(code)}",
        kind=FREELANCER,
        rate_percent=5,
        pay_day=15,
    )


class Households:
    """Random households of one seed and day; nothing is kept, so any number can be told."""

    def __init__(self, seed: int, today: date, employers: int, offices: Sequence[Office]) -> None:
        self._seed = seed
        self._offices = offices
        self._today = today
        self._employers = employers
        self._population = Population(seed, today)
        self._start = months_after(today.replace(day=1), -HORIZON_MONTHS)

    def tell(self, accounts: int) -> Iterator[Household]:
        """Households that hold exactly `accounts` accounts together."""
        serial, left = FIRST_RANDOM_SERIAL, accounts
        while left > 0:
            household = self._household(serial, couple_allowed=left > 1)
            yield household
            serial += len(household.depositors)
            left -= len(household.depositors)

    def _household(self, serial: int, *, couple_allowed: bool) -> Household:
        # One stream per household: a longer run tells the same households first.
        chance = random.Random(self._seed << 40 | serial)  # noqa: S311
        first = self._depositor(serial, chance)
        couple = couple_allowed and chance.random() < 0.3
        second = self._depositor(serial + 1, chance) if couple else None
        if second is None or abs((first.person.born_on - second.person.born_on).days) > 4000:
            return Household(depositors=(first,), loan=self._loan(first, chance, 0.12))
        homes = first.circumstances.homes
        second = replace(second, circumstances=replace(second.circumstances, homes=homes))
        married_on = self._today - timedelta(days=chance.randint(60, 5000))
        loan = self._loan(first, chance, 0.4)
        return Household(depositors=(first, second), married_on=married_on, loan=loan)

    def _depositor(self, serial: int, chance: random.Random) -> Depositor:
        person = self._population.person(serial, chance)
        plan = self._self_employed(self._plan(chance), serial)
        signed_on = self._today - timedelta(days=chance.randint(1, 900))
        return Depositor(
            person=person,
            plan=plan,
            circumstances=self._circumstances(plan, person, chance),
            card=self._card(serial, chance) if chance.random() < 0.85 else None,
            professional_since=signed_on if chance.random() < 0.7 else None,
        )

    def _plan(self, chance: random.Random) -> AccountPlan:
        works_for = employer(self._seed, chance.randint(1, self._employers))
        late = months_after(self._start, chance.randint(1, HORIZON_MONTHS - 3))
        plan = AccountPlan(
            opened_on=self._start if chance.random() < 0.78 else late,
            base_fen=chance.randint(25, 260) * 10_000,
            rate_percent=works_for.rate_percent,
            pay_day=works_for.pay_day,
            employer_number=works_for.number,
            raise_percent=chance.randint(0, 7),
            missed_month=chance.randint(2, 40) if chance.random() < 0.03 else None,
        )
        return self._eventful(plan, chance)

    def _self_employed(self, plan: AccountPlan, serial: int) -> AccountPlan:
        """A few who still pay in do so for themselves; told apart from the rest by their serial alone."""
        chance = random.Random(self._seed << 42 | serial)  # noqa: S311
        if plan.sealed_on or plan.frozen_on or plan.closed_on or chance.random() >= FREELANCERS_SHARE:
            return plan
        number = freelancers_number(chance.choice(self._offices))
        base_fen = chance.randint(50, 150) * 10_000
        return replace(plan, employer_number=number, base_fen=base_fen)

    def _eventful(self, plan: AccountPlan, chance: random.Random) -> AccountPlan:
        """Most accounts just go on; some were sealed, frozen or closed, some paid rent, a few of late."""
        fate = chance.random()
        day = self._today - timedelta(days=chance.randint(20, 900))
        if day <= months_after(plan.opened_on, 3):
            return plan
        if fate < 0.09:
            return replace(plan, sealed_on=day)
        if fate < 0.10:
            return replace(plan, frozen_on=day)
        if fate < 0.13:
            return replace(plan, closed_on=day)
        if fate < 0.20:
            return replace(plan, withdrawn_on=day)
        return plan

    def _circumstances(self, plan: AccountPlan, person: Person, chance: random.Random) -> Circumstances:
        left_on = plan.sealed_on or plan.closed_on
        alone = plan.employer_number in {freelancers_number(office) for office in self._offices}
        local = chance.random() < 0.8
        return Circumstances(
            homes=chance.choices((0, 1, 2), (60, 34, 6))[0],
            local=local,
            hukou_city="青岛市" if local else chance.choice(_CITIES),
            employed=not alone and (left_on is None or chance.random() < 0.2),
            self_paying=alone,
            employment_ended_on=left_on,
            incapacitated_on=left_on if left_on and chance.random() < 0.05 else None,
            low_income_category=chance.choice(("rent", "property_fee")) if chance.random() < 0.01 else None,
            deposits_elsewhere=left_on is not None and chance.random() < 0.2,
            commercial_loan=self._commercial_loan(chance) if chance.random() < 0.06 else None,
        )

    def _commercial_loan(self, chance: random.Random) -> CommercialLoan:
        monthly_fen = chance.randint(15, 80) * 10_000
        number = f"SD{chance.randrange(10**12):012d}"
        return CommercialLoan(number, BANKS[chance.choice(_BANK_CODES)], monthly_fen, chance.random() < 0.05)

    def _card(self, serial: int, chance: random.Random) -> Card:
        bank_code = chance.choice(_BANK_CODES)
        bound_on = self._today - timedelta(days=chance.randint(1, 900))
        return Card(bank_code, card_number(bank_code, serial), bound_on)

    def _loan(self, borrower: Depositor, chance: random.Random, share: float) -> LoanPlan | None:
        plan = borrower.plan
        active = plan.sealed_on is None and plan.closed_on is None and plan.frozen_on is None
        age_months = (self._today.year - plan.opened_on.year) * 12 + self._today.month - plan.opened_on.month
        if chance.random() >= share or not active or age_months < 14:
            return None
        age = chance.randint(4, age_months - 8)
        fate = chance.random()
        return LoanPlan(
            principal_fen=chance.randint(20, 90) * 1_000_000,
            instalments=chance.choice((120, 180, 240, 300, 360)),
            equal_principal=chance.random() < 0.15,
            disbursed_on=self._today - timedelta(days=age * 30 + chance.randint(0, 29)),
            second_home=chance.random() < 0.2,
            unpaid_instalments=2 if fate < 0.04 else 0,
            late_instalment=2 if 0.04 <= fate < 0.10 else None,
            settled_after=age - 2 if 0.10 <= fate < 0.14 else None,
        )
