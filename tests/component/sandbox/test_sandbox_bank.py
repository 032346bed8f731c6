"""The bank pays an order once by its number, and a closed number never."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from services.common.outside import NoAnswer, Outside
from tests.component.sandbox.program import KEYS, Program, order, within


def test_an_order_is_executed_once_and_answered_alike(world: Program) -> None:
    first = world.bank.post("/bank/payouts", order("P-once"), 5)
    again = world.bank.post("/bank/payouts", order("P-once"), 5)
    assert first.body["outcome"] == 0
    assert again == first
    assert world.executed().count("P-once") == 1


def test_equal_orders_at_once_leave_one_payout(world: Program) -> None:
    banks = [Outside(world.url, KEYS["BANK_KEY"]) for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda bank: bank.post("/bank/payouts", order("P-race"), 10), banks))
    assert {answer.body["serial"] for answer in answers} == {answers[0].body["serial"]}
    assert world.executed().count("P-race") == 1


def test_a_known_number_with_another_body_is_refused(world: Program) -> None:
    world.bank.post("/bank/payouts", order("P-taken"), 5)
    answer = world.bank.post("/bank/payouts", order("P-taken", amount_fen=1), 5)
    assert (answer.status, answer.body["reason"]) == (409, "order_number_taken")


def test_a_number_never_seen_is_unknown_to_the_query(world: Program) -> None:
    assert world.query("P-never").status == 404


def test_a_closed_number_is_never_paid(world: Program) -> None:
    closed = world.bank.post("/bank/payouts/close", {"order_number": "P-closed"}, 5)
    late = world.bank.post("/bank/payouts", order("P-closed"), 5)
    assert [answer.body["reason"] for answer in (closed, late, world.query("P-closed"))] == ["closed"] * 3
    assert late.body["outcome"] == 1
    assert "P-closed" not in world.executed()


def test_closing_a_paid_number_tells_that_it_was_paid(world: Program) -> None:
    world.bank.post("/bank/payouts", order("P-paid"), 5)
    assert world.bank.post("/bank/payouts/close", {"order_number": "P-paid"}, 5).body["outcome"] == 0


def test_late_work_loses_against_the_closing(world: Program) -> None:
    world.fault("bank.payouts", "answer_late", times=1, delay_ms=600)
    with pytest.raises(NoAnswer):
        world.bank.post("/bank/payouts", order("P-late-closed"), 5)
    assert world.query("P-late-closed").status == 404
    world.bank.post("/bank/payouts/close", {"order_number": "P-late-closed"}, 5)
    world.fault("bank.payouts", "answer_late", times=1, delay_ms=600)
    with pytest.raises(NoAnswer):
        world.bank.post("/bank/payouts", order("P-late-after"), 5)
    within(10, lambda: "P-late-after" in world.executed())
    assert "P-late-closed" not in world.executed()


def test_the_statement_adds_up_and_pages(world: Program) -> None:
    for number in ("P-s1", "P-s2", "P-s3"):
        world.bank.post("/bank/payouts", order(number, amount_fen=12345), 5)
    whole = world.get("/bank/statement")
    paged, after = [], 0
    while after is not None:
        page = world.get(f"/bank/statement?limit=2&after={after}")
        paged += page["payouts"]
        after = page["next"]
    assert paged == whole["payouts"]
    assert whole["executed_fen"] == sum(line["amount_fen"] for line in paged if line["outcome"] == 0)


@pytest.mark.parametrize("bank_code", ["102", "103", "104", "105", "301"])
def test_the_five_banks_are_served(world: Program, bank_code: str) -> None:
    answer = _check(world, bank_code=bank_code)
    assert answer == {"outcome": 0, "card_class": "I", "reason": ""}


@pytest.mark.parametrize(
    ("changed", "outcome", "card_class", "reason"),
    [
        ({"bank_code": "308"}, 1, None, "bank_not_served"),
        ({"card_number": "6222029999020000001"}, 0, "II", ""),
        ({"card_number": "6222029999030000001"}, 1, None, "card_closed"),
        ({"card_number": "6222029999040000001"}, 1, None, "holder_mismatch"),
        ({"card_number": "6222029999050000001"}, 2, None, "processing"),
    ],
)
def test_test_numbers_of_cards(
    world: Program, changed: dict[str, str], outcome: int, card_class: str | None, reason: str
) -> None:
    assert _check(world, **changed) == {"outcome": outcome, "card_class": card_class, "reason": reason}


def test_a_loaded_card_knows_bank_holder_and_class(world: Program) -> None:
    card = {
        "card_number": "6217001230000000018",
        "bank_code": "105",
        "holder_name": "何有卡",
        "id_number": "370202199002020027",
        "card_class": "II",
    }
    requests.put(world.url + "/bank/cards", json={"records": [card]}, timeout=5)
    asked = {name: value for name, value in card.items() if name != "card_class"}
    assert _check(world, **asked)["card_class"] == "II"
    assert _check(world, **asked | {"holder_name": "别人"})["reason"] == "holder_mismatch"
    assert _check(world, **asked | {"id_number": "370202199002020035"})["reason"] == "holder_mismatch"
    assert _check(world, **asked | {"bank_code": "102"})["reason"] == "bank_mismatch"


def test_a_payout_to_another_holder_fails_for_good(world: Program) -> None:
    failed = world.bank.post("/bank/payouts", order("P-mismatch", card_number="6222029999040000001"), 5)
    assert (failed.body["outcome"], failed.body["reason"]) == (1, "holder_mismatch")
    assert world.query("P-mismatch").body["outcome"] == 1


def _check(world: Program, **changed: str) -> dict[str, object]:
    asked = {
        "bank_code": "102",
        "card_number": "6222021234567890123",
        "holder_name": "甄有房",
        "id_number": "370202199001010016",
    }
    return world.bank.post("/bank/card-checks", asked | changed, 5).body
