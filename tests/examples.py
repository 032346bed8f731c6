"""One worked example for every catalogue entry: a situation a clerk can check by hand, and its amount."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.builders import an_account

SPOUSE_ID_NUMBER = "370202199201010028"


@dataclass(frozen=True, kw_only=True)
class Example:
    """On `on` this person, with these registers and answers, may draw `ceiling_fen`."""

    says: str
    ceiling_fen: int
    account: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    last_on: date | None = None
    pot_used_fen: int = 0
    on: date = date(2026, 11, 22)

    def case_parts(self) -> dict[str, Any]:
        """The example as arguments of `a_case`."""
        return {
            "on": self.on,
            "account": an_account(**self.account),
            "evidence": self.evidence,
            "details": self.details,
            "last_on": self.last_on,
            "pot_used_fen": self.pot_used_fen,
        }


_SEALED = {"state": "sealed", "continuous_months": 0}

WITHDRAWALS: dict[str, Example] = {
    "retirement": Example(
        says="a man born in January 1965 retires at 60 years 1 month and takes all with interest",
        account={"birth_on": date(1965, 1, 20), "balance_fen": 12_345_678, "interest_to_date_fen": 74_589},
        evidence={"retirement": {"found": False}},
        ceiling_fen=12_420_267,
    ),
    "fund_loan": Example(
        says="36,000 repaid since last year, the spouse has drawn 10,000 of it: 26,000 are left",
        evidence={"loan": {"contract_number": "L1", "in_arrears": False, "repaid_fen": 3_600_000}},
        last_on=date(2025, 11, 1),
        pot_used_fen=1_000_000,
        ceiling_fen=2_600_000,
    ),
    "commercial_loan": Example(
        says="90,000 repaid at the bank, but only 50,000 in the account",
        evidence={"commercial_loan": {"signed": True, "in_arrears": False, "repaid_fen": 9_000_000}},
        ceiling_fen=5_000_000,
    ),
    "total_incapacity": Example(
        says="appraised as totally incapable, labour relation ended: all with interest",
        account=_SEALED | {"sealed_on": date(2026, 6, 1), "last_contribution_on": date(2026, 5, 20)},
        evidence={
            "disability": {"total": True, "appraised_on": "2026-05-06"},
            "employment": {"employed": False, "ended_on": "2026-05-31"},
        },
        ceiling_fen=5_029_792,
    ),
    "unemployed_two_years": Example(
        says="sealed and without work for exactly 24 months on the day",
        account=_SEALED | {"sealed_on": date(2024, 11, 22), "last_contribution_on": date(2024, 11, 10)},
        evidence={"employment": {"employed": False, "employer_local": True, "ended_on": "2024-11-20"}},
        ceiling_fen=5_029_792,
    ),
    "minimum_living": Example(
        says="on the low-income register, for the rent",
        evidence={"low_income": {"listed": True, "category": "urban"}},
        details={"category": "rent"},
        ceiling_fen=5_000_000,
    ),
    "rent_quota": Example(
        says="a single renter without a home: the quota of 700 a month for a year",
        evidence={"property": {"homes": 0}, "marriage": {"found": False}},
        details={"marital_status": "single"},
        last_on=date(2025, 11, 22),
        ceiling_fen=840_000,
    ),
    "non_local_sealed": Example(
        says="from another city, left the job, sealed for half a year to the day",
        account=_SEALED | {"sealed_on": date(2026, 5, 22), "last_contribution_on": date(2026, 5, 10)},
        evidence={
            "hukou": {"found": True, "local": False},
            "employment": {"employed": False},
            "deposits_elsewhere": {"has": False},
        },
        ceiling_fen=5_029_792,
    ),
}
