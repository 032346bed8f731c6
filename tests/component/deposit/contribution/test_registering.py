"""缴存登记: months and amount computed, registered as shown, one open bill a person, no month twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.common.clock import business_today
from services.common.errors import NotFound, Refusal
from services.common.ledger import book
from services.deposit.contribution.models import ContributedMonth
from tests.component.deposit.books import FUND_NUMBER
from tests.component.deposit.contribution.stage import MONTHLY_FEN, OTHER, Stage


def this_month() -> str:
    return f"{business_today():%Y-%m}"


@pytest.mark.feature("D-06", "D-08")
def test_the_month_due_is_shown_and_registered_as_shown(stage: Stage) -> None:
    shown = stage.proposal()
    assert (shown["months"], shown["amount_fen"]) == ([this_month()], MONTHLY_FEN)
    assert [line["kind"] for line in shown["lines"]] == ["remittance"]
    bill = stage.register()
    assert (bill["state"], bill["label"]) == ("registered", "登记完成，待结算")
    assert [one["number"] for one in stage.act("bills", {})["items"]] == [bill["number"]]


@pytest.mark.parametrize(
    "changed", [{"amount_fen": MONTHLY_FEN - 1}, {"months": ["2020-01"]}, {"months": ["2020-01", "2020-02"]}]
)
def test_only_what_was_computed_can_be_registered(stage: Stage, changed: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        stage.act("register", {"months": [this_month()], "amount_fen": MONTHLY_FEN} | changed)
    assert refused.value.code == "proposal_changed"


def test_the_same_key_registers_once(stage: Stage) -> None:
    first = stage.register(key="once")
    wanted = {"months": first["months"], "amount_fen": first["amount_fen"]}
    assert stage.act("register", wanted, key="once") == first


def test_registering_at_once_makes_one_bill(stage: Stage) -> None:
    wanted = {"months": [this_month()], "amount_fen": MONTHLY_FEN}

    def register(_: int) -> str:
        try:
            return str(stage.act("register", wanted)["number"])
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(register, range(6)))
    assert sorted(outcomes)[1:] == ["contribution_open"] * 5


def test_after_a_booking_the_next_month_is_due_and_no_further(stage: Stage) -> None:
    for _ in range(2):
        stage.register()
        stage.press("settle_by_code")
        stage.report(stage.outside.pay(stage.order_number(), MONTHLY_FEN, stage.order_number()[-9:]))
        stage.book()
    shown = stage.proposal()
    assert (shown["months"], shown["refusal"]["code"]) == ([], "all_contributed")
    assert shown["refusal"]["passes_on"] is not None
    assert stage.balance() == 2 * MONTHLY_FEN


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"employer_number": None}, "not_a_freelancer"),
        ({"state": "sealed"}, "account_not_taking_in"),
        ({"freeze_flag": "no_movement"}, "account_not_taking_in"),
        ({"freeze_flag": "taking_over"}, "account_being_taken_over"),
    ],
)
def test_who_may_not_contribute_is_told_why(stage: Stage, changes: dict[str, object], code: str) -> None:
    stage.account(**changes)
    assert stage.proposal()["refusal"]["code"] == code
    with pytest.raises(Refusal) as refused:
        stage.act("register", {"months": [this_month()], "amount_fen": MONTHLY_FEN})
    assert refused.value.code == code


def test_an_account_from_which_nothing_may_be_paid_still_takes_in(stage: Stage) -> None:
    stage.account(freeze_flag="no_paying_out")
    assert stage.register()["state"] == "registered"


def test_earlier_months_are_back_payments_as_far_back_as_allowed(stage: Stage) -> None:
    stage.account(opened_on=date(2020, 1, 1))
    shown = stage.proposal()
    assert len(shown["months"]) == 3
    assert {line["kind"] for line in shown["lines"]} == {"back_payment"}
    assert shown["amount_fen"] == 3 * MONTHLY_FEN


@pytest.mark.parametrize("action", ["bill", "settle_by_card", "settle_by_code", "delete", "check"])
def test_a_bill_of_somebody_else_is_not_there(stage: Stage, action: str) -> None:
    number = stage.register()["number"]
    with pytest.raises(NotFound):
        stage.act(action, {"number": number}, by=OTHER)


def test_a_month_contributed_meanwhile_is_not_debited_again(stage: Stage) -> None:
    stage.register()
    with stage.database.write() as session:
        book.post(session, stage.books.remittance(FUND_NUMBER, MONTHLY_FEN, business_today()))
    with pytest.raises(Refusal) as refused:
        stage.settle_by_card()
    assert refused.value.code == "months_contributed"


def test_the_database_itself_lets_no_month_be_booked_twice(stage: Stage) -> None:
    number = stage.register()["number"]
    month = business_today().replace(day=1)
    with stage.database.write() as session:
        session.add(ContributedMonth(fund_number=FUND_NUMBER, month=month, bill_number=number))
    with pytest.raises(IntegrityError), stage.database.write() as session:
        session.add(ContributedMonth(fund_number=FUND_NUMBER, month=month, bill_number=number))


@pytest.mark.parametrize("table", ["inflows", "inflow_ends", "contributed_months"])
def test_the_service_cannot_rewrite_what_came_in(stage: Stage, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):  # noqa: S608  # names of ours
        with pytest.raises(DBAPIError), stage.database.write() as session:
            session.execute(text(statement))


@pytest.mark.parametrize("edge", ["0001-01-01", "9999-12-31"])
def test_days_at_the_calendars_edge_are_days_as_any_other(stage: Stage, edge: str) -> None:
    number = stage.register()["number"]
    until = stage.act("bills", {"to_on": edge})["items"]
    since = stage.act("bills", {"from_on": edge})["items"]
    assert [one["number"] for one in (*until, *since)] == [number]


def test_the_bills_of_a_day_are_listed_for_that_day_alone(stage: Stage) -> None:
    number, today = stage.register()["number"], business_today()
    assert [one["number"] for one in stage.act("bills", of_days(today, today))["items"]] == [number]
    yesterday = today - timedelta(days=1)
    assert stage.act("bills", of_days(yesterday, yesterday))["items"] == []


def of_days(from_on: date, to_on: date) -> dict[str, str]:
    return {"from_on": from_on.isoformat(), "to_on": to_on.isoformat()}


def test_a_bill_whose_months_are_contributed_meanwhile_says_so_and_offers_to_delete_it(stage: Stage) -> None:
    number = stage.register()["number"]
    with stage.database.write() as session:
        session.add(
            ContributedMonth(
                fund_number=FUND_NUMBER, month=business_today().replace(day=1), bill_number=number
            )
        )
    shown = stage.act("bill", {"number": number})
    assert (shown["actions"], shown["card"]) == (["delete"], None)
    assert shown["notice"] == "单据中的月份已经缴存，不能重复结算，请删除单据后重新登记。"


def test_the_months_owed_wait_for_their_owner_until_a_bill_is_open(stage: Stage) -> None:
    assert stage.tasks() == {"items": [], "due": {"months": [this_month()], "amount_fen": MONTHLY_FEN}}
    bill = stage.register()
    tasks = stage.tasks()
    assert ([one["number"] for one in tasks["items"]], tasks["due"]) == ([bill["number"]], None)


def test_a_bill_whose_money_is_in_waits_for_the_hall_and_no_longer_for_its_owner(stage: Stage) -> None:
    stage.register()
    assert [one["waits_for"] for one in stage.tasks()["items"]] == ["owner"]
    stage.settle_by_card()
    (settled,) = stage.tasks()["items"]
    assert (settled["state"], settled["actions"], settled["waits_for"]) == (
        "settled",
        ["cancel_card"],
        "hall",
    )


def test_who_owes_nothing_up_to_this_month_has_nothing_waiting(stage: Stage) -> None:
    with stage.database.write() as session:
        book.post(session, stage.books.remittance(FUND_NUMBER, MONTHLY_FEN, business_today()))
    assert stage.proposal()["months"] > [this_month()]
    assert stage.tasks() == {"items": [], "due": None}
