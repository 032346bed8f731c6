"""Made-up people: names, numbers and cards that are well formed, unique, and cannot be anybody's."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from stdnum import luhn

from services.common.identifiers import BANKS, Sex, id_check_digit

FIRST_FUND_NUMBER: Final = 370200000000
# 3702 is Qingdao, but no district has the codes 90 to 99: these numbers were never given to anybody.
GENERATED_REGION: Final = 370290
DEMO_REGION: Final = "370298"
# No operator has the range 154, so no message could ever reach a person.
MOBILE_RANGE: Final = "154"

_SURNAMES: Final = "甄贾殷余言文白方石林江何安季宁乔黎欧阳"
_GIVEN: Final = "一二三四五六七八九十甲乙丙丁春夏秋冬晨昏山川河海风云雨雪松竹梅兰"
_STEP_DAYS: Final = 97
_AGE_YEARS_MIN: Final = 23
_AGE_YEARS_MAX: Final = 57
_MOBILES: Final = 99_990_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    fund_number: str
    name: str
    id_number: str
    mobile: str
    sex: Sex
    born_on: date


def fund_number(serial: int) -> str:
    """The fund number of the depositor with that serial, from 1."""
    return str(FIRST_FUND_NUMBER + serial)


def id_number(region: str, born_on: date, order: int, sex: Sex) -> str:
    """A well-formed ID number; `order` (0 to 499) tells apart those born on the same day."""
    if not 0 <= order < 500:
        raise ValueError("no more than 500 people of one sex, day and region")
    first_seventeen = f"{region}{born_on:%Y%m%d}{2 * order + (sex == 'male'):03d}"
    return first_seventeen + id_check_digit(first_seventeen)


def card_number(bank_code: str, serial: int) -> str:
    """A 19-digit card of one of the five banks with a right Luhn digit, in a range no bank uses."""
    if bank_code not in BANKS:
        raise ValueError("not one of the five banks")
    digits = f"629{bank_code}{serial:012d}"
    return f"{digits}{luhn.calc_check_digit(digits)}"


class Population:
    """The n-th made-up person of a seed, without remembering the others: no two share a number."""

    def __init__(self, seed: int, today: date) -> None:
        self._seed = seed
        self._oldest = today - timedelta(days=_AGE_YEARS_MAX * 365)
        self._days = (_AGE_YEARS_MAX - _AGE_YEARS_MIN) * 365

    def person(self, serial: int, chance: random.Random) -> Person:
        """The person with that serial; neighbours are about a season apart in age, so they can be couples."""
        sex: Sex = "male" if serial % 2 else "female"
        place = serial * _STEP_DAYS + self._seed * 7919
        born_on = self._oldest + timedelta(days=place % self._days)
        region, order = divmod(serial // self._days, 500)
        number = id_number(str(GENERATED_REGION + region), born_on, order, sex)
        return Person(fund_number(serial), made_up_name(chance), number, self._mobile(serial), sex, born_on)

    def _mobile(self, serial: int) -> str:
        return f"{MOBILE_RANGE}{10_000 + (serial * 48_271 + self._seed * 104_729) % _MOBILES:08d}"


def made_up_name(chance: random.Random) -> str:
    """A name that a story would give: nobody is meant."""
    surname = chance.choice(_SURNAMES[:-2]) if chance.random() < 0.98 else _SURNAMES[-2:]
    return surname + chance.choice(_GIVEN) + (chance.choice(_GIVEN) if chance.random() < 0.7 else "")
