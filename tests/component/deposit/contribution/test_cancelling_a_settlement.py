"""联名卡结算取消 and its refund: until the booking, once, and never forgotten."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.common.errors import NotFound, Refusal
from services.common.ledger import book
from services.deposit.contribution import booking
from tests.component.deposit.books import FUND_NUMBER
from tests.component.deposit.contribution.stage import MONTHLY_FEN, Stage


def settled(stage: Stage) -> None:
    stage.register()
    stage.settle_by_card()


@pytest.mark.feature("D-12", "D-13", "D-21")
def test_a_cancelled_settlement_is_refunded_and_the_bill_can_be_deleted(stage: Stage) -> None:
    settled(stage)
    with pytest.raises(Refusal):
        stage.press("delete")
    bill = stage.press("cancel_card")
    assert (bill["state"], [one["state"] for one in bill["refunds"]]) == ("registered", ["refunded"])
    (refund,) = stage.outside.refunds.values()
    assert refund["body"]["amount_fen"] == MONTHLY_FEN
    assert (stage.standing("101"), stage.standing("21902")) == (0, 0)
    assert stage.press("delete")["state"] == "deleted"
    assert stage.book() == 0
    assert "contribution.refunded" in stage.events()
    stage.books_are_true()


def test_a_bill_that_is_not_settled_is_deleted_at_once(stage: Stage) -> None:
    stage.register()
    assert stage.press("delete")["state"] == "deleted"
    assert stage.act("bills", {})["items"] == []


@pytest.mark.feature("D-12")
def test_after_the_booking_it_cannot_be_cancelled(stage: Stage) -> None:
    settled(stage)
    stage.book()
    for action in ("cancel_card", "delete"):
        with pytest.raises(Refusal) as refused:
            stage.press(action)
        assert refused.value.code == "wrong_state"
    assert stage.balance() == MONTHLY_FEN


def test_a_cancelled_bill_is_debited_again_under_another_number(stage: Stage) -> None:
    settled(stage)
    stage.press("cancel_card")
    assert stage.press("settle_by_card")["state"] == "settled"
    stage.book()
    assert (stage.balance(), len(stage.outside.debits)) == (MONTHLY_FEN, 2)
    stage.books_are_true()


def test_a_refund_without_an_answer_is_asked_for_and_not_sent_again(stage: Stage) -> None:
    settled(stage)
    stage.outside.tell("refunds", "lose_answer")
    stage.outside.tell("refunds_query", "down", "down")
    assert stage.press("cancel_card")["state"] == "refunding"
    stage.sweep(2)
    assert (stage.state(), stage.refund_states()) == ("refunding", ["unknown"])
    stage.sweep()
    assert (stage.state(), stage.refund_states()) == ("registered", ["refunded"])
    assert len(stage.outside.refunds) == 1
    stage.books_are_true()


def test_a_refund_the_bank_refuses_is_tried_under_a_new_number_and_seen_by_staff(stage: Stage) -> None:
    settled(stage)
    stage.outside.tell("refunds", "fail")
    assert stage.press("cancel_card")["state"] == "refunding"
    assert stage.refund_states() == ["failed"]
    stage.long_ago()
    assert [(row["title"], row["state"]) for row in stage.stuck()] == [("退款", "failed")]
    stage.sweep_until_rest()
    assert (stage.state(), len(stage.outside.refunds)) == ("registered", 2)
    stage.books_are_true()


def test_a_refund_refused_for_certain_is_tried_seldom_and_shown_to_staff(stage: Stage) -> None:
    settled(stage)
    stage.outside.tell("refunds", *["fail"] * 20)
    stage.press("cancel_card")
    waits = []
    for _ in range(16):
        stage.sweep()
        waits.append(round(stage.refund_waits_s()))
    (row,) = [row for row in stage.stuck_after_long() if row["title"] == "退款"]
    assert row["attempts"] > 10
    assert max(waits[:1]) < 60
    assert 590 <= min(wait for wait in waits if wait > 60) <= 600
    assert 86_000 < waits[-1] <= 86_400
    assert waits == sorted(waits)
    assert stage.refund_states() == ["failed"]
    stage.books_are_true()


def test_staff_have_a_refused_refund_tried_again_with_a_reason_on_record(stage: Stage) -> None:
    settled(stage)
    stage.outside.tell("refunds", "fail")
    stage.press("cancel_card")
    stage.long_ago()
    (row,) = stage.stuck()
    assert row["actions"] == ["retry"]
    with pytest.raises(NotFound):
        stage.retry_refund("F20261122999999")
    told = stage.retry_refund(row["number"], key="again")
    assert stage.retry_refund(row["number"], key="again") == told
    assert [one["remark"] for one in stage.refund_history() if one["action"] == "retry"] == ["银行账号已更正"]
    # Due at once, however long the bank's refusals had put it off.
    stage.sweep_what_is_due(2)
    assert (stage.refund_states(), len(stage.outside.refunds)) == (["refunded"], 2)
    with pytest.raises(Refusal, match="wrong_state"):
        stage.retry_refund(row["number"])
    stage.books_are_true()


@pytest.mark.parametrize("place", ["refunds", "refunds_query", "refunds_close"])
@pytest.mark.parametrize("mode", ["crash_before", "crash_after"])
def test_a_death_anywhere_in_a_refund_gives_the_money_back_once(stage: Stage, place: str, mode: str) -> None:
    settled(stage)
    if place == "refunds":
        stage.outside.tell(place, mode)
        stage.crashing(lambda: stage.press("cancel_card"))
    else:
        stage.outside.tell("refunds", "down")
        stage.press("cancel_card")
        stage.outside.tell(place, mode)
        stage.crashing(stage.drive)
    stage.sweep_until_rest()
    assert (stage.state(), stage.refund_states()) == ("registered", ["refunded"])
    assert stage.outside.received_fen() == 0
    stage.books_are_true()


def test_while_the_refund_is_under_way_nothing_else_can_be_done(stage: Stage) -> None:
    settled(stage)
    stage.outside.tell("refunds", "unknown")
    stage.press("cancel_card")
    for action in ("delete", "settle_by_code", "cancel_card"):
        with pytest.raises(Refusal):
            stage.press(action)
    assert stage.book() == 0
    assert stage.balance() == 0


def test_booking_and_cancelling_at_once_do_one_of_the_two(stage: Stage) -> None:
    settled(stage)
    stage.window_passes()

    def cancel(_: int) -> Any:
        try:
            return stage.press("cancel_card")
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(6) as threads:
        cancelled = [threads.submit(cancel, 0) for _ in range(3)]
        booked = [threads.submit(booking.book_due, stage.database) for _ in range(3)]
    outcomes = [one.result() for one in cancelled]
    assert sum(type(one) is dict for one in outcomes) + sum(one.result() for one in booked) == 1
    stage.sweep_until_rest()
    assert stage.balance() in (0, MONTHLY_FEN)
    assert (stage.state() == "booked") == (stage.balance() == MONTHLY_FEN)
    stage.books_are_true()


def test_the_same_key_cancels_once(stage: Stage) -> None:
    settled(stage)
    first = stage.press("cancel_card", key="cancel")
    assert stage.press("cancel_card", key="cancel") == first
    assert len(stage.refund_states()) == 1


def test_money_for_an_account_that_no_longer_takes_in_goes_back(stage: Stage) -> None:
    settled(stage)
    stage.account(freeze_flag="no_movement")
    assert stage.book() == 0
    stage.sweep_until_rest()
    assert (stage.state(), stage.refund_states(), stage.balance()) == ("registered", ["refunded"], 0)
    stage.books_are_true()


def test_an_account_is_not_closed_while_a_contribution_is_on_its_way(stage: Stage) -> None:
    settled(stage)
    with pytest.raises(Refusal) as refused:
        stage.books.hold(None, closes=True)
    assert refused.value.code == "contribution_coming"


def test_nothing_is_booked_or_paid_while_the_account_is_being_closed(stage: Stage) -> None:
    stage.register()
    with stage.database.write() as session:
        book.post(session, stage.books.remittance(FUND_NUMBER, 1))
    stage.books.hold(None, closes=True)
    with pytest.raises(Refusal) as refused:
        stage.settle_by_card()
    assert refused.value.code == "account_closing"
