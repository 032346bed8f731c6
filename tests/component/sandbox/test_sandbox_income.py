"""The bank takes in and gives back once by number; a code is paid, closed or late, and the hall is told."""

import sqlite3
from typing import Any

import orjson
import pytest
import requests

from sandbox.store import FILE_NAME
from services.common.outside import NoAnswer
from tests.component.sandbox.program import Program, order

DEBIT = "/bank/debits"


def debited(world: Program, number: str, **changed: Any) -> Any:
    return world.bank.post(DEBIT, order(number, **changed), 5)


def refund(world: Program, number: str, order_number: str, serial: str, amount_fen: int) -> Any:
    body = {"refund_number": number, "order_number": order_number, "serial": serial, "amount_fen": amount_fen}
    return world.bank.post("/bank/refunds", body, 5).body


def code(world: Program, number: str, **changed: Any) -> Any:
    body = {"order_number": number, "amount_fen": 500, "valid_s": 900, "purpose": "缴存"} | changed
    return world.bank.post("/bank/payment-codes", body, 5).body


def ask(world: Program, what: str, number: str) -> Any:
    return world.bank.post(f"/bank/payment-codes/{what}", {"order_number": number}, 5)


def pay(world: Program, number: str, **body: Any) -> requests.Response:
    url = f"{world.url}/bank/payment-codes/{number}/payments"
    return requests.post(url, json={"channel": "wechat"} | body, timeout=5)


def test_a_debit_is_executed_once_and_shown_on_the_statement(world: Program) -> None:
    assert debited(world, "D-once") == debited(world, "D-once")
    assert debited(world, "D-once", amount_fen=1).status == 409
    lines = [one for one in world.get("/bank/statement/debits")["debits"] if one["order_number"] == "D-once"]
    assert [one["outcome"] for one in lines] == [0]


def test_a_closed_debit_is_never_executed(world: Program) -> None:
    world.bank.post(f"{DEBIT}/close", {"order_number": "D-closed"}, 5)
    late = debited(world, "D-closed")
    assert (late.body["outcome"], late.body["reason"]) == (1, "closed")


def test_a_card_without_money_is_refused(world: Program) -> None:
    assert debited(world, "D-poor", card_number="6222029999061234567").body["reason"] == "not_enough_money"


def test_no_more_is_refunded_than_came_in(world: Program) -> None:
    serial = debited(world, "D-back").body["serial"]
    assert refund(world, "R-1", "D-back", serial, 840_000)["outcome"] == 0
    assert refund(world, "R-1", "D-back", serial, 840_000)["outcome"] == 0
    assert refund(world, "R-2", "D-back", serial, 1)["reason"] == "nothing_to_refund"
    assert refund(world, "R-3", "D-back", "010000000000000", 1)["outcome"] == 1


def test_a_code_is_paid_once_and_the_hall_is_told(world: Program) -> None:
    assert code(world, "C-paid") == code(world, "C-paid")
    paid = pay(world, "C-paid").json()
    assert pay(world, "C-paid").status_code == 409
    told = ask(world, "query", "C-paid").body
    assert (told["state"], [one["serial"] for one in told["payments"]]) == ("paid", [paid["serial"]])
    connection = sqlite3.connect(world.folder / FILE_NAME, timeout=10)
    bodies = [orjson.loads(row[0]) for row in connection.execute("SELECT body FROM callbacks")]
    connection.close()
    assert [one for one in bodies if one["order_number"] == "C-paid"] == [paid]


def test_a_payment_by_code_is_refunded_by_its_serial(world: Program) -> None:
    code(world, "C-back")
    paid = pay(world, "C-back", amount_fen=700).json()
    assert refund(world, "R-c", "C-back", paid["serial"], 700)["outcome"] == 0


def test_a_closed_code_is_paid_only_by_mistake(world: Program) -> None:
    code(world, "C-closed")
    assert ask(world, "close", "C-closed").body["state"] == "closed"
    assert pay(world, "C-closed").status_code == 409
    assert pay(world, "C-closed", anyhow=True).status_code == 201
    assert len(ask(world, "query", "C-closed").body["payments"]) == 1


def test_a_code_never_made_can_be_closed_and_is_not_made_later(world: Program) -> None:
    assert ask(world, "query", "C-never").status == 404
    assert ask(world, "close", "C-never").body["state"] == "closed"
    assert code(world, "C-never")["state"] == "closed"


def test_a_code_whose_answer_is_lost_was_made(world: Program) -> None:
    world.fault("bank.codes", "lose_answer", times=1)
    with pytest.raises(NoAnswer):
        code(world, "C-lost")
    assert ask(world, "query", "C-lost").body["state"] == "open"


def test_a_person_pays_on_the_page_behind_the_code(world: Program) -> None:
    url = code(world, "C-page")["code_url"]
    assert "用微信支付付款" in requests.get(url, timeout=5).text
    page = requests.post(url, data={"channel": "dragon_pay"}, timeout=5).text
    assert "建行龙支付付款成功" in page
    assert "用微信支付付款" not in page
    requests.post(url, data={"channel": "wechat", "how": "wrong"}, timeout=5)
    assert [one["amount_fen"] for one in ask(world, "query", "C-page").body["payments"]] == [500, 1]


def test_what_came_in_is_the_sum_of_the_statement(world: Program) -> None:
    told = [world.get(f"/bank/statement/{kind}") for kind in ("debits", "payments", "refunds")]
    debits, payments, refunds = (
        sum(one["amount_fen"] for one in page[kind] if one["outcome"] == 0)
        for page, kind in zip(told, ("debits", "payments", "refunds"), strict=True)
    )
    assert told[0]["received_fen"] == debits + payments - refunds
