"""What the service tells: catalogue, assessment, list, bill, the operator's view; nothing personal."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import DBAPIError

from services.common.clock import business_now, technical_at
from services.common.errors import NotFound, Refusal
from services.common.operation_log import forget
from services.common.tables import Operation, OutboxRow
from services.withdrawal import usecases
from services.withdrawal.models import Bill
from tests.component.withdrawal.stage import (
    CARD,
    RENTER,
    RENTER_ID,
    RETIREE,
    Stage,
    of_a_borrower,
)


@pytest.mark.feature("W-03", "W-04")
def test_the_catalogue_tells_everything_a_form_is_drawn_from(stage: Stage) -> None:
    rent = usecases.reasons()["items"][6]
    assert rent["title"] == "租赁本市住房（定额8400）提取"
    assert [one["name"] for one in rent["fields"]] == [
        "marital_status",
        "spouse_name",
        "spouse_id_number",
        "married_on",
    ]
    assert rent["fields"][1]["when"] == {"name": "marital_status", "equals": "married"}
    assert rent["documents"][0]["when"] == {"name": "marital_status", "equals": "single"}
    assert (rent["amount"], rent["settlements"]) == ("entered", [])


@pytest.mark.feature("W-14")
def test_an_assessment_prefills_the_quota(stage: Stage) -> None:
    told = stage.act("assess", {"reason": "rent_quota"})
    assert (told["allowed"], told["ceiling_fen"], told["prefilled_fen"]) == (True, 840_000, 840_000)


def test_an_assessment_says_all_that_is_in_the_way_at_once(stage: Stage) -> None:
    stage.faults.tell("payout", "unknown")
    stage.register()
    stage.deposit.accounts[RENTER] |= {"frozen": True, "continuous_months": 1}
    stage.registers_outside.records["property", RENTER_ID] = {"homes": 1}
    told = stage.act("assess", {"reason": "rent_quota"})
    codes = [refusal["code"] for refusal in told["refusals"]]
    assert codes == ["account_not_frozen", "continuous_deposit", "interval", "no_home", "bill_in_flight"]
    assert all(refusal["rule"] for refusal in told["refusals"])


def test_an_assessment_names_the_registers_that_are_silent(stage: Stage) -> None:
    stage.faults.tell("register.property", "down")
    told = stage.act("assess", {"reason": "rent_quota"})
    assert (told["allowed"], told["pending"], told["ceiling_fen"]) == (True, ["不动产登记"], 840_000)


@pytest.mark.feature("W-01", "W-02")
def test_without_dates_all_own_withdrawals_are_listed_by_pages(stage: Stage) -> None:
    stage.faults.tell("payout", "fail", "fail", "fail")
    numbers = []
    for _ in range(3):
        numbers.append(stage.register()["number"])
        stage.act("cancel_settlement", {"number": numbers[-1]})
    stage.act("register", stage.retirement(), by=RETIREE)
    with stage.database.write() as session:
        old = update(Bill).where(Bill.number == numbers[0])
        session.execute(old.values(registered_on=business_now().date() - timedelta(days=2000)))
    page = stage.act("withdrawals", {"limit": 2})
    rest = stage.act("withdrawals", {"limit": 2, "cursor": page["next_cursor"]})
    assert [bill["number"] for bill in page["items"] + rest["items"]] == numbers[::-1]
    assert rest["next_cursor"] is None


def test_dates_bound_the_list_and_deleted_bills_are_left_out(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    number, today = stage.register()["number"], business_now().date()
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert stage.act("withdrawals", {"from_on": tomorrow})["items"] == []
    assert len(stage.act("withdrawals", {"from_on": today.isoformat(), "to_on": tomorrow})["items"]) == 1
    stage.act("cancel_settlement", {"number": number})
    assert stage.act("delete", {"number": number})["state"] == "deleted"
    assert stage.act("withdrawals", {})["items"] == []


def test_a_bill_tells_its_steps_with_times_and_a_masked_card(stage: Stage) -> None:
    bill = stage.act("withdrawal", {"number": stage.register()["number"]})
    assert [line["label"] for line in bill["timeline"]] == [
        "申请登记",
        "余额已预留",
        "已提交银行支付",
        "银行确认已支付",
        "已记账",
    ]
    assert [line["by"] for line in bill["timeline"]] == ["本人", "网厅", "网厅", "银行", "网厅"]
    assert bill["card_masked"].startswith("6222*")
    assert CARD not in str(bill)


def test_another_citizens_bill_is_not_there(stage: Stage) -> None:
    number = stage.register()["number"]
    with pytest.raises(NotFound):
        stage.act("withdrawal", {"number": number}, by=RETIREE)
    assert stage.act("withdrawals", {}, by=RETIREE)["items"] == []


def test_the_operator_sees_what_is_stuck_and_nobodys_name(stage: Stage) -> None:
    stage.faults.tell("register.property", *["down"] * 9)
    number = stage.register()["number"]
    assert usecases.stuck(stage, {}, request(stage))["items"] == []
    with stage.database.write() as session:
        session.execute(update(Bill).values(moved_at=business_now() - timedelta(minutes=2)))
    (line,) = usecases.stuck(stage, {}, request(stage))["items"]
    assert (line["number"], line["open_questions"]) == (number, ["不动产登记"])
    assert RENTER not in str(line) and RENTER_ID not in str(line)


def test_bills_left_to_their_owners_do_not_hide_one_that_the_hall_drives(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usecases, "STUCK_MOST", 1)
    stage.faults.tell("payout", "fail", "fail", "unknown")
    for person in (RENTER, RETIREE):
        assert stage.register(person)["state"] == "payment_failed"
    stage.loan.evidence[RENTER] = {"contract_number": "L1", "in_arrears": False, "repaid_fen": 1_000_000}
    number = stage.register(**of_a_borrower(400_000))["number"]
    with stage.database.write() as session:
        session.execute(update(Bill).values(moved_at=business_now() - timedelta(days=700)))
        late = update(Bill).where(Bill.number == number)
        session.execute(late.values(moved_at=business_now() - timedelta(minutes=1)))
    told = usecases.stuck(stage, {}, request(stage))
    assert ([one["number"] for one in told["items"]], told["unlisted"]) == ([number], 0)
    owners = told["owners"]
    assert ([one["state"] for one in owners["items"]], owners["unlisted"]) == (["payment_failed"], 1)


def test_asking_takes_no_stuck_bill_off_the_operators_list(stage: Stage) -> None:
    stage.faults.tell("payout", "unknown")
    number = stage.register()["number"]
    with stage.database.write() as session:
        session.execute(update(Bill).values(moved_at=business_now() - timedelta(hours=1), tries=7))
    stage.faults.tell("query", "down")
    stage.act("check", {"number": number})
    (line,) = usecases.stuck(stage, {}, request(stage))["items"]
    assert (line["number"], line["tries"]) == (number, 8)


def test_an_operation_cut_off_before_its_answer_tells_its_bill(stage: Stage) -> None:
    form = stage.registration()
    stage.faults.tell("payout", "crash_after")
    stage.crashing(lambda: stage.act("register", form, key="k"))
    told = usecases.operation(stage, {"op_id": "k"}, request(stage))
    assert (told["state"], told["answer"]["state"]) == ("done", "sent")
    with pytest.raises(NotFound):
        usecases.operation(stage, {"op_id": "k"}, stage.request(RETIREE, "operation", {}, None))
    assert usecases.operation(stage, {"op_id": "other"}, request(stage))["state"] == "absent"


def test_an_operation_whose_effect_is_forgotten_says_so_in_a_sentence(stage: Stage) -> None:
    stage.faults.tell("payout", "crash_after")
    stage.crashing(lambda: stage.act("register", stage.registration(), key="old"))
    with stage.database.write() as session:
        mine = update(Operation).where(Operation.op_id.like("gateway|old%"))
        session.execute(mine.values(done_at=technical_at() - timedelta(days=91)))
    forget(stage.database)
    with pytest.raises(Refusal, match="answer_forgotten"):
        usecases.operation(stage, {"op_id": "old"}, request(stage))


def test_events_carry_numbers_and_nothing_personal(stage: Stage) -> None:
    stage.register()
    with stage.database.read() as session:
        payloads = session.scalars(select(OutboxRow.payload)).all()
    of_bills = {"number", "reason", "reason_title", "amount_fen", "fund_number"}
    of_texts = {"number", "fund_number", "code", "version", "digest", "way", "for", "at"}
    assert all(set(payload) in (of_bills, of_texts) for payload in payloads)


def test_personal_answers_are_sealed_at_rest(stage: Stage, owner: Engine) -> None:
    stage.register()
    with owner.connect() as connection:
        rows = connection.execute(
            text("SELECT b::text || a::text FROM bills b, payment_attempts a")
        ).scalars()
        stored = " ".join(rows)
    assert CARD not in stored and "marital_status" not in stored and "测试人" not in stored


@pytest.mark.parametrize("table", ["signed_agreements", "transitions"])
def test_the_service_cannot_rewrite_what_was_signed_or_done(stage: Stage, table: str) -> None:
    stage.register()
    with pytest.raises(DBAPIError), stage.database.write() as session:
        session.execute(text(f"DELETE FROM {table}"))  # noqa: S608  # a name of this test


def request(stage: Stage) -> Any:
    return stage.request(RENTER, "question", {}, None)
