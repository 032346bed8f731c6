"""自由职业者缴存 over HTTP: both ways to pay and to cancel, and a bank that pays twice, late, wrongly."""

import hashlib
import hmac
import time
from typing import Any

import pytest
import requests

from ops.demo.citizen import Citizen
from ops.demo.device import new_key
from ops.environment import Setting
from tests.journeys.api.asserting import DEPOSITING, refused
from tests.journeys.contributing import (
    BILLS,
    PAYING,
    booking_held_back,
    deleted,
    in_state,
    pressed,
    refunded,
    registered,
    settled_by_card,
    taken_back,
    with_code,
    within,
)
from tests.journeys.halls import JourneyHall


@pytest.fixture(scope="module")
def freelancer(hall: JourneyHall) -> Citizen:
    """One freelancer for the tests that leave no bill behind."""
    return hall.somebody(PAYING)


@pytest.mark.feature("D-09", "D-10", "D-11", "D-12", "D-13", "D-33")
def test_a_bill_is_debited_cancelled_debited_again_and_booked(hall: JourneyHall) -> None:
    citizen = hall.somebody(PAYING)
    before = citizen.device.get("/account").body["balance"]
    bill = registered(citizen)
    number = bill["number"]
    assert settled_by_card(citizen, number)["state"] == "settled"
    refused(citizen.device.delete(f"{BILLS}/{number}"), 409, "wrong_state")
    pressed(citizen, number, "card-settlement-cancellation")
    in_state(citizen, number, "registered")
    assert pressed(citizen, number, "card-settlement", {})["state"] == "settled"
    hall.pass_time(300)
    booked = in_state(citizen, number, "booked")
    (refund,) = booked["refunds"]
    told = citizen.outside.income(number)
    assert [[one["outcome"] for one in told[kind]] for kind in ("debits", "refunds")] == [[0, 0], [0]]
    refused(citizen.device.post(f"{BILLS}/{number}/card-settlement-cancellation"), 409, "wrong_state")
    lines = citizen.device.get("/ledger-lines").body["items"]
    assert {line["bill_number"] for line in lines[: len(bill["months"])]} == {number}
    assert citizen.device.get("/account").body["balance"] != before
    assert booked["voucher"] == f"contribution/{number}"
    slip, given_back = (citizen.device.get(f"/slips/{one}").body for one in (number, refund["number"]))
    assert (slip["amount"], given_back["amount"]) == (bill["amount"], bill["amount"])
    assert [line["month"] for line in slip["lines"]] == bill["months"]


@pytest.mark.feature("D-17", "D-18")
def test_a_scanned_bill_waits_for_the_centre_to_book_it(hall: JourneyHall) -> None:
    citizen = hall.somebody(PAYING)
    number, order = with_code(hall, citizen)
    with booking_held_back(hall):
        hall.outside.pay_code(order)
        paid = in_state(citizen, number, "paid")
        assert paid["label"] == "等待中心记账"
        assert paid["notice"] == "支付成功，等待中心记账，一般10分钟之内记账。"
        (listed,) = citizen.device.get(BILLS).body["items"]
        assert (listed["number"], listed["label"]) == (number, "等待中心记账")
    assert in_state(citizen, number, "booked")["label"] == "缴存已记账"


@pytest.mark.feature("D-14", "D-16", "D-18")
def test_a_code_is_paid_reported_twice_and_booked_once(hall: JourneyHall) -> None:
    citizen = hall.somebody(PAYING)
    number, order = with_code(hall, citizen)
    hall.outside.arrange("callbacks.bank", "twice", times=1)
    hall.outside.pay_code(order)
    in_state(citizen, number, "booked")
    lines = citizen.device.get("/ledger-lines").body["items"]
    bill = citizen.device.get(f"{BILLS}/{number}").body
    assert sum(line["bill_number"] == number for line in lines) == len(bill["months"])
    assert bill["refunds"] == []


def test_a_code_paid_twice_is_given_back_once(hall: JourneyHall) -> None:
    citizen = hall.somebody(PAYING)
    number, order = with_code(hall, citizen)
    hall.outside.pay_code(order)
    hall.outside.pay_code(order, anyhow=True)
    refunded(citizen, number)
    in_state(citizen, number, "booked")
    told = hall.outside.income(number)
    assert (len(told["payments"]), len(told["refunds"])) == (2, 1)


@pytest.mark.feature("D-19", "D-20", "D-21")
def test_a_payment_after_the_cancellation_is_given_back(hall: JourneyHall, freelancer: Citizen) -> None:
    number, order = with_code(hall, freelancer)
    assert pressed(freelancer, number, "payment-code-cancellation")["state"] == "registered"
    hall.outside.pay_code(order, anyhow=True)
    refunded(freelancer, number)
    deleted(freelancer, number)


def test_the_wrong_amount_is_given_back_and_the_bill_is_payable_again(
    hall: JourneyHall, freelancer: Citizen
) -> None:
    number, order = with_code(hall, freelancer)
    hall.outside.pay_code(order, amount_fen=1)
    refunded(freelancer, number)
    assert "不符" in in_state(freelancer, number, "registered")["problem"]
    deleted(freelancer, number)


def test_a_report_that_is_not_the_banks_changes_nothing(hall: JourneyHall, freelancer: Citizen) -> None:
    number, order = with_code(hall, freelancer)
    body = b'{"order_number":"%s","serial":"1","amount_fen":1,"channel":"wechat","at":"now"}' % order.encode()
    for signature in ("a" * 64, _signed(hall, body, "/callbacks/face"), _signed(hall, body, age_s=3600)):
        answer = _report(hall, body, signature)
        assert (answer.status_code, answer.json()["code"]) == (403, "callback_not_genuine")
    assert freelancer.device.get(f"{BILLS}/{number}").body["state"] == "awaiting_scan"
    pressed(freelancer, number, "payment-code-cancellation")
    deleted(freelancer, number)


def _signed(hall: JourneyHall, body: bytes, path: str = "/callbacks/bank", age_s: int = 0) -> str:
    key = Setting.of(hall.home).secrets["bank"].encode()
    lines = f"{int(time.time()) - age_s}\n{path}\n".encode() + body
    return hmac.new(key, lines, hashlib.sha256).hexdigest()


def _report(hall: JourneyHall, body: bytes, signature: str) -> requests.Response:
    headers = {"X-Timestamp": str(int(time.time())), "X-Signature": signature}
    headers["Content-Type"] = "application/json"
    return requests.post(f"{hall.url}/callbacks/bank", data=body, headers=headers, timeout=10)


@pytest.mark.feature("D-06")
@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"amount": "0.01"}, 412, "proposal_changed"),
        ({"months": ["2020-01"]}, 412, "proposal_changed"),
        ({"amount": 1}, 422, "fields_invalid"),
        ({"amount": "-1"}, 422, "fields_invalid"),
        ({"months": []}, 422, None),
        ({"months": ["2026-1"]}, 422, "fields_invalid"),
        ({"fund_number": "370200000001"}, 422, "fields_invalid"),
    ],
)
def test_only_what_was_shown_can_be_registered(
    freelancer: Citizen, changed: dict[str, Any], status: int, code: str | None
) -> None:
    shown = freelancer.device.get("/contribution-proposal").body
    body = {"months": shown["months"], "amount": shown["amount"]} | changed
    reply = freelancer.device.post(BILLS, body)
    refused(reply, status, code or reply.code)


@pytest.mark.feature("A-23")
def test_nothing_is_debited_without_the_present_agreement_which_is_signed_once(hall: JourneyHall) -> None:
    citizen = hall.somebody(PAYING)
    number = registered(citizen)["number"]
    path = f"{BILLS}/{number}/card-settlement"
    problem = refused(citizen.device.post(path, {}), 409, "agreement_needed")
    assert "委托" in problem["figures"]["agreement_text"]
    old = {"code": "direct_debit", "version": "2019-1", "digest": "0" * 64}
    refused(citizen.device.post(path, {"consent": old}), 409, "agreement_changed")
    refused(citizen.device.post(path, {"consent": {"code": "direct_debit"}}), 422, "fields_invalid")
    assert hall.outside.income(number)["debits"] == []
    agreement = citizen.device.get("/contribution-proposal").body["agreement"]
    settled_by_card(citizen, number)
    taken_back(citizen, number)
    assert citizen.device.get("/contribution-proposal").body["agreement"] is None
    number = registered(citizen)["number"]
    assert pressed(citizen, number, "card-settlement", {})["state"] == "settled"
    taken_back(citizen, number)

    def signed() -> list[dict[str, Any]]:
        listed = citizen.device.get("/agreements").body["items"]
        return [one for one in listed if one["title"] == agreement["title"]]

    (kept,) = within(signed)
    assert kept["version"] == agreement["version"]


def test_a_key_belongs_to_one_request(freelancer: Citizen) -> None:
    key, shown = new_key(), freelancer.device.get("/contribution-proposal").body
    body = {"months": shown["months"], "amount": shown["amount"]}
    first = freelancer.device.post(BILLS, body, key)
    assert freelancer.device.post(BILLS, body, key).body == first.body
    refused(freelancer.device.post(BILLS, body | {"amount": "0.01"}, key), 422, "key_reused")
    refused(freelancer.device.post(BILLS, body), 409, "contribution_open")
    deleted(freelancer, first.body["number"])


def test_a_debit_that_fails_takes_nothing(freelancer: Citizen) -> None:
    number = registered(freelancer)["number"]
    card = freelancer.person["card"]["card_number"]
    freelancer.outside.arrange("bank.debits", "fail", times=1, card_number=card)
    bill = settled_by_card(freelancer, number)
    assert (bill["state"], bill["problem"] is not None) == ("registered", True)
    deleted(freelancer, number)


def test_a_debit_whose_answer_was_lost_is_found(freelancer: Citizen) -> None:
    number = registered(freelancer)["number"]
    card = freelancer.person["card"]["card_number"]
    freelancer.outside.arrange("bank.debits", "lose_answer", times=1, card_number=card)
    settled_by_card(freelancer, number)
    in_state(freelancer, number, "settled")
    pressed(freelancer, number, "card-settlement-cancellation")
    in_state(freelancer, number, "registered")
    told = freelancer.outside.income(number)
    assert (len(told["debits"]), len(told["refunds"])) == (1, 1)
    deleted(freelancer, number)


def test_whoever_has_an_employer_is_told_so(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    shown = citizen.device.get("/contribution-proposal").body
    assert (shown["months"], shown["refusal"]["code"]) == ([], "not_a_freelancer")
    reply = citizen.device.post(BILLS, {"months": ["2026-11"], "amount": "1.00"})
    refused(reply, 409, "not_a_freelancer")


def test_the_bill_of_another_is_not_there(hall: JourneyHall, freelancer: Citizen) -> None:
    number, other = registered(freelancer)["number"], hall.somebody(DEPOSITING)
    refused(other.device.get(f"{BILLS}/{number}"), 404, "no_such_bill")
    refused(other.device.post(f"{BILLS}/{number}/card-settlement", {}), 404, "no_such_bill")
    refused(other.device.post(f"{BILLS}/{number}/payment-code"), 404, "no_such_bill")
    refused(other.device.delete(f"{BILLS}/{number}"), 404, "no_such_bill")
    refused(other.device.get(f"{BILLS}/W20261122000001"), 404, "bill_unknown")
    deleted(freelancer, number)


def test_the_banks_statement_is_the_ledgers(hall: JourneyHall) -> None:
    """What the bank took in for contributions is what the ledger says it did."""
    asked = (
        "SELECT COALESCE(sum(CASE WHEN debit = '101' THEN amount_fen ELSE -amount_fen END), 0) FROM postings"
        " WHERE '21902' IN (debit, credit) AND '101' IN (debit, credit)"
    )

    def agrees() -> bool:
        with hall.database("deposit") as database:
            found = database.execute(asked).fetchone()
            return found is not None and int(found[0]) == hall.outside.received_fen()

    within(agrees)
