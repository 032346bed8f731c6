"""A freelancer's scene: debited and given back, then paid by scanning a code, booked once in the fund."""

import time
from typing import Any

from ops.demo.citizen import Citizen
from ops.demo.device import Unexpected, wanted
from ops.demo.scenes import Stage
from services.common.money import parse_yuan

BILLS = "/contribution-bills"
BOOKED_LIMIT_S = 60.0
_LOOK_EVERY_S = 0.2


def may_contribute(citizen: Citizen) -> bool:
    """Whether a month is due, or may be paid ahead."""
    return bool(wanted(citizen.device.get("/contribution-proposal"))["months"])


def freelancer(stage: Stage, citizen: Citizen) -> int:
    """A freelancer pays what is due; fen paid out, so less than none."""
    told, before = stage.telling, citizen.device.get("/account").body
    bill = registered(stage, citizen)
    number, amount = bill["number"], bill["amount"]
    _by_card_and_back(stage, citizen, number)
    bill = pressed(citizen, number, "payment-code")
    told.step("改用聚合支付，显示付款二维码；用微信扫码支付")
    order = bill["settlement"]["order_number"]
    stage.outside.arrange("callbacks.bank", "twice", times=1)
    stage.outside.pay_code(order)
    bill = until_state(citizen, number, "booked")
    told.step("银行把同一笔付款通知了两次")
    told.holds("单据缴存已记账，只记一次", bill["refunds"][0]["state"] == "refunded", bill["label"])
    after = citizen.device.get("/account").body
    gained = parse_yuan(after["balance"]) - parse_yuan(before["balance"])
    told.holds(f"余额 {before['balance']} → {after['balance']} 元", gained == parse_yuan(amount))
    told.ledger(wanted(citizen.device.get("/ledger-lines", limit=3))["items"])
    income = stage.outside.income(number)
    kept = _sum(income["debits"]) + _sum(income["payments"]) - _sum(income["refunds"])
    told.holds(f"银行对账单：收进 {amount} 元，一分不多", kept == parse_yuan(amount), kept)
    return -parse_yuan(amount)


def registered(stage: Stage, citizen: Citizen) -> dict[str, Any]:
    """缴存登记 of what is due; the bill."""
    shown = wanted(citizen.device.get("/contribution-proposal"))
    stage.telling.step(f"缴存登记：{'、'.join(shown['months'])}，{shown['amount']} 元，核实后保存")
    body = {"months": shown["months"], "amount": shown["amount"]}
    return dict(wanted(citizen.device.post(BILLS, body), 201))


def _by_card_and_back(stage: Stage, citizen: Citizen, number: str) -> None:
    """联名卡结算 with the agreement accepted, then cancelled: the money is back before it was booked."""
    told = stage.telling
    unsigned = citizen.device.post(f"{BILLS}/{number}/card-settlement", {})
    told.holds(
        f"未同意协议不能扣款：{unsigned.body['detail']}", unsigned.code == "agreement_needed", unsigned.status
    )
    agreement = wanted(citizen.device.get("/contribution-proposal"))["agreement"]
    consent = {name: agreement[name] for name in ("code", "version", "digest")}
    bill = pressed(citizen, number, "card-settlement", {"consent": consent})
    told.step(f"阅读并同意《{agreement['title']}》，联名卡结算：{bill['label']}")
    pressed(citizen, number, "card-settlement-cancellation")
    bill = until_state(citizen, number, "registered")
    income = stage.outside.income(number)
    back = _sum(income["debits"]) == _sum(income["refunds"]) == parse_yuan(bill["amount"])
    told.holds("记账之前取消结算，款项原路退回", back, income)


def pressed(citizen: Citizen, number: str, what: str, body: Any = None) -> dict[str, Any]:
    """One of the bill's buttons; the bill afterwards."""
    return dict(wanted(citizen.device.post(f"{BILLS}/{number}/{what}", body)))


def until_state(citizen: Citizen, number: str, state: str) -> dict[str, Any]:
    """The bill once it is in the state. Raises Unexpected when it does not get there."""
    until = time.monotonic() + BOOKED_LIMIT_S
    while time.monotonic() < until:
        bill = dict(wanted(citizen.device.get(f"{BILLS}/{number}")))
        if bill["state"] == state:
            return bill
        time.sleep(_LOOK_EVERY_S)
    raise Unexpected(f"{number} 在 {BOOKED_LIMIT_S:.0f} 秒内没有办完")


def _sum(lines: list[dict[str, Any]]) -> int:
    return sum(line["amount_fen"] for line in lines if line["outcome"] == 0)
