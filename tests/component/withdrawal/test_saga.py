"""The payment of a bill under every outcome: paid once and booked once, or visibly not paid."""

import pytest
from sqlalchemy import select, update

from services.common.clock import technical_at
from services.common.errors import Refusal, WrongState
from services.common.request import ANSWERING_S
from services.common.tables import OutboxRow
from services.withdrawal.models import Bill
from services.withdrawal.saga import BILLS
from services.withdrawal.states import BOOKED, UNPAID
from tests.component.withdrawal.stage import CARD, RENTER, RETIREE, Stage
from tests.component.withdrawal.stand_ins import Crash


@pytest.mark.feature("W-14", "W-23", "V-17")
def test_a_renter_is_paid_and_booked(stage: Stage) -> None:
    bill = stage.register()
    assert (bill["state"], bill["notice"], bill["amount_fen"]) == ("booked", BOOKED, 840_000)
    assert [line["action"] for line in bill["timeline"]] == ["register", "hold", "send", "confirm", "book"]
    assert stage.events() == ["withdrawal.registered", "withdrawal.paid", "withdrawal.booked"]
    assert stage.paid_once_and_booked_once()


@pytest.mark.feature("W-06")
def test_a_retiree_draws_all_with_interest(stage: Stage) -> None:
    bill = stage.act("register", stage.retirement(), by=RETIREE)
    assert (bill["state"], bill["amount_fen"], bill["interest_fen"]) == ("booked", 5_029_792, 29_792)
    assert stage.bank_outside.executed()[0]["amount_fen"] == 5_029_792


def test_a_payout_that_fails_rests_visibly_and_can_be_cancelled(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    bill = stage.register()
    assert (bill["state"], bill["label"]) == ("payment_failed", "支付失败")
    assert stage.bank_outside.executed() == []
    cancelled = stage.act("cancel_settlement", {"number": bill["number"]})
    assert (cancelled["state"], stage.deposit.outcomes()) == ("settlement_cancelled", ["released"])


@pytest.mark.feature("W-27")
def test_a_lost_answer_is_asked_for_and_never_sent_again(stage: Stage) -> None:
    stage.faults.tell("payout", "lose_answer")
    stage.faults.tell("query", "down")
    bill = stage.register()
    assert bill["state"] == "payment_unknown"
    checked = stage.act("check", {"number": bill["number"]})
    assert checked["state"] == "payment_unknown"
    assert stage.act("check", {"number": bill["number"]})["state"] == "booked"
    assert len(stage.bank_outside.sent) == 1
    assert stage.paid_once_and_booked_once()


@pytest.mark.parametrize("press", ["pay", "check", "cancel_settlement", "delete"])
def test_a_press_on_a_bill_that_has_moved_on_is_told_by_its_code(stage: Stage, press: str) -> None:
    """Pages lead whoever pressed back to the bill by this code (`gateway/pages/overtaken.py`)."""
    number = stage.register()["number"]
    with pytest.raises(WrongState) as refused:
        stage.act(press, {"number": number})
    assert (refused.value.code, stage.state()) == ("wrong_state", "booked")
    assert stage.paid_once_and_booked_once()


def test_unknown_stays_unknown_until_the_bank_knows(stage: Stage) -> None:
    stage.faults.tell("payout", "unknown")
    bill = stage.register()
    stage.sweep(2)
    assert stage.state() == "payment_unknown"
    with pytest.raises(WrongState):
        stage.act("cancel_settlement", {"number": bill["number"]})
    stage.bank_outside.orders[f"{bill['number']}-1"]["outcome"] = 0
    stage.sweep()
    assert stage.state() == "booked"
    assert len(stage.bank_outside.sent) == 1


def test_an_order_the_bank_never_saw_is_closed_there_before_it_counts_as_failed(stage: Stage) -> None:
    stage.faults.tell("payout", "down")
    stage.register()
    assert stage.state() == "payment_unknown"
    stage.faults.tell("close", "down")
    stage.sweep()
    assert stage.state() == "payment_unknown"
    stage.sweep()
    assert stage.state() == "payment_failed"
    late = stage.bank_outside.post("/bank/payouts", {"order_number": f"{stage.number()}-1"}, 1.0)
    assert late.body["outcome"] == 1


def test_a_bank_that_is_down_for_long_delays_and_decides_nothing(stage: Stage) -> None:
    stage.faults.tell("payout", "down")
    stage.faults.tell("query", *["down"] * 4)
    stage.register()
    stage.sweep(4)
    assert stage.state() == "payment_unknown"
    stage.sweep_until_rest()
    assert stage.state() == "payment_failed"


CRASHES = [
    ("hold", "crash_before"),
    ("hold", "crash_after"),
    ("payout", "crash_before"),
    ("payout", "crash_after"),
    ("settle", "crash_before"),
    ("settle", "crash_after"),
]


@pytest.mark.parametrize(("place", "mode"), CRASHES)
def test_a_death_between_any_two_steps_ends_paid_once_or_not_at_all(
    stage: Stage, place: str, mode: str
) -> None:
    stage.faults.tell(place, mode)
    stage.crashing(stage.register)
    stage.sweep_until_rest()
    if (place, mode) == ("payout", "crash_before"):
        assert (stage.state(), stage.bank_outside.executed()) == ("payment_failed", [])
    else:
        assert stage.state() == "booked"
        assert stage.paid_once_and_booked_once()


@pytest.mark.parametrize("place", ["query", "close"])
@pytest.mark.parametrize("mode", ["crash_before", "crash_after"])
def test_a_death_while_asking_the_bank_changes_nothing(stage: Stage, place: str, mode: str) -> None:
    stage.faults.tell("payout", "down")
    stage.register()
    stage.faults.tell(place, mode)
    stage.time_passes()
    stage.crashing(stage.drive)
    stage.sweep_until_rest()
    assert (stage.state(), stage.bank_outside.executed()) == ("payment_failed", [])


@pytest.mark.parametrize("place", ["hold", "settle"])
def test_a_lost_answer_of_deposit_is_asked_for_with_the_same_key(stage: Stage, place: str) -> None:
    stage.faults.tell(place, "lose_answer", "down")
    stage.register()
    stage.sweep_until_rest()
    assert stage.state() == "booked"
    assert stage.paid_once_and_booked_once()
    assert len(stage.deposit.holds) == 1


@pytest.mark.feature("W-24")
def test_a_hold_that_is_refused_leaves_the_bill_unpaid_with_the_reason(stage: Stage) -> None:
    stage.faults.tell("hold", "refuse")
    bill = stage.register()
    assert (bill["state"], bill["notice"], bill["problem"]) == ("registered", UNPAID, "可用余额不足。")
    stage.sweep(2)
    assert stage.faults.seen["hold"] == 1


@pytest.mark.feature("W-25")
def test_an_unpaid_bill_is_paid_on_request(stage: Stage) -> None:
    stage.faults.tell("hold", "refuse")
    bill = stage.register()
    assert bill["actions"] == ["pay", "cancel_settlement"]
    assert stage.act("pay", {"number": bill["number"]})["state"] == "booked"
    assert stage.paid_once_and_booked_once()


def test_a_cancelled_bill_gives_back_a_hold_whose_answer_was_lost(stage: Stage) -> None:
    stage.faults.tell("hold", "lose_answer")
    bill = stage.register()
    assert bill["state"] == "registered"
    stage.act("cancel_settlement", {"number": bill["number"]})
    assert stage.deposit.outcomes() == ["released"]


def test_a_refused_release_is_not_taken_for_one_that_is_done(stage: Stage) -> None:
    stage.faults.tell("hold", "lose_answer")
    stage.faults.tell("release", "forbid", "forbid")
    number = stage.register()["number"]
    stage.act("cancel_settlement", {"number": number})
    assert stage.deposit.outcomes() == [None]
    with pytest.raises(Refusal) as refused:
        stage.act("delete", {"number": number})
    assert refused.value.code == "hold_not_released"
    stage.sweep(2)
    assert stage.deposit.outcomes() == ["released"]


def test_the_bank_is_waited_for_no_longer_than_the_citizen_waits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.faults.tell("hold", "down")
    number = stage.register()["number"]
    stage.time_passes()
    request = stage.request(RENTER, "drive", {}, None)
    monkeypatch.setattr("services.common.request.technical_now", lambda: request.deadline - 2)
    BILLS.drive(stage, number, request)
    assert stage.bank_outside.waits == [2 - ANSWERING_S]


def test_a_release_that_is_lost_is_repeated_and_the_bill_cannot_be_deleted_before(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    number = stage.register()["number"]
    stage.faults.tell("release", "down", "down")
    stage.act("cancel_settlement", {"number": number})
    with pytest.raises(Refusal) as refused:
        stage.act("delete", {"number": number})
    assert refused.value.code == "hold_not_released"
    stage.sweep(2)
    assert stage.deposit.outcomes() == ["released"]
    assert stage.act("delete", {"number": number})["state"] == "deleted"


def test_what_the_sweeper_drives_carries_the_trace_of_its_sweep(stage: Stage) -> None:
    stage.faults.tell("hold", "down")
    stage.register()
    stage.sweep_until_rest()
    with stage.database.read() as session:
        traces = set(session.scalars(select(OutboxRow.trace).where(OutboxRow.event == "withdrawal.booked")))
    assert traces.isdisjoint({""}) and len(traces) == 1


def test_a_new_card_never_redirects_a_payout_under_way(stage: Stage) -> None:
    stage.faults.tell("hold", "down")
    stage.register()
    stage.deposit.cards[RENTER] = "6222020000000000020"
    stage.sweep_until_rest()
    assert stage.bank_outside.executed()[0]["card_number"] == CARD


def test_an_overtaken_driver_changes_nothing(stage: Stage) -> None:
    stage.faults.tell("hold", "down")
    stage.register()
    stage.time_passes()
    slow = stage.take()
    assert slow is not None
    stage.sweep_until_rest()
    assert BILLS._one_step(stage, slow, stage.request(RENTER, "drive", {}, None)) is None
    assert stage.state() == "booked"
    assert stage.paid_once_and_booked_once()


def test_a_slow_driver_whose_bill_was_closed_at_the_bank_cannot_pay_any_more(stage: Stage) -> None:
    stage.faults.tell("payout", "crash_before")
    stage.crashing(stage.register)
    stage.sweep_until_rest()
    order_number = stage.attempts()[0].order_number
    late = stage.bank_outside.post("/bank/payouts", {"order_number": order_number}, 1.0)
    assert late.body["outcome"] == 1


def test_cancelling_waits_while_a_driver_has_the_bill(stage: Stage) -> None:
    stage.faults.tell("hold", "down")
    number = stage.register()["number"]
    stage.time_passes()
    assert stage.take() is not None
    with pytest.raises(Refusal) as refused:
        stage.act("cancel_settlement", {"number": number})
    assert refused.value.code == "bill_busy"


def test_a_cancelled_bill_is_not_held_for_by_a_driver_that_comes_late(stage: Stage) -> None:
    stage.faults.tell("hold", "down")
    number = stage.register()["number"]
    stage.time_passes()
    slow = stage.take()
    assert slow is not None
    stage.time_passes()
    stage.act("cancel_settlement", {"number": number})
    assert BILLS._one_step(stage, slow, stage.request(RENTER, "drive", {}, None)) is None
    stage.sweep(2)
    assert stage.state() == "settlement_cancelled"
    assert None not in stage.deposit.outcomes()


def test_one_bill_that_breaks_does_not_stop_the_sweeper(stage: Stage) -> None:
    stage.faults.tell("hold", "down")
    stage.register()
    stage.faults.tell("hold", "down")
    stage.act("register", stage.retirement(), by=RETIREE)
    with stage.database.write() as session:
        session.execute(update(Bill).where(Bill.fund_number == RENTER).values(attempt=99))
    stage.sweep(3)
    with stage.database.read() as session:
        assert session.scalar(select(Bill.state).where(Bill.fund_number == RETIREE)) == "booked"
        broken = session.execute(select(Bill.tries, Bill.drive_after).where(Bill.fund_number == RENTER)).one()
    assert broken.tries >= 3 and broken.drive_after > technical_at()


def test_a_crash_is_not_an_error_that_anyone_handles() -> None:
    assert not issubclass(Crash, Exception)
