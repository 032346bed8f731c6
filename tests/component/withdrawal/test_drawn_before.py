"""What was drawn before the hall counts for how often one may draw, and for the couple's loan."""

from datetime import date
from typing import Any

import pytest

from services.common.clock import business_today, technical_now
from services.common.errors import Refusal
from services.common.request import Request
from services.withdrawal.facts import GATHER_S
from services.withdrawal.rules.dates import months_after
from tests.component.withdrawal.stage import RENTER, RETIREE, Stage, signed
from tests.component.withdrawal.stand_ins import Deposit, Loan

RENT, LOAN, OTHER, NOT_TOLD = "07", "06", "99", ""
BORROWED_ON = date(2020, 5, 1)


def drew(stage: Stage, reason: str, months_ago: int, amount_fen: int = 840_000, who: str = RENTER) -> date:
    """Somebody drew so many months ago; the day."""
    day = months_after(business_today(), -months_ago)
    told = {"national_reason": reason, "on": day.isoformat(), "amount_fen": amount_fen}
    stage.deposit.accounts[who]["drawn_before"].append(told)
    return day


def borrowed(stage: Stage, repaid_fen: int) -> None:
    """Both have one loan."""
    loan = {"contract_number": "L1", "in_arrears": False, "repaid_fen": repaid_fen}
    loan |= {"disbursed_on": BORROWED_ON.isoformat()}
    stage.loan.evidence = {
        RENTER: loan | {"spouse_fund_number": RETIREE},
        RETIREE: loan | {"spouse_fund_number": RENTER},
    }


def form(amount_fen: int) -> dict[str, Any]:
    """What a borrower sends in."""
    asked: dict[str, Any] = {"reason": "fund_loan", "settlement": "bound_card", "details": {}}
    return asked | {"documents": signed("withdrawal_commitment"), "amount_fen": amount_fen}


@pytest.mark.parametrize("reason", [RENT, NOT_TOLD])
def test_who_drew_rent_in_the_old_books_waits_as_for_one_here(stage: Stage, reason: str) -> None:
    day = drew(stage, reason, months_ago=2)
    with pytest.raises(Refusal) as refusal:
        stage.register()
    assert (refusal.value.code, refusal.value.passes_on) == ("interval", months_after(day, 12))


@pytest.mark.parametrize(("reason", "months_ago"), [(LOAN, 2), (OTHER, 2), (RENT, 12)])
def test_another_reason_or_long_ago_keeps_nobody_waiting(stage: Stage, reason: str, months_ago: int) -> None:
    drew(stage, reason, months_ago=months_ago)
    assert stage.register()["state"] == "booked"


@pytest.mark.parametrize("reason", ["fund_loan", "commercial_loan"])
def test_a_national_reason_that_covers_several_counts_for_each(stage: Stage, reason: str) -> None:
    drew(stage, LOAN, months_ago=2)
    told = stage.act("assess", {"reason": reason})
    assert "interval" in [finding["code"] for finding in told["refusals"]]


def test_only_what_was_repaid_since_is_asked_for(stage: Stage) -> None:
    borrowed(stage, 1_000_000)
    day = drew(stage, LOAN, months_ago=13)
    stage.act("assess", {"reason": "fund_loan"})
    assert [asked["since"] for asked in stage.loan.asked] == [day.isoformat()]


def test_everybody_is_asked_by_one_deadline_however_long_another_took(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    borrowed(stage, 1_000_000)
    deadlines: dict[str, float] = {}

    def listen(who: Deposit | Loan) -> None:
        whole = who.call

        def call(method: str, arguments: dict[str, Any], request: Request) -> Any:
            deadlines[method] = request.deadline
            return whole(method, arguments, request)

        monkeypatch.setattr(who, "call", call)

    listen(stage.deposit)
    listen(stage.loan)
    stage.act("assess", {"reason": "fund_loan"})
    assert deadlines.keys() == {"assess", "identity", "evidence", "drawn_before"}
    assert max(deadlines.values()) <= technical_now() + GATHER_S


def test_what_the_spouse_drew_in_the_old_books_is_drawn_of_the_common_loan(stage: Stage) -> None:
    borrowed(stage, 1_000_000)
    drew(stage, LOAN, months_ago=3, amount_fen=700_000, who=RETIREE)
    drew(stage, RENT, months_ago=4, amount_fen=100_000, who=RETIREE)
    with pytest.raises(Refusal) as refusal:
        stage.register(**form(300_001))
    assert refusal.value.figures["可提取额"] == "3000.00"
    assert stage.register(**form(300_000))["state"] == "booked"


def test_what_the_spouse_drew_before_the_own_last_withdrawal_or_the_loan_does_not_count(stage: Stage) -> None:
    borrowed(stage, 1_000_000)
    drew(stage, LOAN, months_ago=13)
    drew(stage, LOAN, months_ago=13, amount_fen=700_000, who=RETIREE)
    drew(stage, LOAN, months_ago=14 * 12, amount_fen=700_000, who=RETIREE)
    assert stage.act("assess", {"reason": "fund_loan"})["ceiling_fen"] == 1_000_000


def test_nothing_is_paid_while_the_spouses_books_are_being_taken_over(stage: Stage) -> None:
    borrowed(stage, 1_000_000)
    stage.deposit.accounts[RETIREE]["drawn_before"] = None
    assert stage.register(**form(300_000))["state"] == "awaiting_evidence"
    stage.deposit.accounts[RETIREE]["drawn_before"] = []
    stage.sweep(2)
    assert stage.state() == "booked"
