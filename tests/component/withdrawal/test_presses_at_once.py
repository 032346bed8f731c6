"""Two windows, one bill: the row as it is when it is locked decides, not as it was read before."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from services.common.machine import IllegalStep
from services.common.request import Request
from services.withdrawal import views
from services.withdrawal.models import Bill
from services.withdrawal.saga import BILLS
from tests.component.withdrawal.stage import Stage

UNDER_WAY = {
    "awaiting_evidence": ("register.property", "down"),
    "payment_failed": ("payout", "fail"),
    "registered": ("hold", "lose_answer"),
}


def cancelled_behind_the_read(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next press reads the bill, and before it locks it the other window cancels."""
    read = views.own_bill

    def read_then_cancelled(session: Session, fund_number: str, number: str) -> Bill:
        bill = read(session, fund_number, number)
        monkeypatch.setattr(views, "own_bill", read)
        stage.act("cancel_settlement", {"number": number})
        return bill

    monkeypatch.setattr(views, "own_bill", read_then_cancelled)


@pytest.mark.parametrize("state", UNDER_WAY)
def test_a_press_made_before_the_bill_was_cancelled_pays_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    stage.faults.tell(*UNDER_WAY[state])
    number = stage.register()["number"]
    assert stage.state() == state
    sent = len(stage.bank_outside.sent)
    cancelled_behind_the_read(stage, monkeypatch)
    with pytest.raises(IllegalStep) as refused:
        stage.act("pay", {"number": number})
    assert refused.value.figures == {"bill_state": "结算已取消"}
    stage.sweep(3)
    assert (stage.state(), len(stage.attempts()), len(stage.bank_outside.sent)) == (
        "settlement_cancelled",
        1,
        sent,
    )
    assert "settled" not in stage.deposit.outcomes()


def test_a_bill_cancelled_in_two_windows_is_begun_again_once(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    number = stage.register()["number"]
    stage.act("cancel_settlement", {"number": number})
    whole, overtaken = stage.deposit.call, list[str]()

    def call(method: str, arguments: dict[str, Any], request: Request) -> Any:
        told = whole(method, arguments, request)
        if method == "payee" and not overtaken:
            overtaken.append(method)
            stage.faults.tell("hold", "lose_answer")
            assert stage.act("pay", {"number": number})["state"] == "registered"
        return told

    stage.deposit.call = call  # type: ignore[method-assign]
    stage.act("pay", {"number": number})
    stage.sweep_until_rest()
    assert [attempt.ordinal for attempt in stage.attempts()] == [1, 2]
    assert stage.paid_once_and_booked_once()


def test_an_attempt_whose_hold_was_given_back_is_never_sent(stage: Stage) -> None:
    """Whatever brought it there: a bug in a table must not cost money."""
    stage.faults.tell("hold", "lose_answer")
    number = stage.register()["number"]
    stage.act("cancel_settlement", {"number": number})
    with stage.database.write() as session:
        bill = session.get_one(Bill, number)
        BILLS.moved(session, bill, "pay", bill.fund_number)
    with pytest.raises(AssertionError, match="sent once"):
        stage.drive()
    assert stage.bank_outside.sent == []
