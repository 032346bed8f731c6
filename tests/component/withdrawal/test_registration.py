"""Registering: what is refused and why, that a refusal leaves nothing, and that a key has one effect."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from services.common.agreements import AgreementText, SignedAgreement
from services.common.errors import KeyReused, NotFound, Refusal, Unavailable
from services.common.request import digest_of
from services.common.tables import Operation, OutboxRow, UsedReceipt
from services.withdrawal.models import Bill
from tests.component.withdrawal.stage import (
    CARD,
    RENTER,
    RENTER_ID,
    RETIREE,
    RETIREE_ID,
    Stage,
    a_person,
    a_receipt,
    of_a_borrower,
    signed,
)

MARRIED = {
    "marital_status": "married",
    "spouse_name": "配偶",
    "spouse_id_number": RETIREE_ID,
    "married_on": "2020-05-20",
}

LEFT = {"employed": False, "employer_local": True, "ended_on": "2024-09-20"}


def refused(stage: Stage, form: dict[str, Any], by: str = RENTER) -> Refusal:
    """The refusal of a form, which must leave nothing behind."""
    with pytest.raises(Refusal) as refusal:
        stage.act("register", form, by=by)
    assert counted(stage, Bill, Operation, UsedReceipt) == [0, 0, 0]
    assert stage.deposit.holds == {}
    return refusal.value


def counted(stage: Stage, *kinds: Any) -> list[int]:
    with stage.database.read() as session:
        return [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]


@pytest.mark.feature("W-15", "W-18")
def test_an_unsaid_marriage_is_asked_for(stage: Stage) -> None:
    refusal = refused(stage, stage.registration(details={}))
    assert (refusal.status, refusal.pointer) == (422, "/details/marital_status")
    assert "请先确认婚姻情况" in refusal.sentence


@pytest.mark.feature("W-16")
def test_a_single_renter_without_the_affidavit_is_refused(stage: Stage) -> None:
    refusal = refused(stage, stage.registration(documents=signed("withdrawal_commitment")))
    assert (refusal.code, "单身具结书" in refusal.sentence) == ("document_not_signed", True)


def test_an_outdated_document_is_to_be_signed_again(stage: Stage) -> None:
    old = [{"code": "withdrawal_commitment", "version": "2019-1"}, *signed("single_status_affidavit")]
    assert refused(stage, stage.registration(documents=old)).code == "document_outdated"


@pytest.mark.feature("W-17")
@pytest.mark.parametrize("missing", ["spouse_name", "spouse_id_number", "married_on"])
def test_a_married_renter_names_the_spouse_and_the_day(stage: Stage, missing: str) -> None:
    details = {name: value for name, value in MARRIED.items() if name != missing}
    form = stage.registration(details=details, documents=signed("withdrawal_commitment"))
    assert refused(stage, form).pointer == f"/details/{missing}"


def test_a_spouse_number_with_a_wrong_check_digit_is_refused_without_repeating_it(stage: Stage) -> None:
    wrong = MARRIED | {"spouse_id_number": "370202196501200010"}
    form = stage.registration(details=wrong, documents=signed("withdrawal_commitment"))
    refusal = refused(stage, form)
    assert refusal.pointer == "/details/spouse_id_number"
    assert "370202" not in refusal.sentence


@pytest.mark.feature("W-17")
def test_a_married_renter_is_paid_and_the_spouse_is_sealed(stage: Stage) -> None:
    stage.registers_outside.records["marriage", RENTER_ID] = {
        "spouse_id_number": RETIREE_ID,
        "married_on": "2020-05-20",
    }
    bill = stage.register(details=MARRIED, documents=signed("withdrawal_commitment"))
    assert bill["state"] == "booked"
    assert RETIREE_ID not in str(bill)


@pytest.mark.parametrize(
    ("whose", "source"),
    [(RENTER_ID, "不动产登记（不动产登记机构）"), (RETIREE_ID, "配偶不动产登记（不动产登记机构）")],
)
def test_a_home_in_the_city_refuses_the_couple(stage: Stage, whose: str, source: str) -> None:
    records = stage.registers_outside.records
    records["marriage", RENTER_ID] = {"spouse_id_number": RETIREE_ID, "married_on": "2020-05-20"}
    records["property", whose] = {"homes": 1}
    form = stage.registration(details=MARRIED, documents=signed("withdrawal_commitment"))
    assert refused(stage, form).figures == {"住房套数": "1", "核验来源": source}


def test_a_hidden_marriage_is_refused(stage: Stage) -> None:
    stage.registers_outside.records["marriage", RENTER_ID] = {"spouse_id_number": RETIREE_ID}
    assert refused(stage, stage.registration()).code == "marriage_as_registered"


@pytest.mark.parametrize(
    ("amount_fen", "code"), [(0, "amount_not_positive"), (840_001, "amount_above_ceiling")]
)
def test_an_amount_that_does_not_fit_is_refused(stage: Stage, amount_fen: int, code: str) -> None:
    refusal = refused(stage, stage.registration(amount_fen=amount_fen))
    assert (refusal.code, refusal.pointer) == (code, "/amount")


@pytest.mark.feature("W-12", "W-22")
@pytest.mark.parametrize(
    ("reason", "settlement"), [("unemployed_two_years", "bound_card"), ("non_local_sealed", None)]
)
def test_the_forms_without_an_amount_take_the_whole(
    stage: Stage, reason: str, settlement: str | None
) -> None:
    stage.deposit.accounts[RENTER] |= {
        "state": "sealed",
        "sealed_on": "2024-10-01",
        "last_contribution_month": "2024-09",
    }
    stage.registers_outside.records["employment", RENTER_ID] = LEFT
    stage.registers_outside.records["hukou", RENTER_ID] = {"local": False}
    form = {
        "reason": reason,
        "settlement": settlement,
        "details": {},
        "documents": signed("withdrawal_commitment"),
    }
    assert refused(stage, stage.registration(**form)).code == "amount_not_asked"
    assert stage.register(**form, amount_fen=None)["amount_fen"] == 5_029_792


@pytest.mark.feature("W-20")
def test_the_rent_form_has_no_settlement_method(stage: Stage) -> None:
    assert refused(stage, stage.registration(settlement="bound_card")).code == "settlement_not_asked"


@pytest.mark.feature("W-05")
def test_the_common_form_asks_for_a_settlement_method(stage: Stage) -> None:
    form = stage.retirement() | {"settlement": None}
    assert refused(stage, form, by=RETIREE).code == "settlement_missing"


def test_a_receipt_for_another_amount_person_or_time_is_refused(stage: Stage) -> None:
    asked = {"reason": "rent_quota", "amount_fen": 840_000}
    other_amount = a_receipt(RENTER, digest_of(asked | {"amount_fen": 1}))
    other_person = a_receipt(RETIREE, digest_of(asked))
    expired = a_receipt(RENTER, digest_of(asked), minutes=-1)
    codes = [
        refused(stage, stage.registration() | {"receipt": token}).code
        for token in (other_amount, other_person, expired, "nonsense")
    ]
    assert codes == ["code_for_something_else", "code_for_something_else", "code_expired", "code_invalid"]


def test_a_receipt_is_used_once(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    form = stage.registration()
    number = stage.act("register", form)["number"]
    stage.act("cancel_settlement", {"number": number})
    with pytest.raises(Refusal) as refusal:
        stage.act("register", form)
    assert refusal.value.code == "code_used"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"frozen": True}, "account_not_frozen"),
        ({"state": "closed"}, "account_open"),
        ({"state": "sealed", "sealed_on": "2026-10-01"}, "contributing"),
        ({"continuous_months": 2}, "continuous_deposit"),
    ],
)
def test_an_account_out_of_order_is_refused(stage: Stage, changes: dict[str, Any], code: str) -> None:
    stage.deposit.accounts[RENTER] |= changes
    assert refused(stage, stage.registration()).code == code


def test_without_a_bound_card_nothing_is_registered(stage: Stage) -> None:
    del stage.deposit.cards[RENTER]
    assert refused(stage, stage.registration()).code == "card_bound"


def test_deposit_down_registers_nothing(stage: Stage) -> None:
    stage.faults.tell("assess", "down")
    with pytest.raises(Unavailable):
        stage.register()
    assert counted(stage, Bill, Operation) == [0, 0]


def test_a_second_bill_of_the_same_reason_is_refused_while_one_is_in_flight(stage: Stage) -> None:
    stage.faults.tell("payout", "unknown")
    number = stage.register()["number"]
    with pytest.raises(Refusal) as refusal:
        stage.register()
    assert (refusal.value.code, refusal.value.figures["在办单据"]) == ("bill_in_flight", number)


def test_after_a_booked_bill_the_next_is_a_year_away(stage: Stage) -> None:
    stage.register()
    with pytest.raises(Refusal) as refusal:
        stage.register()
    assert refusal.value.code == "interval"
    assert refusal.value.passes_on is not None


def test_a_cancelled_bill_cannot_be_paid_beside_a_new_one(stage: Stage) -> None:
    stage.faults.tell("payout", "fail", "unknown")
    old = stage.register()["number"]
    stage.act("cancel_settlement", {"number": old})
    stage.register()
    with pytest.raises(Refusal) as refusal:
        stage.act("pay", {"number": old})
    assert refusal.value.code == "bill_in_flight"


def days_go_by(clock: Path, days: int) -> None:
    clock.write_text(str(days * 86_400))


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file by which the business clock is moved."""
    place = tmp_path / "clock"
    monkeypatch.setenv("HALL_CLOCK_FILE", str(place))
    return place


def test_a_bill_paid_again_late_counts_from_the_day_it_was_paid_again(stage: Stage, clock: Path) -> None:
    stage.faults.tell("payout", "fail")
    old = stage.register()["number"]
    stage.act("cancel_settlement", {"number": old})
    days_go_by(clock, 300)
    assert stage.act("pay", {"number": old})["state"] == "booked"
    days_go_by(clock, 367)
    with pytest.raises(Refusal) as refusal:
        stage.register()
    assert refusal.value.code == "interval"
    days_go_by(clock, 667)
    assert stage.register()["state"] == "booked"


def test_a_bill_left_unpaid_is_judged_again_before_it_is_paid(stage: Stage, clock: Path) -> None:
    stage.faults.tell("hold", "refuse")
    number = stage.register()["number"]
    stage.registers_outside.records["property", RENTER_ID] = {"homes": 1}
    with pytest.raises(Refusal) as refusal:
        stage.act("pay", {"number": number})
    assert (refusal.value.code, stage.bank_outside.sent) == ("no_home", [])
    del stage.registers_outside.records["property", RENTER_ID]
    days_go_by(clock, 300)
    assert stage.act("pay", {"number": number})["state"] == "booked"
    days_go_by(clock, 367)
    with pytest.raises(Refusal) as refusal:
        stage.register()
    assert refusal.value.code == "interval"


def test_what_the_spouse_drew_late_is_not_left_out_of_the_common_pot(stage: Stage, clock: Path) -> None:
    loan = {"contract_number": "L1", "in_arrears": False, "repaid_fen": 1_000_000}
    stage.loan.evidence = {RENTER: loan, RETIREE: loan}
    form: dict[str, Any] = {"reason": "fund_loan", "settlement": "bound_card", "details": {}}
    form |= {"documents": signed("withdrawal_commitment"), "amount_fen": 400_000}
    stage.faults.tell("payout", "fail")
    late = stage.register(by=RETIREE, **form)["number"]
    stage.act("cancel_settlement", {"number": late}, by=RETIREE)
    days_go_by(clock, 10)
    assert stage.register(**form)["state"] == "booked"
    days_go_by(clock, 300)
    assert stage.act("pay", {"number": late}, by=RETIREE)["state"] == "booked"
    days_go_by(clock, 400)
    with pytest.raises(Refusal) as refusal:
        stage.register(**form | {"amount_fen": 600_001})
    assert refusal.value.figures["可提取额"] == "6000.00"


@pytest.mark.feature("W-07")
def test_a_couple_shares_what_was_repaid(stage: Stage) -> None:
    loan = {"contract_number": "L1", "in_arrears": False, "repaid_fen": 1_000_000}
    stage.loan.evidence = {RENTER: loan, RETIREE: loan}
    form = {
        "reason": "fund_loan",
        "settlement": "bound_card",
        "details": {},
        "documents": signed("withdrawal_commitment"),
    }
    stage.register(**form, amount_fen=700_000)
    with pytest.raises(Refusal) as refusal:
        stage.register(by=RETIREE, **form, amount_fen=300_001)
    assert refusal.value.figures["可提取额"] == "3000.00"
    assert stage.register(by=RETIREE, **form, amount_fen=300_000)["state"] == "booked"


@pytest.mark.feature("W-08", "W-13")
@pytest.mark.parametrize(
    ("reason", "register", "record", "details"),
    [
        ("commercial_loan", "commercial_loan", {"signed": True, "repaid_fen_since": 900_000}, {}),
        ("minimum_living", "low_income", {"listed": True}, {"category": "property_fee"}),
    ],
)
def test_other_reasons_are_paid_on_their_registers_word(
    stage: Stage, reason: str, register: str, record: dict[str, Any], details: dict[str, Any]
) -> None:
    form: dict[str, Any] = {"reason": reason, "settlement": "bound_card", "details": details}
    form |= {"documents": signed("withdrawal_commitment"), "amount_fen": 900_000}
    refused(stage, stage.registration(**form))
    stage.registers_outside.records[register, RENTER_ID] = record
    assert stage.register(**form)["state"] == "booked"


@pytest.mark.feature("W-09", "W-10")
def test_total_incapacity_is_paid_whole(stage: Stage) -> None:
    stage.registers_outside.records["disability", RENTER_ID] = {"total": True}
    stage.registers_outside.records["employment", RENTER_ID] = LEFT
    form: dict[str, Any] = {"reason": "total_incapacity", "settlement": "bound_card", "details": {}}
    bill = stage.register(**form, amount_fen=5_029_792, documents=signed("withdrawal_commitment"))
    assert (bill["state"], bill["closes_account"]) == ("booked", True)


def test_a_silent_register_lets_the_bill_wait_unpaid_and_go_on_later(stage: Stage) -> None:
    stage.faults.tell("register.property", "down", "down")
    bill = stage.register()
    assert (bill["state"], bill["label"]) == ("awaiting_evidence", "待核验")
    assert (stage.deposit.holds, stage.bank_outside.sent, stage.events()) == ({}, [], [])
    stage.sweep()
    assert stage.state() == "awaiting_evidence"
    stage.sweep()
    assert stage.state() == "booked"
    assert stage.events() == ["withdrawal.registered", "withdrawal.paid", "withdrawal.booked"]


def test_a_register_that_says_no_later_declines_the_bill_with_the_reason(stage: Stage) -> None:
    stage.faults.tell("register.property", "down")
    number = stage.register()["number"]
    stage.registers_outside.records["property", RENTER_ID] = {"homes": 2}
    bill = stage.act("check", {"number": number})
    assert (bill["state"], "住房2套" in bill["problem"]) == ("settlement_cancelled", True)
    assert (stage.deposit.holds, stage.bank_outside.sent) == ({}, [])


def test_loan_down_lets_the_bill_wait_and_bounds_it_later(stage: Stage) -> None:
    stage.faults.tell("loan", "down")
    form: dict[str, Any] = {
        "reason": "fund_loan",
        "settlement": "bound_card",
        "details": {},
        "amount_fen": 900_000,
    }
    number = stage.register(**form, documents=signed("withdrawal_commitment"))["number"]
    stage.loan.evidence[RENTER] = {"contract_number": "L1", "in_arrears": False, "repaid_fen": 100_000}
    bill = stage.act("check", {"number": number})
    assert (bill["state"], "1,000.00 元" in bill["problem"]) == ("settlement_cancelled", True)


def test_the_same_key_has_one_effect_and_one_answer(stage: Stage) -> None:
    form = stage.registration()
    answers = [stage.act("register", form, key="k") for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert counted(stage, Bill, SignedAgreement) == [1, 2]
    with pytest.raises(KeyReused):
        stage.act("register", form | {"amount_fen": 1}, key="k")


def test_the_same_key_at_once_has_one_effect_and_one_answer(stage: Stage) -> None:
    form = stage.registration()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: stage.act("register", form, key="k"), range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert counted(stage, Bill) == [1]
    assert stage.paid_once_and_booked_once()


def test_a_repeat_after_a_death_takes_the_effect_that_is_there(stage: Stage) -> None:
    form = stage.registration()
    stage.faults.tell("payout", "crash_after")
    stage.crashing(lambda: stage.act("register", form, key="k"))
    stage.time_passes()
    assert stage.act("register", form, key="k")["state"] == "booked"
    assert counted(stage, Bill) == [1]


def test_nobody_pays_checks_cancels_or_deletes_another_citizens_bill(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    number = stage.register()["number"]
    for action in ("pay", "check", "cancel_settlement", "delete", "withdrawal"):
        with pytest.raises(NotFound):
            stage.act(action, {"number": number}, by=RETIREE)
    assert stage.state() == "payment_failed"


def test_an_unknown_reason_is_not_there(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.act("register", stage.registration(reason="holiday"))


def test_a_person_without_account_is_told_so(stage: Stage) -> None:
    stage.deposit.cards["100000000009"] = CARD
    with pytest.raises(NotFound):
        stage.register(by="100000000009")
    stage.deposit.accounts["100000000009"] = a_person(RENTER_ID)
    assert stage.register(by="100000000009")["state"] == "booked"


@pytest.mark.feature("A-19")
def test_what_was_signed_stands_with_the_bills_number_among_the_agreements(stage: Stage) -> None:
    bill = stage.register()
    with stage.database.read() as session:
        rows = session.scalars(select(SignedAgreement)).all()
        kept = {row.digest: session.get_one(AgreementText, row.digest).text for row in rows}
        told = session.scalars(select(OutboxRow.payload).where(OutboxRow.event == "agreement.signed")).all()
    assert {(row.code, row.signed_for) for row in rows} == {
        ("single_status_affidavit", bill["number"]),
        ("withdrawal_commitment", bill["number"]),
    }
    assert all(text for text in kept.values())
    assert {one["for"] for one in told} == {bill["number"]}


def test_a_couple_that_drew_on_one_day_may_draw_all_that_was_repaid_since(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other drew on that day was of what was repaid before: it takes nothing of what came since."""
    clock = tmp_path / "clock"
    monkeypatch.setenv("HALL_CLOCK_FILE", str(clock))
    loan = {"contract_number": "L1", "in_arrears": False, "repaid_fen": 1_000_000}
    stage.loan.evidence = {RENTER: loan, RETIREE: loan}
    assert stage.register(**of_a_borrower(400_000))["state"] == "booked"
    assert stage.register(by=RETIREE, **of_a_borrower(600_000))["state"] == "booked"
    clock.write_text(str(367 * 86_400))
    told = [stage.act("assess", {"reason": "fund_loan"}, by=who)["ceiling_fen"] for who in (RENTER, RETIREE)]
    assert told == [1_000_000, 1_000_000]
    assert stage.register(**of_a_borrower(700_000))["state"] == "booked"
    assert stage.act("assess", {"reason": "fund_loan"}, by=RETIREE)["ceiling_fen"] == 300_000
