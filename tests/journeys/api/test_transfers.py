"""异地转入 over HTTP: registered, answered by another centre, booked once, or taken back."""

import time
from decimal import Decimal
from typing import Any

import pytest
import requests

from ops.demo.citizen import Citizen
from ops.demo.device import new_key
from tests.journeys.api.asserting import DEPOSITING, refused
from tests.journeys.halls import JourneyHall

JINAN = {
    "centre": "C37010000000000",
    "employer_name": "济南甄测试商贸有限公司",
    "account_number": "0101234567",
}
MONEY = {"principal_fen": 5_000_000, "interest_fen": 180_000}
LIMIT_S = 30


@pytest.fixture(scope="module")
def filling_in(hall: JourneyHall) -> Citizen:
    """Somebody who fills the form in wrongly."""
    return hall.somebody(DEPOSITING)


def registered(citizen: Citizen, **changed: str) -> dict[str, Any]:
    reply = citizen.device.post("/transfers", JINAN | changed)
    assert reply.status == 201, reply.text
    return dict(reply.body)


def settled(citizen: Citizen, number: str, *labels: str) -> dict[str, Any]:
    """The transfer once it is in one of these states."""
    ends_at = time.monotonic() + LIMIT_S
    while (shown := citizen.device.get(f"/transfers/{number}").body)["label"] not in labels:
        assert time.monotonic() < ends_at, shown["label"]
        time.sleep(0.1)
    return dict(shown)


def answer(hall: JourneyHall, transfer: dict[str, Any], *codes: str) -> None:
    for code in codes:
        hall.outside.answer_letter(transfer["letter_number"], code, **(MONEY if code in ("00", "20") else {}))


def balance(citizen: Citizen) -> Decimal:
    return Decimal(citizen.device.get("/account").body["balance"])


@pytest.mark.feature("D-23", "D-24", "D-25")
def test_the_fund_of_another_city_arrives_once(hall: JourneyHall) -> None:
    citizen, key = hall.somebody(DEPOSITING), new_key()
    before = balance(citizen)
    assert JINAN["centre"] in {one["code"] for one in citizen.device.get("/transfer-form").body["centres"]}
    transfer = citizen.device.post("/transfers", JINAN, key).body
    assert citizen.device.post("/transfers", JINAN, key).body == transfer
    settled(citizen, transfer["number"], "联系函复核通过")
    answer(hall, transfer, "02", "08", "00")
    done = settled(citizen, transfer["number"], "正常办结")
    assert (done["principal"], done["interest"], done["amount"]) == ("50000.00", "1800.00", "51800.00")
    assert balance(citizen) - before == 51_800
    lines = citizen.device.get("/ledger-lines").body["items"]
    mine = [line for line in lines if line["bill_number"] == transfer["number"]]
    assert [line["kind_label"] for line in mine] == ["外部转入", "外部转入"]
    slip = citizen.device.get(f"/slips/{transfer['number']}").body
    assert (slip["amount"], slip["capitals"]) == ("51800.00", "伍万壹仟捌佰元整")


def test_a_letter_that_answers_twice_is_booked_once(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    before, transfer = balance(citizen), registered(citizen)
    settled(citizen, transfer["number"], "联系函复核通过")
    hall.outside.arrange("callbacks.transfers", "twice")
    try:
        answer(hall, transfer, "02", "06", "20")
        settled(citizen, transfer["number"], "协商后办结")
    finally:
        hall.outside.mend("callbacks.transfers")
    assert balance(citizen) - before == 51_800


@pytest.mark.parametrize("mode", ["lose_answer", "down", "unknown"])
def test_a_platform_that_fails_once_does_not_lose_the_letter(hall: JourneyHall, mode: str) -> None:
    citizen = hall.somebody(DEPOSITING)
    hall.outside.arrange("transfers.letters", mode, times=1)
    transfer = registered(citizen)
    settled(citizen, transfer["number"], "联系函复核通过")
    mine = [one for one in hall.outside.letters() if one["letter_number"] == transfer["letter_number"]]
    assert [step["code"] for step in mine[0]["steps"]] == ["01"]


@pytest.mark.feature("D-26", "D-27")
def test_a_transfer_with_wrong_details_is_taken_back_and_stays_listed(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    transfer = registered(citizen)
    settled(citizen, transfer["number"], "联系函复核通过")
    revoked = citizen.device.post(f"/transfers/{transfer['number']}/revocation")
    assert (revoked.status, revoked.body["label"]) == (200, "业务被撤销")
    listed = citizen.device.get("/transfers").body["items"]
    assert [(one["number"], one["label"]) for one in listed] == [(transfer["number"], "业务被撤销")]
    refused(citizen.device.post(f"/transfers/{transfer['number']}/revocation"), 409, "wrong_state")


@pytest.mark.feature("D-26")
def test_a_confirmed_letter_is_not_taken_back(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    transfer = registered(citizen)
    settled(citizen, transfer["number"], "联系函复核通过")
    answer(hall, transfer, "02")
    settled(citizen, transfer["number"], "联系函确认接收")
    refused(citizen.device.post(f"/transfers/{transfer['number']}/revocation"), 409, "wrong_state")
    answer(hall, transfer, "13", "40")
    assert settled(citizen, transfer["number"], "失败办结")["amount"] is None


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"centre": "C37020000000000"}, "#/centre"),
        ({"centre": "济南"}, "#/centre"),
        ({"employer_name": "x"}, "#/employer_name"),
        ({"account_number": "12 34"}, "#/account_number"),
        ({"account_number": "1" * 21}, "#/account_number"),
    ],
)
def test_a_wrong_detail_is_refused_where_it_stands(
    filling_in: Citizen, changed: dict[str, str], pointer: str
) -> None:
    reply = filling_in.device.post("/transfers", JINAN | changed)
    assert reply.status == 422, reply.text
    assert {error["pointer"] for error in reply.body["errors"]} == {pointer}


def test_anothers_transfer_does_not_exist(hall: JourneyHall) -> None:
    number = registered(hall.somebody(DEPOSITING))["number"]
    stranger = hall.somebody(DEPOSITING)
    refused(stranger.device.get(f"/transfers/{number}"), 404, "no_such_transfer")
    refused(stranger.device.post(f"/transfers/{number}/revocation"), 404, "no_such_transfer")


@pytest.mark.parametrize("headers", [{}, {"X-Timestamp": str(int(time.time())), "X-Signature": "0" * 64}])
def test_a_forged_answer_is_refused(hall: JourneyHall, headers: dict[str, str]) -> None:
    citizen = hall.somebody(DEPOSITING)
    transfer = registered(citizen)
    settled(citizen, transfer["number"], "联系函复核通过")
    steps = [{"code": code, "at": "2026-11-22T10:00:00+08:00"} for code in ("01", "02", "08", "00")]
    letter = {"letter_number": transfer["letter_number"], "steps": steps} | MONEY
    forged = requests.post(f"{hall.url}/callbacks/transfers", json=letter, headers=headers, timeout=10)
    assert forged.status_code == 403
    assert citizen.device.get(f"/transfers/{transfer['number']}").body["label"] == "联系函复核通过"
