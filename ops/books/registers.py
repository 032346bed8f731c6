"""What the registers of the outside world would answer about made-up people."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from ops.books.arithmetic import months_after
from ops.books.situations import Circumstances, CommercialLoan, Depositor, Household

Record = dict[str, Any]

REGISTERS = (
    "property",
    "marriage",
    "hukou",
    "employment",
    "disability",
    "low_income",
    "deposits_elsewhere",
    "commercial_loan",
    "retirement",
)
_COMMERCIAL_MONTHS = 24


def records_of(household: Household, today: date) -> Iterator[tuple[str, Record]]:
    """(register, record) for everybody in the household; registers are silent about whom they do not know."""
    for place, depositor in enumerate(household.depositors):
        yield "marriage", _marriage(household, place)
        for register, fields in _known(depositor.circumstances, today):
            yield register, {"id_number": depositor.person.id_number, **fields}


def _marriage(household: Household, place: int) -> Record:
    spouse = _spouse(household, place)
    return {
        "id_number": household.depositors[place].person.id_number,
        "spouse_id_number": spouse.person.id_number if spouse else None,
        "married_on": household.married_on.isoformat() if household.married_on else None,
    }


def _spouse(household: Household, place: int) -> Depositor | None:
    others = [depositor for at, depositor in enumerate(household.depositors) if at != place]
    return others[0] if others and household.married_on else None


def _known(circumstances: Circumstances, today: date) -> Iterator[tuple[str, Record]]:
    yield "property", {"homes": circumstances.homes}
    yield "hukou", {"local": circumstances.local, "hukou_city": circumstances.hukou_city}
    yield "employment", _employment(circumstances)
    yield "deposits_elsewhere", {"has": circumstances.deposits_elsewhere}
    if circumstances.incapacitated_on:
        yield "disability", _disability(circumstances.incapacitated_on)
    if circumstances.low_income_category:
        yield "low_income", {"listed": True, "category": circumstances.low_income_category}
    if circumstances.commercial_loan:
        yield "commercial_loan", _commercial_loan(circumstances.commercial_loan, today)
    if circumstances.retired_on:
        yield "retirement", {"retired": True, "retired_on": circumstances.retired_on.isoformat()}


def _employment(circumstances: Circumstances) -> Record:
    ended_on = None if circumstances.employed else circumstances.employment_ended_on
    return {
        "employed": circumstances.employed,
        "ended_on": ended_on.isoformat() if ended_on else None,
        "employer_local": True,
        "self_paying": circumstances.self_paying,
    }


def _disability(appraised_on: date) -> Record:
    return {
        "total": True,
        "appraisal_number": f"LN{appraised_on:%Y%m%d}01",
        "appraised_on": appraised_on.isoformat(),
    }


def _commercial_loan(loan: CommercialLoan, today: date) -> Record:
    paid = [months_after(today.replace(day=1), -back) for back in range(_COMMERCIAL_MONTHS, 0, -1)]
    return {
        "signed": True,
        "contract_number": loan.contract_number,
        "bank": loan.bank,
        "in_arrears": loan.in_arrears,
        "repayments": [{"on": day.isoformat(), "amount_fen": loan.monthly_fen} for day in paid],
    }
