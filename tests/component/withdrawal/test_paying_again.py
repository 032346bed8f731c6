"""A cancelled bill that is paid again (申请支付): a new hold, order and card, and the rules of that day."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from services.common.clock import business_now
from services.common.errors import Refusal
from services.common.request import Request
from services.common.tables import Operation
from services.withdrawal import usecases
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


def test_a_bill_whose_hold_was_refused_is_paid_to_the_card_that_is_bound_when_it_is_paid(
    stage: Stage,
) -> None:
    stage.faults.tell("hold", "refuse")
    number = stage.register()["number"]
    stage.deposit.cards[RENTER] = "6222020000000000020"
    paid = stage.act("pay", {"number": number})
    assert (paid["state"], paid["card_masked"][-4:]) == ("booked", "0020")
    assert stage.bank_outside.executed()[0]["card_number"] == "6222020000000000020"


def test_a_closing_bill_that_is_paid_again_pays_what_is_there_then(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    number = stage.act("register", stage.retirement(), by=RETIREE)["number"]
    stage.act("cancel_settlement", {"number": number}, by=RETIREE)
    stage.deposit.accounts[RETIREE]["interest_to_date_fen"] = 30_000
    assert stage.act("pay", {"number": number}, by=RETIREE)["amount_fen"] == 5_030_000


def test_a_press_overtaken_while_it_fetched_the_facts_begins_nothing_anew(stage: Stage) -> None:
    """Two windows press 申请支付 on a bill whose hold was refused; one is through before the other writes."""
    stage.faults.tell("hold", "refuse")
    number = stage.register()["number"]
    assert (stage.state(), stage.attempts()[0].hold_id) == ("registered", None)
    whole, overtaken = stage.deposit.call, list[datetime]()

    def call(method: str, arguments: dict[str, Any], request: Request) -> Any:
        told = whole(method, arguments, request)
        if method == "payee" and not overtaken:
            overtaken.append(business_now())
            # Its hold may have happened: nobody knows yet.
            stage.faults.tell("hold", "lose_answer")
            assert stage.act("pay", {"number": number})["state"] == "registered"
            overtaken.append(stage.attempts()[0].began_at)
        return told

    stage.deposit.call = call  # type: ignore[method-assign]
    stage.act("pay", {"number": number})
    stage.sweep_until_rest()
    (attempt,) = stage.attempts()
    assert attempt.began_at == overtaken[1] > overtaken[0]
    assert stage.paid_once_and_booked_once()


def test_what_became_of_a_command_long_ago_is_said_in_a_sentence(stage: Stage) -> None:
    key = "withdrawal-long-ago"
    stage.act("register", stage.registration(), key=key)
    for op_id in (key, f"{key}/effect"):
        with stage.database.write() as session:
            forgotten = update(Operation).where(Operation.op_id == f"gateway|{op_id}")
            session.execute(forgotten.values(answer=None))
        with pytest.raises(Refusal, match="answer_forgotten") as no:
            usecases.operation(stage, {"op_id": key}, stage.request(RENTER, "operation", {}, None))
        assert "结果不再保留" in no.value.sentence
        with stage.database.write() as session:
            session.execute(delete(Operation).where(Operation.op_id == f"gateway|{key}"))
