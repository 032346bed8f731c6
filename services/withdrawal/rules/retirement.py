"""The statutory retirement age (法定退休年龄) with the gradual delay in force since 2025. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.common import written
from services.withdrawal.rules.case import Case, No
from services.withdrawal.rules.dates import months_after, months_between

RETIREMENT_RULE = "《住房公积金管理条例》第二十四条（二）：离休、退休"


def retires_on(birth_on: date, scheme: Mapping[str, Any]) -> date:
    """The day of the statutory age: base age + min(cap, months since first month // step + 1) months.

    Decision of the NPC Standing Committee of 2024-09-13; men born in January 1965 retire at 60 years 1 month.
    """
    months = months_between(scheme["first_birth_month"], birth_on)
    delay = 0 if months < 0 else min(scheme["delay_months_max"], months // scheme["months_per_step"] + 1)
    return months_after(birth_on, 12 * scheme["age_years"] + delay)


def statutory_on(case: Case) -> date:
    """The day on which age alone suffices; for women the later scheme, since the post is not known here."""
    name = "retirement_age_male" if case.account.sex == "male" else "retirement_age_female_at_55"
    return retires_on(case.account.birth_on, case.figures.value(name))


def age_reached(case: Case) -> bool:
    """True from the statutory day on."""
    return case.on >= statutory_on(case)


def retired(case: Case) -> No | None:
    """Below the statutory age only the pension register's word counts."""
    if case.register("retirement").get("retired"):
        return None
    day = statutory_on(case)
    return No(
        "尚未达到法定退休年龄，退休登记中也没有您的退休记录；"
        f"您将于 {written.day(day)} 达到法定退休年龄，之后可以办理。",
        {"申请日期": case.on.isoformat(), "达到法定退休年龄日期": day.isoformat()},
        day,
    )
