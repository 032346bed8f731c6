"""Every fault does what it says, as often as told, and never pays twice."""

import pytest
import requests

from services.common.outside import NoAnswer
from tests.component.sandbox.program import Program, order, within


def test_failing_refuses_the_order_for_good(world: Program) -> None:
    world.fault("bank.payouts", "fail", times=1)
    assert world.bank.post("/bank/payouts", order("F-fail"), 5).body["outcome"] == 1
    assert world.bank.post("/bank/payouts", order("F-fail"), 5).body["outcome"] == 1
    assert "F-fail" not in world.executed()


@pytest.mark.parametrize("resolves_to", [0, 1])
def test_unknown_ends_as_told_after_the_delay(world: Program, resolves_to: int) -> None:
    number = f"F-unknown-{resolves_to}"
    world.fault("bank.payouts", "unknown", times=1, delay_ms=500, resolves_to=resolves_to)
    assert world.bank.post("/bank/payouts", order(number), 5).body["outcome"] == 2
    assert number not in world.executed()
    within(10, lambda: world.query(number).body["outcome"] == resolves_to)
    assert (number in world.executed()) == (resolves_to == 0)


def test_an_unknown_query_hides_what_is_known(world: Program) -> None:
    world.bank.post("/bank/payouts", order("F-hidden"), 5)
    world.fault("bank.query", "unknown", times=1)
    assert [world.query("F-hidden").body["outcome"] for _ in range(2)] == [2, 0]


def test_a_lost_answer_is_done_all_the_same(world: Program) -> None:
    world.fault("bank.payouts", "lose_answer", times=1)
    with pytest.raises(NoAnswer):
        world.bank.post("/bank/payouts", order("F-lost"), 5)
    assert world.query("F-lost").body["outcome"] == 0


def test_being_down_does_nothing_until_cleared(world: Program) -> None:
    world.fault("bank.payouts", "down")
    for _ in range(3):
        with pytest.raises(NoAnswer, match="HTTP 503"):
            world.bank.post("/bank/payouts", order("F-down"), 5)
    assert world.query("F-down").status == 404
    assert requests.delete(world.url + "/faults", timeout=5).json() == {"cleared": 1}
    assert world.bank.post("/bank/payouts", order("F-down"), 5).body["outcome"] == 0


def test_a_delayed_order_is_done_after_its_caller_left(world: Program) -> None:
    world.fault("bank.payouts", "delay", times=1, delay_ms=700)
    with pytest.raises(NoAnswer):
        world.bank.post("/bank/payouts", order("F-delay"), 0.2)
    within(10, lambda: "F-delay" in world.executed())
    assert world.executed().count("F-delay") == 1


def test_late_work_outlives_a_kill(world: Program) -> None:
    world.fault("bank.payouts", "answer_late", times=1, delay_ms=300)
    with pytest.raises(NoAnswer):
        world.bank.post("/bank/payouts", order("F-late"), 5)
    world.kill()
    world.start()
    within(10, lambda: "F-late" in world.executed())
    assert world.executed().count("F-late") == 1


def test_times_count_down_and_survive_a_kill(world: Program) -> None:
    world.fault("sms.messages", "fail", times=2)
    message = {"message_number": "F-m", "phone": "13800000009", "text": "你好"}
    assert world.sms.post("/sms/messages", message, 5).body == {"outcome": 1}
    world.kill()
    world.start()
    assert world.get("/faults")["faults"][0]["times"] == 1
    assert [world.sms.post("/sms/messages", message, 5).body["outcome"] for _ in range(2)] == [1, 0]
    assert world.get("/faults") == {"faults": []}


def test_a_fault_for_one_card_spares_the_others(world: Program) -> None:
    world.fault("bank.payouts", "fail", card_number="6222020000000000777")
    hit = world.bank.post("/bank/payouts", order("F-c1", card_number="6222020000000000777"), 5)
    spared = world.bank.post("/bank/payouts", order("F-c2"), 5)
    assert (hit.body["outcome"], spared.body["outcome"]) == (1, 0)


@pytest.mark.parametrize(("mode", "cause"), [("fail", "HTTP 500"), ("unknown", None), ("down", "HTTP 503")])
def test_a_register_gives_no_answer(world: Program, mode: str, cause: str | None) -> None:
    world.fault("registers.property", mode, times=1)
    with pytest.raises(NoAnswer, match=cause):
        world.registers.post("/registers/property/query", {"id_number": "370202199001010016"}, 5)


@pytest.mark.parametrize(
    "fault",
    [
        {"target": "bank.everything", "mode": "fail"},
        {"target": "bank.payouts", "mode": "explode"},
        {"target": "bank.payouts", "mode": "fail", "times": 0},
        {"target": "bank.payouts", "mode": "delay", "delay_ms": 10**9},
        {"target": "sms.messages", "mode": "fail", "card_number": "6222020000000000777"},
        {"target": "bank.payouts"},
        {"target": "bank.payouts", "mode": "fail", "more": 1},
        [],
    ],
)
def test_a_malformed_fault_is_refused(world: Program, fault: object) -> None:
    assert requests.put(world.url + "/faults", json=fault, timeout=5).status_code == 422
    assert world.get("/faults") == {"faults": []}
