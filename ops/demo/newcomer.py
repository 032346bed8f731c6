"""Somebody without an account opens one as a freelancer and pays the first month at once."""

from ops.demo.applicant import Applicant
from ops.demo.contributing import BILLS, pressed, registered, until_state
from ops.demo.device import wanted
from ops.demo.scenes import Stage
from services.common.money import parse_yuan


def newcomer(stage: Stage, applicant: Applicant) -> int:
    """Opened and in at once, then the first contribution by code; fen paid out, so less than none."""
    told = stage.telling
    opened = applicant.open_account(base="8000.00", rate_percent=16)
    told.step(f"填写开户申请，手机验证码和协议：{opened['office']}，职工编号 {opened['fund_number']}")
    account = wanted(applicant.device.get("/account"))
    active = (account["state_label"], account["balance"]) == ("正常", "0.00")
    told.holds("账户即时开立，并已登录", active, account["state_label"])
    told.holds("月缴存额 = 基数 8000 元 × 16%", opened["monthly"] == "1280.00", opened["monthly"])
    bill = registered(stage, applicant)
    bill = pressed(applicant, bill["number"], "payment-code")
    told.step("聚合支付，扫码")
    stage.outside.pay_code(bill["settlement"]["order_number"])
    bill = until_state(applicant, bill["number"], "booked")
    balance = wanted(applicant.device.get("/account"))["balance"]
    told.holds(f"首月缴存 {balance} 元已记账", balance == bill["amount"], balance)
    kinds = [
        line["kind_label"] for line in wanted(applicant.device.get(f"{BILLS}/{bill['number']}"))["lines"]
    ]
    told.holds("开户当月按汇缴入账", kinds == ["汇缴"], kinds)
    return -parse_yuan(bill["amount"])
