"""Made-up people without a fund account who may, or may not, open one as freelancers (自由职业者)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from ops.books.arithmetic import years_before
from ops.books.people import MOBILE_RANGE, id_number, made_up_name
from services.common.identifiers import Sex

MOST_APPLICANTS: Final = 4000
_FEWEST: Final = 200
# Never given to anybody. The mobiles stand below those of depositors and above the demo people's.
_REGION: Final = 370296
_NAMED_REGION: Final = "370297"
_FIRST_MOBILE: Final = 5000
_STEP_DAYS: Final = 89
_YOUNGEST, _OLDEST = 22, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Somebody without an account, and what the employment register says of their insurance."""

    key: str
    name: str
    id_number: str
    mobile: str
    situation: str
    self_paying: bool


@dataclass(frozen=True, slots=True)
class _Sketch:
    key: str
    name: str
    age_years: int
    situation: str
    sex: Sex = "male"
    self_paying: bool = True


_NAMED: Final = (
    _Sketch("applicant", "贾自由", 33, "没有公积金账户，自己缴纳社会保险，可开立自由职业者账户"),
    _Sketch("applicant_second", "甄自由", 29, "同上，供第二人演示", "female"),
    _Sketch(
        "applicant_employed", "甄在职", 35, "由单位缴纳社会保险，开户会被拒绝", "female", self_paying=False
    ),
    _Sketch("applicant_young", "贾年少", 17, "未满开户年龄，开户会被拒绝"),
    _Sketch("applicant_old", "甄年高", 61, "已到退休年龄，开户会被拒绝"),
)


def applicants_of(accounts: int, seed: int, today: date) -> Iterator[Applicant]:
    """The named applicants and, for trials with many people, more of them; few beside large books."""
    for place, sketch in enumerate(_NAMED):
        born_on = years_before(today, sketch.age_years) - timedelta(days=40)
        yield Applicant(
            key=sketch.key,
            name=sketch.name,
            id_number=id_number(_NAMED_REGION, born_on, place, sketch.sex),
            mobile=_mobile(place),
            situation=sketch.situation,
            self_paying=sketch.self_paying,
        )
    for place in range(len(_NAMED), min(MOST_APPLICANTS, _FEWEST + accounts // 10)):
        yield _nobody(place, seed, today)


def _nobody(place: int, seed: int, today: date) -> Applicant:
    chance = random.Random(seed << 41 | place)  # noqa: S311 (made-up books, no secrets)
    days = (_OLDEST - _YOUNGEST) * 365
    born_on = years_before(today, _OLDEST) + timedelta(days=(place * _STEP_DAYS + seed) % days)
    sex: Sex = "male" if place % 2 else "female"
    return Applicant(
        key="",
        name=made_up_name(chance),
        id_number=id_number(str(_REGION), born_on, place // days, sex),
        mobile=_mobile(place),
        situation="",
        self_paying=True,
    )


def _mobile(place: int) -> str:
    return f"{MOBILE_RANGE}{_FIRST_MOBILE + place:08d}"


def introduction(applicant: Applicant) -> dict[str, Any]:
    """An applicant as scripts and people at a keyboard need them."""
    return {
        "key": applicant.key,
        "name": applicant.name,
        "id_number": applicant.id_number,
        "phone": applicant.mobile,
        "situation": applicant.situation,
        "self_paying": applicant.self_paying,
    }


def employment_record(applicant: Applicant) -> dict[str, Any]:
    """What the register of work and social insurance answers about an applicant."""
    return {
        "id_number": applicant.id_number,
        "name": applicant.name,
        "employed": not applicant.self_paying,
        "ended_on": None,
        "employer_local": not applicant.self_paying,
        "self_paying": applicant.self_paying,
    }
