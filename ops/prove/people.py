"""The citizens of a proof: made-up depositors who may all withdraw, some of them for the last time."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ops.books.arithmetic import months_after, years_before
from ops.books.figures import figures_of
from ops.books.households import HORIZON_MONTHS, Employer, employer, freelancers_of
from ops.books.people import GENERATED_REGION, MOBILE_RANGE, Person, card_number, fund_number, id_number
from ops.books.situations import AccountPlan, Card, Circumstances, CommercialLoan, Depositor, Household
from ops.books.writing import Writing
from services.common.offices import offices_of

FIRST_SERIAL = 5001
BASE_FEN = 1_200_000
AGE_YEARS, RETIRED_AGE_YEARS = 35, 64
# Every so many citizens one is a retiree, whose last withdrawal takes the interest and closes the account.
RETIREE_EVERY = 5
# Every so many freelancers of a rehearsal one has no account yet.
APPLICANT_EVERY = 3
OPENING = "opening"
FREELANCERS_BASE_FEN = 600_000
_EMPLOYER = 1
_MOBILES = 99_990_000
_BANKS = ("102", "103", "104", "105", "301")


@dataclass(frozen=True, kw_only=True)
class Citizen:
    """Whom a thread plays. `reasons` in the order of use; `address` is the network address it comes from.

    A freelancer's reasons are ways to pay in. One who has no account yet `applies` with a form (JSON).
    """

    fund_number: str
    phone: str
    card_number: str
    address: str
    reasons: tuple[str, ...]
    freelancer: bool = False
    applies: str = ""


@dataclass(frozen=True, kw_only=True)
class Cast:
    """How many people there are: depositors, freelancers (every third without an account), then `settled`
    freelancers, who all have one."""

    depositors: int
    freelancers: int = 0
    settled: int = 0


def write_people(folder: Path, cast: Cast, today: date) -> list[Citizen]:
    """Write the books of the cast to `folder`, and say who they are, in the order of the cast."""
    since = months_after(today.replace(day=1), -2 * HORIZON_MONTHS)
    with Writing(folder, today, figures_of("qingdao")) as writing:
        for works_for in (employer(1, _EMPLOYER), *map(freelancers_of, offices_of("qingdao"))):
            writing.employer(works_for, since)
        citizens = [_written(writing, place, today) for place in range(cast.depositors)]
        places = range(cast.depositors, cast.depositors + cast.freelancers + cast.settled)
        for place in places:
            applies = place % APPLICANT_EVERY == 0 and place < cast.depositors + cast.freelancers
            citizens.append(_freelancer(writing, place, today, applies=applies))
    (folder / "manifest.json").write_text(
        json.dumps({"accounts": cast.depositors, "today": today.isoformat()})
    )
    return citizens


def _freelancer(writing: Writing, place: int, today: date, *, applies: bool) -> Citizen:
    """A freelancer two months behind, or one who has no account yet and opens one."""
    serial, bank_code = FIRST_SERIAL + place, _BANKS[place % len(_BANKS)]
    person = _person(serial, today, retiree=False)
    office = next(iter(offices_of("qingdao")))
    circumstances = Circumstances(employed=False, self_paying=True)
    if applies:
        record = {"id_number": person.id_number, "name": person.name, "employed": False, "ended_on": None}
        writing.register("employment", record | {"employer_local": False, "self_paying": True})
    else:
        card = Card(bank_code, card_number(bank_code, serial), today - timedelta(days=150))
        plan = _freelancers_plan(today, freelancers_of(office))
        since = today - timedelta(days=200)
        writing.household(
            Household(
                depositors=(
                    Depositor(
                        person=person,
                        plan=plan,
                        circumstances=circumstances,
                        card=card,
                        professional_since=since,
                    ),
                )
            )
        )
    form = {"office": office.code, "name": person.name, "id_number": person.id_number}
    wish = form | {"base": "6000.00", "rate_percent": 10}
    return Citizen(
        fund_number="" if applies else person.fund_number,
        phone=person.mobile,
        card_number=card_number("102" if applies else bank_code, serial),
        address=f"10.{97 + place // 250}.{place % 250}.9",
        reasons=(OPENING, "code", "card") if applies else ("both", "card", "code"),
        freelancer=True,
        applies=json.dumps(wish, ensure_ascii=False),
    )


def _freelancers_plan(today: date, works_for: Employer) -> AccountPlan:
    return AccountPlan(
        opened_on=months_after(today.replace(day=1), -HORIZON_MONTHS),
        base_fen=FREELANCERS_BASE_FEN,
        rate_percent=works_for.rate_percent,
        pay_day=works_for.pay_day,
        employer_number=works_for.number,
        paid_until=months_after(today.replace(day=1), -2) - timedelta(days=1),
    )


def is_retiree(place: int) -> bool:
    """Whether the citizen at that place, from 0, is a retiree."""
    return place % RETIREE_EVERY == RETIREE_EVERY - 1


def _written(writing: Writing, place: int, today: date) -> Citizen:
    serial, retiree = FIRST_SERIAL + place, is_retiree(place)
    person, bank_code = _person(serial, today, retiree), _BANKS[place % len(_BANKS)]
    card = Card(bank_code, card_number(bank_code, serial), today - timedelta(days=150))
    depositor = Depositor(
        person=person,
        plan=_plan(today, retiree),
        circumstances=_circumstances(person, today, retiree),
        card=card,
        professional_since=today - timedelta(days=200),
    )
    writing.household(Household(depositors=(depositor,)))
    return Citizen(
        fund_number=person.fund_number,
        phone=person.mobile,
        card_number=card.card_number,
        address=f"10.{77 + place // 250}.{place % 250}.9",
        reasons=("minimum_living", "commercial_loan", "retirement" if retiree else "rent_quota"),
    )


def _person(serial: int, today: date, retiree: bool) -> Person:
    age_years = RETIRED_AGE_YEARS if retiree else AGE_YEARS
    born_on = years_before(today, age_years) - timedelta(days=serial % 300)
    number = id_number(str(GENERATED_REGION), born_on, serial % 500, "male")
    # Spread over the whole range: messages are counted by the first digits of a phone, too.
    mobile = f"{MOBILE_RANGE}{serial * 48_271 % _MOBILES:08d}"
    return Person(fund_number(serial), "甄证明", number, mobile, "male", born_on)


def _plan(today: date, retiree: bool) -> AccountPlan:
    works_for = employer(1, _EMPLOYER)
    return AccountPlan(
        opened_on=months_after(today.replace(day=1), -HORIZON_MONTHS),
        base_fen=BASE_FEN,
        rate_percent=works_for.rate_percent,
        pay_day=works_for.pay_day,
        employer_number=works_for.number,
        sealed_on=today - timedelta(days=35) if retiree else None,
    )


def _circumstances(person: Person, today: date, retiree: bool) -> Circumstances:
    left_on = today - timedelta(days=35) if retiree else None
    return Circumstances(
        employed=not retiree,
        employment_ended_on=left_on,
        retired_on=left_on,
        low_income_category="rent",
        commercial_loan=CommercialLoan(f"SD{person.fund_number}", "中国工商银行", 300_000, False),
    )
