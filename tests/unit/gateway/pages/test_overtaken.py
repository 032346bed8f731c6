"""A button pressed on a bill that has moved on meanwhile shows the bill, with a sentence, and no error."""

import time

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

from gateway.pages.overtaken import SENTENCES
from gateway.told_once import COOKIE, COOKIE_LIFE_S
from services.common.errors import Refusal, Stale, WrongState
from tests.architecture.source import product_files
from tests.unit.gateway.pages.conftest import token_of
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.markup import Markup

WITHDRAWAL, CONTRIBUTION = "/withdrawals/W20261122000005", "/contribute/C20261122000007"
TRANSFER = "/transfers/T20261122000000"
PRESSES = [
    (WITHDRAWAL, "payment", "pay", "申请支付"),
    (WITHDRAWAL, "payment-check", "check", "支付检查"),
    (WITHDRAWAL, "settlement-cancellation", "cancel_settlement", "取消结算"),
    (WITHDRAWAL, "deletion", "delete", "删除"),
    (CONTRIBUTION, "card-settlement", "settle_by_card", "联名卡结算"),
    (CONTRIBUTION, "payment-code", "settle_by_code", "聚合支付"),
    (CONTRIBUTION, "payment-check", "check_contribution", "支付检查"),
    (CONTRIBUTION, "card-settlement-cancellation", "cancel_card_settlement", "联名卡结算取消"),
    (CONTRIBUTION, "payment-code-cancellation", "cancel_payment_code", "聚合支付取消"),
    (CONTRIBUTION, "deletion", "delete_contribution", "删除"),
    (TRANSFER, "revocation", "revoke_transfer", "申请撤销"),
]
REFUNDING = WrongState(
    "wrong_state", "当前状态为“退款处理中”，不能进行此操作。", figures={"bill_state": "退款处理中"}
)
MOVED_ON = [
    (REFUNDING, "单据已是“退款处理中”，这一步没有再办理。"),
    (Stale("moved_first", "该单据刚刚已被处理，请刷新后查看。"), "单据刚刚已被处理，这一步没有再办理。"),
]
BUSY = [
    Refusal("bill_busy", "单据正在支付处理中，请稍候再试。", retry_after_s=3),
    Refusal("hold_not_released", "上次预留的余额正在释放，请稍候再试。", retry_after_s=5),
]


def press(client: FlaskClient, address: str, path: str):  # type: ignore[no-untyped-def]
    fields = Markup(client.get("/withdrawals/W20261122000008/deletion").text).all("input")
    hidden = {one.get("name", ""): one.get("value", "") for one in fields if one.get("type") == "hidden"}
    return client.post(f"{address}/{path}", data=hidden)


@pytest.mark.feature("W-27")
@pytest.mark.parametrize(("refusal", "sentence"), MOVED_ON)
@pytest.mark.parametrize(("address", "path", "use", "title"), PRESSES)
def test_a_press_that_came_too_late_shows_the_bill_and_where_it_stood(
    citizen: FlaskClient,
    hall: HallDouble,
    address: str,
    path: str,
    use: str,
    title: str,
    refusal: Refusal,
    sentence: str,
) -> None:
    hall.refusing[use] = refusal
    answer = press(citizen, address, path)
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    shown = citizen.get(answer.headers["Location"])
    assert shown.status_code == 200
    assert f"您点[{title}]时，{sentence}" in shown.text


@pytest.mark.parametrize("refusal", BUSY, ids=lambda refusal: refusal.code)
def test_a_press_while_the_bill_is_worked_on_shows_it_and_says_to_wait(
    citizen: FlaskClient, hall: HallDouble, refusal: Refusal
) -> None:
    hall.refusing["delete"] = refusal
    answer = press(citizen, WITHDRAWAL, "deletion")
    text = citizen.get(answer.headers["Location"]).text
    assert "您点[删除]时" in text
    assert "请稍候再试" in text


@pytest.mark.parametrize("number", range(10))
def test_the_state_is_named_whatever_it_is(citizen: FlaskClient, hall: HallDouble, number: int) -> None:
    address = f"/withdrawals/W2026112200000{number}"
    bill = hall.bills[number]
    hall.refusing["check"] = WrongState("wrong_state", "不能", figures={"bill_state": bill["label"]})
    press(citizen, address, "payment-check")
    text = citizen.get(address).text
    assert f"您点[支付检查]时，单据已是“{bill['label']}”" in text
    assert bill["notice"] in text


def test_a_no_with_another_reason_is_told_as_such(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["pay"] = Refusal("card_bound", "请先绑定本人的借记卡。", rule="须有借记卡")
    answer = press(citizen, WITHDRAWAL, "payment")
    assert answer.status_code == 409
    assert "请先绑定本人的借记卡。" in answer.text


def told_of_a_press(citizen: FlaskClient, hall: HallDouble) -> str:
    """The cookie that is left after a press that came too late."""
    hall.refusing["delete_contribution"] = REFUNDING
    press(citizen, CONTRIBUTION, "deletion")
    left = citizen.get_cookie(COOKIE, path=CONTRIBUTION)
    assert left is not None
    return left.value


def test_it_is_said_once(citizen: FlaskClient, hall: HallDouble) -> None:
    told_of_a_press(citizen, hall)
    assert "您点[" not in citizen.get(CONTRIBUTION, headers={"HX-Request": "true"}).text
    assert ["您点[" in citizen.get(CONTRIBUTION).text for _ in range(2)] == [True, False]


def test_it_is_said_on_the_page_of_its_bill_alone(citizen: FlaskClient, hall: HallDouble) -> None:
    value = told_of_a_press(citizen, hall)
    for other in (WITHDRAWAL, "/contribute/C20261122000005"):
        citizen.set_cookie(COOKIE, value, path=other)
        assert "您点[" not in citizen.get(other).text


def test_it_is_said_to_whoever_pressed_alone(
    citizen: FlaskClient, normal: FlaskClient, hall: HallDouble
) -> None:
    value = told_of_a_press(citizen, hall)
    normal.set_cookie("session", token_of("citizen", session_id="s2"))
    normal.set_cookie(COOKIE, value, path=CONTRIBUTION)
    assert "您点[" not in normal.get(CONTRIBUTION).text


def test_after_a_minute_it_is_not_said_any_more(
    citizen: FlaskClient, hall: HallDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = told_of_a_press(citizen, hall)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: int(time.time()) + COOKIE_LIFE_S + 2)
    citizen.set_cookie(COOKIE, value, path=CONTRIBUTION)
    assert "您点[" not in citizen.get(CONTRIBUTION).text


@pytest.mark.parametrize("path", ["card-settlement", "payment-code"])
def test_a_bill_that_is_outdated_is_told_by_its_reason_and_not_by_its_state(
    citizen: FlaskClient, hall: HallDouble, path: str
) -> None:
    address, reason = "/contribute/C20261122000000", "缴存基数已经调整，请删除单据后重新登记。"
    hall.contributed[0] |= {"actions": ["delete"], "notice": reason, "label": "登记完成，待结算"}
    assert citizen.get(f"{address}/{path}").headers["Location"] == address
    text = citizen.get(address).text
    assert f"]没有办理：{reason}" in text
    assert "单据已是“" not in text
    assert (text.count(reason), citizen.get(address).text.count(reason)) == (1, 1)


WISHES = ["pressed=delete&because=wrong_state", "pressed=revoke&because=moved_first", "because=1"]


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("address", [WITHDRAWAL, CONTRIBUTION, TRANSFER])
def test_an_address_that_somebody_made_up_puts_no_words_on_the_page(
    citizen: FlaskClient, address: str, wish: str
) -> None:
    citizen.set_cookie(COOKIE, '"您点[删除]时"', path=address)
    answer = citizen.get(f"{address}?{wish}")
    assert answer.status_code == 200
    assert "您点[" not in answer.text


def test_a_step_that_the_state_no_longer_offers_is_not_asked_about_once_more(citizen: FlaskClient) -> None:
    answer = citizen.get(f"{CONTRIBUTION}/deletion")
    assert "您点[删除]时" in citizen.get(answer.headers["Location"]).text


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_code_is_one_that_a_service_says(code: str) -> None:
    assert any(f'"{code}"' in place.read_text(encoding="utf-8") for place in product_files("services"))
