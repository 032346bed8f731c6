"""A cancelled bill that is paid again (申请支付): a new hold, order and card, and the rules of that day."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from services.common.clock import business_now
from services.common.errors import Refusal
from services.withdrawal.models import Bill
from tests.component.withdrawal.stage import RENTER, RETIREE, Stage


@pytest.mark.feature("W-28")
def test_a_cancelled_bill_is_paid_again_with_a_new_hold_order_and_card(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    number = stage.register()["number"]
    stage.act("cancel_settlement", {"number": number})
    stage.deposit.cards[RENTER] = "6222020000000000020"
    assert stage.act("pay", {"number": number})["state"] == "booked"
    assert [attempt.order_number for attempt in stage.attempts()] == [f"{number}-1", f"{number}-2"]
    assert stage.bank_outside.executed()[0]["card_number"] == "6222020000000000020"
    assert stage.deposit.outcomes() == ["released", "settled"]


def test_a_bill_paid_again_long_after_its_cancellation_counts_as_drawn_today(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    number, today = stage.register()["number"], business_now().date()
    stage.act("cancel_settlement", {"number": number})
    with stage.database.write() as session:
        session.execute(update(Bill).values(registered_on=today - timedelta(days=2000)))
    assert stage.act("pay", {"number": number})["state"] == "booked"
    with pytest.raises(Refusal) as refused:
        stage.register()
    assert refused.value.code == "interval"


def test_a_closing_bill_that_is_paid_again_pays_what_is_there_then(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    number = stage.act("register", stage.retirement(), by=RETIREE)["number"]
    stage.act("cancel_settlement", {"number": number}, by=RETIREE)
    stage.deposit.accounts[RETIREE]["interest_to_date_fen"] = 30_000
    assert stage.act("pay", {"number": number}, by=RETIREE)["amount_fen"] == 5_030_000
