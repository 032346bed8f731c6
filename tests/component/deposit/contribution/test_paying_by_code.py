"""聚合支付: paid once however often the bank says so, given back when it does not fit."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from services.common.clock import business_now
from services.common.errors import Invalid, NotFound, Refusal
from services.deposit.contribution import inflows
from services.deposit.contribution.models import Attempt, Inflow
from tests.component.deposit.contribution.stage import MONTHLY_FEN, Stage


def with_code(stage: Stage) -> str:
    stage.register()
    stage.press("settle_by_code")
    return stage.order_number()


@pytest.mark.feature("D-14", "D-16", "D-17", "D-18")
def test_a_code_is_paid_reported_and_booked(stage: Stage) -> None:
    order = with_code(stage)
    bill = stage.press("check")
    assert (bill["state"], bill["payment_code"]["url"]) == ("awaiting_scan", f"https://pay.example/{order}")
    assert stage.outside.codes[order]["body"]["amount_fen"] == MONTHLY_FEN
    assert stage.report(stage.outside.pay(order, MONTHLY_FEN)) == {"received": True}
    shown = stage.act("bill", {"number": stage.number()})
    assert (shown["state"], shown["label"], shown["payment_code"]) == ("paid", "等待中心记账", None)
    assert shown["settlement"]["channel"] == "微信支付"
    assert stage.book() == 1
    assert (stage.state(), stage.balance()) == ("booked", MONTHLY_FEN)
    stage.books_are_true()


@pytest.mark.feature("D-17")
def test_a_hundred_reports_of_one_payment_in_any_order_are_one_booking(stage: Stage) -> None:
    order = with_code(stage)
    told = stage.outside.pay(order, MONTHLY_FEN)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda place: stage.report(told, f"s{place % 60}"), range(100)))
    assert answers == [{"received": True}] * 100
    assert stage.book() == 1
    for place in range(20):
        stage.report(told, f"late{place}")
    assert (stage.state(), stage.balance(), stage.refund_states()) == ("booked", MONTHLY_FEN, [])
    stage.books_are_true()


def test_a_lost_report_is_found_by_asking(stage: Stage) -> None:
    order = with_code(stage)
    stage.outside.pay(order, MONTHLY_FEN)
    stage.sweep()
    assert stage.state() == "paid"
    stage.books_are_true()


def test_a_second_payment_of_a_paid_bill_is_given_back(stage: Stage) -> None:
    order = with_code(stage)
    stage.report(stage.outside.pay(order, MONTHLY_FEN, "P1"))
    stage.report(stage.outside.pay(order, MONTHLY_FEN, "P2"))
    stage.sweep()
    assert (stage.state(), stage.refund_states()) == ("paid", ["refunded"])
    stage.book()
    stage.report(stage.outside.pay(order, MONTHLY_FEN, "P3"))
    stage.sweep_until_rest()
    assert stage.refund_states() == ["refunded", "refunded"]
    assert (stage.balance(), stage.outside.received_fen()) == (MONTHLY_FEN, MONTHLY_FEN)
    stage.books_are_true()


@pytest.mark.parametrize("amount_fen", [1, MONTHLY_FEN - 1, MONTHLY_FEN + 1])
def test_the_wrong_amount_is_given_back_and_the_bill_is_payable_again(stage: Stage, amount_fen: int) -> None:
    order = with_code(stage)
    stage.report(stage.outside.pay(order, amount_fen))
    stage.sweep_until_rest()
    shown = stage.act("bill", {"number": stage.number()})
    assert (shown["state"], shown["refunds"][0]["cause"]) == ("registered", "支付金额与单据不符")
    assert "不符" in shown["problem"]
    assert (stage.balance(), stage.outside.received_fen()) == (0, 0)
    stage.books_are_true()


@pytest.mark.feature("D-19", "D-20", "D-21")
def test_a_cancelled_code_is_closed_at_the_bank_and_the_bill_paid_by_card(stage: Stage) -> None:
    order = with_code(stage)
    with pytest.raises(Refusal):
        stage.press("delete")
    assert stage.press("cancel_code")["state"] == "registered"
    assert stage.outside.codes[order]["state"] == "closed"
    assert stage.settle_by_card()["state"] == "settled"
    stage.book()
    assert stage.balance() == MONTHLY_FEN
    stage.books_are_true()


def test_a_payment_that_comes_after_the_cancellation_is_given_back(stage: Stage) -> None:
    order = with_code(stage)
    stage.press("cancel_code")
    stage.report(stage.outside.pay(order, MONTHLY_FEN))
    stage.sweep_until_rest()
    assert (stage.state(), stage.refund_states()) == ("registered", ["refunded"])
    stage.settle_by_card()
    stage.book()
    assert (stage.balance(), stage.outside.received_fen()) == (MONTHLY_FEN, MONTHLY_FEN)
    stage.books_are_true()


def test_a_payment_for_a_deleted_bill_is_given_back(stage: Stage) -> None:
    order = with_code(stage)
    stage.press("cancel_code")
    stage.press("delete")
    stage.report(stage.outside.pay(order, MONTHLY_FEN))
    stage.sweep_until_rest()
    assert (stage.state(), stage.refund_states(), stage.outside.received_fen()) == (
        "deleted",
        ["refunded"],
        0,
    )
    stage.books_are_true()


def test_cancelling_what_was_paid_already_finds_it_paid(stage: Stage) -> None:
    order = with_code(stage)
    stage.outside.pay(order, MONTHLY_FEN)
    assert stage.press("cancel_code")["state"] == "paid"
    assert stage.refund_states() == []
    stage.books_are_true()


def test_a_report_while_the_code_is_being_closed_pays_the_bill(stage: Stage) -> None:
    order = with_code(stage)
    stage.outside.tell("payment_codes_close", "down")
    assert stage.press("cancel_code")["state"] == "code_closing"
    with pytest.raises(Refusal):
        stage.settle_by_card()
    stage.report(stage.outside.pay(order, MONTHLY_FEN))
    assert stage.state() == "paid"
    stage.sweep()
    assert (stage.state(), stage.refund_states()) == ("paid", [])
    stage.books_are_true()


def test_cancelling_and_paying_at_once_ends_paid_or_given_back(stage: Stage) -> None:
    order = with_code(stage)
    told = stage.outside.pay(order, MONTHLY_FEN)
    stage.outside.codes[order]["state"] = "open"
    stage.outside.codes[order]["payments"] = []

    def cancel(_: int) -> None:
        try:
            stage.press("cancel_code")
        except Refusal:
            return

    with ThreadPoolExecutor(4) as threads:
        list(
            threads.map(
                lambda place: cancel(place) if place % 2 else stage.report(told, f"r{place}"), range(6)
            )
        )
    stage.outside.codes[order]["payments"] = [told]
    stage.sweep_until_rest()
    expected = {"paid": [], "registered": ["refunded"]}
    assert stage.refund_states() == expected[stage.state()]
    stage.books_are_true()


def test_an_expired_code_sets_the_bill_free(stage: Stage) -> None:
    with_code(stage)
    stage.code_expires()
    stage.sweep_until_rest()
    shown = stage.act("bill", {"number": stage.number()})
    assert (shown["state"], "到期" in shown["problem"]) == ("registered", True)


def test_a_code_paid_at_the_last_moment_pays_the_bill(stage: Stage) -> None:
    order = with_code(stage)
    stage.code_expires()
    stage.outside.pay(order, MONTHLY_FEN)
    stage.sweep()
    assert stage.state() == "paid"


def test_a_bank_that_makes_no_code_leaves_the_bill_payable(stage: Stage) -> None:
    stage.register()
    stage.outside.tell("payment_codes", "refuse")
    bill = stage.press("settle_by_code")
    assert (bill["state"], bill["problem"] is not None) == ("registered", True)


@pytest.mark.parametrize("mode", ["down", "lose_answer"])
def test_a_code_whose_answer_was_lost_is_asked_for_again_under_its_number(stage: Stage, mode: str) -> None:
    stage.register()
    stage.outside.tell("payment_codes", mode)
    assert stage.press("settle_by_code")["state"] == "code_due"
    stage.sweep()
    assert (stage.state(), len(stage.outside.codes)) == ("awaiting_scan", 1)


@pytest.mark.parametrize("place", ["payment_codes", "payment_codes_query", "payment_codes_close"])
@pytest.mark.parametrize("mode", ["crash_before", "crash_after"])
def test_a_death_anywhere_around_a_code_loses_nothing(stage: Stage, place: str, mode: str) -> None:
    stage.register()
    stage.outside.tell(place, mode)
    acts = {
        "payment_codes": lambda: stage.press("settle_by_code"),
        "payment_codes_query": lambda: stage.press("check"),
        "payment_codes_close": lambda: stage.press("cancel_code"),
    }
    if place != "payment_codes":
        stage.press("settle_by_code")
    stage.crashing(acts[place])
    stage.sweep()
    if stage.state() == "awaiting_scan":
        stage.outside.pay(stage.order_number(), MONTHLY_FEN)
        stage.sweep()
        assert stage.state() == "paid"
    stage.sweep_until_rest()
    assert stage.state() in ("paid", "registered")
    stage.books_are_true()


def test_a_report_with_a_field_more_is_taken(stage: Stage) -> None:
    order = with_code(stage)
    told = stage.outside.pay(order, MONTHLY_FEN) | {"settlement_batch": "7", "fee": {"fen": 0}}
    assert stage.report(told) == {"received": True}
    assert stage.state() == "paid"


def test_a_report_about_a_debit_is_not_taken_for_a_payment_by_code(stage: Stage) -> None:
    stage.register()
    stage.outside.tell("debits", "unknown")
    stage.settle_by_card()
    told = {"order_number": stage.order_number(), "serial": "S0", "amount_fen": MONTHLY_FEN}
    told |= {"channel": "card", "at": "2026-11-22T10:00:00+08:00"}
    with pytest.raises(NotFound):
        stage.report(told)
    (order,) = stage.outside.debits.values()
    order["outcome"] = 0
    stage.sweep_until_rest()
    assert (stage.state(), stage.refund_states()) == ("settled", [])
    stage.books_are_true()


def test_a_payment_after_the_closing_whose_report_is_lost_is_given_back(stage: Stage) -> None:
    order = with_code(stage)
    stage.press("cancel_code")
    stage.outside.pay(order, MONTHLY_FEN)
    stage.sweep()
    assert stage.refund_states() == []
    stage.closed_codes_are_due()
    stage.sweep()
    stage.sweep_until_rest()
    assert (stage.state(), stage.refund_states(), stage.outside.received_fen()) == (
        "registered",
        ["refunded"],
        0,
    )
    stage.books_are_true()


def test_a_closed_code_is_asked_about_twice_and_then_let_be(stage: Stage) -> None:
    order = with_code(stage)
    stage.press("cancel_code")
    for _ in range(2):
        stage.closed_codes_are_due()
        stage.outside.tell("payment_codes_query", "down")
        stage.sweep()
        stage.closed_codes_are_due()
        stage.sweep()
    stage.outside.pay(order, MONTHLY_FEN)
    stage.closed_codes_are_due()
    stage.sweep()
    assert stage.refund_states() == []


@pytest.mark.parametrize("mode", ["down", "unreadable"])
def test_a_bank_that_is_silent_about_a_closed_code_is_asked_for_ever_and_the_operator_sees_it(
    stage: Stage, mode: str
) -> None:
    order = with_code(stage)
    stage.press("cancel_code")
    stage.outside.pay(order, MONTHLY_FEN)
    stage.began(business_now() - timedelta(days=30))
    for days, hours in ((2, 1), (4, 24), (40, 24)):
        stage.codes_were_closed(datetime.now(UTC) - timedelta(days=days))
        stage.closed_codes_are_due()
        stage.outside.tell("payment_codes_query", mode)
        stage.sweep()
        (item,) = stage.stuck() or [{}]
        assert item.get("number") == (order if days > 3 else None)
        pause = stage.code_asked_after() - datetime.now(UTC)
        assert timedelta() < pause <= timedelta(hours=hours)
    assert stage.refund_states() == []
    stage.closed_codes_are_due()
    stage.sweep()
    stage.sweep_until_rest()
    assert (stage.refund_states(), stage.stuck()) == (["refunded"], [])


def test_a_fault_of_the_hall_is_not_told_as_a_silent_bank(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = with_code(stage)
    stage.press("cancel_code")
    stage.outside.pay(order, MONTHLY_FEN)

    def listed_as(mode: str, fault: bool) -> list[str]:
        stage.codes_were_closed(datetime.now(UTC) - timedelta(days=4))
        stage.closed_codes_are_due()
        stage.outside.tell("payment_codes_query", mode)
        with monkeypatch.context() as within:
            if fault:
                within.delattr(inflows, "take")
            stage.sweep()
        return [item["label"] for item in stage.stuck()]

    assert listed_as("down", fault=False) == ["已关闭，银行没有答复"]
    assert listed_as("up", fault=True) == ["已关闭，未能处理银行答复"]
    assert stage.code_asked_after() > datetime.now(UTC)
    assert listed_as("down", fault=False) == ["已关闭，银行没有答复"]
    assert listed_as("up", fault=False) == []
    stage.sweep_until_rest()
    assert stage.refund_states() == ["refunded"]


def test_a_payment_heard_of_in_the_next_month_is_no_payment_of_arrears(stage: Stage) -> None:
    """23:59 on the last of the month; the report comes ten minutes later."""
    order = with_code(stage)
    last_moment = stage.of_the_month_before()
    stage.report(stage.outside.pay(order, MONTHLY_FEN) | {"at": last_moment.isoformat()})
    assert [line["kind"] for line in stage.act("bill", {"number": stage.number()})["lines"]] == ["remittance"]
    stage.book()
    assert stage.line_kinds() == ["remittance"]


@pytest.mark.parametrize("at", ["1999-01-01T00:00:00+08:00", "2999-01-01T00:00:00+08:00", "yesterday"])
def test_the_banks_time_counts_only_between_the_attempt_and_now(stage: Stage, at: str) -> None:
    order = with_code(stage)
    stage.report(stage.outside.pay(order, MONTHLY_FEN) | {"at": at})
    with stage.database.read() as session:
        (inflow,) = session.scalars(select(Inflow)).all()
        (attempt,) = session.scalars(select(Attempt)).all()
    assert inflow.paid_at is not None
    assert attempt.began_at <= inflow.paid_at <= inflow.received_at


def test_a_code_lives_no_longer_for_an_answer_that_was_lost(stage: Stage) -> None:
    stage.register()
    stage.outside.tell("payment_codes", "lose_answer")
    stage.press("settle_by_code")
    began_at = business_now() - timedelta(minutes=10)
    stage.began(began_at)
    stage.sweep()
    code = stage.act("bill", {"number": stage.number()})["payment_code"]
    assert datetime.fromisoformat(code["expires_at"]) - began_at == timedelta(minutes=15)


def test_a_code_is_shown_to_expire_by_the_business_clock(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offset = tmp_path / "clock"
    offset.write_text(str(86_400 * 3))
    monkeypatch.setenv("HALL_CLOCK_FILE", str(offset))
    with_code(stage)
    code = stage.act("bill", {"number": stage.number()})["payment_code"]
    left = datetime.fromisoformat(code["expires_at"]) - business_now()
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


def test_a_code_that_the_bank_closed_says_that_it_expired(stage: Stage) -> None:
    order = with_code(stage)
    stage.outside.codes[order]["state"] = "expired"
    stage.sweep()
    shown = stage.act("bill", {"number": stage.number()})
    assert (shown["state"], "到期" in (shown["problem"] or "")) == ("registered", True)


def test_a_report_of_an_order_that_is_not_ours_is_not_taken(stage: Stage) -> None:
    with_code(stage)
    with pytest.raises(NotFound):
        stage.report({**stage.outside.pay(stage.order_number(), 1), "order_number": "X1"})


@pytest.mark.parametrize(
    "broken", [{"amount_fen": 0}, {"amount_fen": "1"}, {"serial": "x" * 29}, {"channel": ""}]
)
def test_a_report_of_the_wrong_shape_is_not_taken(stage: Stage, broken: dict[str, object]) -> None:
    order = with_code(stage)
    told = stage.outside.pay(order, MONTHLY_FEN) | broken
    with pytest.raises(Invalid):
        stage.report(told)
    assert stage.standing("101") == 0


def test_a_payment_of_an_expired_code_is_told_as_one_of_a_code_that_is_no_longer_good(stage: Stage) -> None:
    order = with_code(stage)
    stage.code_expires()
    stage.sweep_until_rest()
    stage.report(stage.outside.pay(order, MONTHLY_FEN))
    stage.sweep_until_rest()
    (refund,) = stage.act("bill", {"number": stage.number()})["refunds"]
    assert (refund["cause"], refund["state"]) == ("付款码失效之后到账", "refunded")
