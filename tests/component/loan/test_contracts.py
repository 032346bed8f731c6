"""Loan's two answers: the evidence for a loan withdrawal, and the own contracts and nobody else's."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from services.common.database import DatabaseAccess
from services.loan.models import Contract, Repayment
from services.loan.usecases import contracts, evidence

BORROWER, SPOUSE, STRANGER = "370200000011", "370200000012", "370200000099"


def a_contract(**changes: Any) -> Contract:
    fields: dict[str, Any] = {
        "contract_number": "QD202400000011",
        "borrower_fund_number": BORROWER,
        "co_borrower_fund_number": SPOUSE,
        "principal_fen": 60_000_000,
        "annual_rate_hundred_thousandths": 2600,
        "instalments": 240,
        "repayment_method": "equal_instalment",
        "disbursed_on": date(2024, 5, 19),
        "repayment_day": 19,
        "outstanding_principal_fen": 54_000_000,
        "overdue_principal_fen": 0,
        "overdue_interest_fen": 0,
        "overdue_instalments": 0,
    }
    return Contract(**(fields | changes))


def a_line(day: date, kind: str = "instalment", contract: str = "QD202400000011", **parts: int) -> Repayment:
    fen = {"principal_fen": 200_000, "interest_fen": 120_000, "penalty_fen": 0} | parts
    return Repayment(
        line_number=f"{contract}{day:%Y%m%d}{kind[:4]}",
        contract_number=contract,
        kind=kind,
        happened_on=day,
        booked_on=day,
        instalment=1,
        **fen,
    )


@pytest.fixture
def lent(database: DatabaseAccess) -> DatabaseAccess:
    """A couple's loan with three instalments paid, the last one late."""
    with database.write() as session:
        session.add(a_contract())
        session.flush()
        session.add_all(
            [
                a_line(date(2024, 5, 19), "disbursement", principal_fen=60_000_000, interest_fen=0),
                a_line(date(2026, 8, 19)),
                a_line(date(2026, 9, 19)),
                a_line(date(2026, 10, 29), "overdue_payment", penalty_fen=500),
            ]
        )
    return database


def ask(database: DatabaseAccess, fund_number: str, since: date | None = None) -> dict[str, Any]:
    with database.read() as session:
        return evidence(session, fund_number, since)


@pytest.mark.feature("W-07")
def test_borrower_and_spouse_have_the_same_evidence(lent: DatabaseAccess) -> None:
    own, spouses = ask(lent, BORROWER), ask(lent, SPOUSE)
    assert own == {
        "contract_number": "QD202400000011",
        "disbursed_on": "2024-05-19",
        "in_arrears": False,
        "repaid_fen": 960_000,
        "spouse_fund_number": SPOUSE,
    }
    assert spouses == own | {"spouse_fund_number": BORROWER}


def test_only_what_was_repaid_after_the_day_counts(lent: DatabaseAccess) -> None:
    assert ask(lent, BORROWER, date(2026, 9, 18))["repaid_fen"] == 640_000
    assert ask(lent, BORROWER, date(2026, 9, 19))["repaid_fen"] == 320_000
    assert ask(lent, BORROWER, date(2026, 10, 29))["repaid_fen"] == 0


def test_whoever_has_no_loan_has_no_evidence(lent: DatabaseAccess) -> None:
    assert ask(lent, STRANGER) == {
        "contract_number": None,
        "disbursed_on": None,
        "in_arrears": False,
        "repaid_fen": 0,
        "spouse_fund_number": None,
    }


def test_arrears_are_told(lent: DatabaseAccess) -> None:
    with lent.write() as session:
        contract = session.get_one(Contract, "QD202400000011")
        contract.overdue_principal_fen, contract.overdue_interest_fen = 200_000, 120_000
    assert ask(lent, SPOUSE)["in_arrears"] is True


def test_a_settled_loan_is_no_evidence(lent: DatabaseAccess) -> None:
    with lent.write() as session:
        contract = session.get_one(Contract, "QD202400000011")
        contract.outstanding_principal_fen, contract.settled_on = 0, date(2026, 11, 1)
    assert ask(lent, BORROWER)["contract_number"] is None


def test_the_newest_of_two_running_loans_counts(lent: DatabaseAccess) -> None:
    with lent.write() as session:
        session.add(a_contract(contract_number="QD202600000011", disbursed_on=date(2026, 3, 1)))
    assert ask(lent, BORROWER)["contract_number"] == "QD202600000011"


def test_a_person_sees_own_contracts_only(lent: DatabaseAccess) -> None:
    with lent.read() as session:
        own, nothing = contracts(session, SPOUSE), contracts(session, STRANGER)
    assert [(item["contract_number"], item["role"], item["repaid_fen"]) for item in own["items"]] == [
        ("QD202400000011", "co_borrower", 960_000)
    ]
    assert nothing == {"items": []}


def test_repayment_lines_are_never_changed(lent: DatabaseAccess) -> None:
    with pytest.raises(DBAPIError), lent.write() as session:
        line = session.get_one(Repayment, "QD20240000001120260819inst")
        line.principal_fen = 1


def test_more_cannot_be_owed_than_was_lent(database: DatabaseAccess) -> None:
    with pytest.raises(DBAPIError, match="contracts_outstanding"), database.write() as session:
        session.add(a_contract(outstanding_principal_fen=60_000_001))
