"""The scenes of the main job, each checked against what the hall, the bank and the ledger say afterwards."""

from dataclasses import dataclass
from typing import Any

from ops.demo.citizen import PASSWORD, Citizen
from ops.demo.device import Reply, wanted
from ops.demo.interest import owed_yuan
from ops.demo.outside import Outside
from ops.demo.telling import Telling

RENT, QUOTA = "rent_quota", "8400.00"
SINGLE = {"marital_status": "single"}
AFFIDAVIT = "single_status_affidavit"


@dataclass(frozen=True)
class Stage:
    """What every scene uses."""

    telling: Telling
    outside: Outside


def first_visit(stage: Stage, citizen: Citizen) -> None:
    """Fund number and captcha, a code to the phone, the own password; nothing else before (A-14)."""
    told = stage.telling
    told.step(f"{citizen.person['name']}（职工编号 {citizen.person['fund_number']}）首次登录，回答图形验证码")
    visit = citizen.begin_first_visit()
    barred = citizen.device.get("/home")
    told.holds("设置密码之前，其他业务一律不能办理", barred.status in (401, 403), barred.status)
    code = citizen.take_code(f"/first-visits/{visit}/code")
    told.step(f"登记手机收到短信：{stage.outside.messages(citizen.person['phone'])[0]['text']}")
    body = {"code": code, "password": PASSWORD}
    citizen.device.token = wanted(citizen.device.post(f"/first-visits/{visit}/password", body))["token"]
    told.step("密码修改成功，退出后用自己的密码登录专业版")
    wanted(citizen.device.delete("/sessions/current"))
    citizen.device.token = None
    citizen.log_in()
    account = wanted(citizen.device.get("/account"))
    told.holds(f"登录成功，账户余额 {account['balance']} 元", account["balance"] == account["available"])


def renter(stage: Stage, citizen: Citizen) -> int:
    """A renter signs the affidavit and draws the quota; fen paid out."""
    told, before = stage.telling, citizen.device.get("/account").body
    form = citizen.registration(RENT, QUOTA, SINGLE)
    told.step(f"选择“{citizen.assessed(RENT)['title']}”，婚姻情况：单身，金额 {QUOTA} 元，获取短信验证码")
    coded = form | {"code": citizen.code_for(RENT, QUOTA)}
    refused = citizen.device.post("/withdrawals", coded | {"documents": _without_affidavit(form)})
    told.holds(
        f"未签具结书不能登记：{refused.body['detail']}", refused.code == "document_not_signed", refused.status
    )
    told.step("签署《单身具结书》和《提取承诺书》，申请登记")
    bill = _registered(citizen, citizen.device.post("/withdrawals", coded))
    bill = citizen.settled(bill["number"], "booked")
    told.bill(bill)
    _paid_once(stage, bill, QUOTA)
    after = citizen.device.get("/account").body
    told.holds(f"余额 {before['balance']} → {after['balance']} 元", _fen(before) - _fen(after) == 840_000)
    _show_ledger(stage, citizen, bill)
    return 840_000


def _without_affidavit(form: dict[str, Any]) -> list[dict[str, str]]:
    return [document for document in form["documents"] if document["code"] != AFFIDAVIT]


def _registered(citizen: Citizen, reply: Reply) -> dict[str, Any]:
    """The registered bill; where the answer was still open (202), what became of it."""
    if reply.status == 202:
        reply = citizen.device.get(f"/operations/{reply.body['op_id']}")
        return dict(wanted(reply)["answer"])
    return wanted(reply, 201)


def retiree(stage: Stage, citizen: Citizen) -> int:
    """A retiree draws all with interest to the day, and the account closes; fen paid out."""
    told = stage.telling
    account, form = citizen.device.get("/account").body, citizen.assessed("retirement")
    told.step(f"可提取 {form['ceiling']} 元：{form['because']}")
    lines = _all_lines(citizen)
    bill = citizen.settled(citizen.draw("retirement")["number"], "booked")
    told.bill(bill)
    told.holds(f"本金 {bill['principal']} 元为账户全部余额", bill["principal"] == account["balance"])
    interest = owed_yuan(lines, bill["registered_on"])
    told.holds(f"利息 {bill['interest']} 元与按日积数重算一致", bill["interest"] == interest, interest)
    _paid_once(stage, bill, bill["amount"])
    after = citizen.device.get("/account").body
    told.holds(f"账户{after['state_label']}，余额 {after['balance']} 元", after["balance"] == "0.00")
    told.holds("账户已于当日销户", after["closed_on"] == bill["registered_on"], after["state"])
    _show_ledger(stage, citizen, bill)
    return _fen(bill, "amount")


def lost_answer(stage: Stage, citizen: Citizen) -> int:
    """The bank pays, its answer is lost; 支付检查 finds out without a second payment. Fen paid out."""
    told, card = stage.telling, citizen.person["card"]["card_number"]
    stage.outside.arrange("bank.payouts", "lose_answer", times=1, card_number=card)
    # Until the citizen presses, the bank is not to be asked either: else the hall finds out by itself.
    stage.outside.arrange("bank.query", "down")
    try:
        number = _registered(citizen, citizen.register(citizen.registration(RENT, QUOTA, SINGLE)))["number"]
        doubtful = citizen.settled(number, "payment_unknown")
    finally:
        stage.outside.mend("bank.query")
    told.holds(
        f"银行已付款但回应丢失，单据不算失败：{doubtful['label']}", len(stage.outside.payouts(number)) == 1
    )
    told.step("点【支付检查】")
    citizen.press(number, "payment-check")
    bill = citizen.settled(number, "booked")
    told.bill(bill)
    _paid_once(stage, bill, QUOTA)
    return 840_000


def failed_payment(stage: Stage, citizen: Citizen) -> int:
    """The bank refuses; the bill is cancelled and deleted, nothing is missing. Fen paid out: none."""
    told, card = stage.telling, citizen.person["card"]["card_number"]
    before = citizen.device.get("/account").body
    stage.outside.arrange("bank.payouts", "fail", times=1, card_number=card)
    number = _registered(citizen, citizen.register(citizen.registration(RENT, QUOTA, SINGLE)))["number"]
    told.step(f"银行拒付：{citizen.settled(number, 'payment_failed')['notice']}")
    early = citizen.device.delete(f"/withdrawals/{number}")
    told.holds(f"未取消结算不能删除：{early.body.get('detail')}", early.status == 409, early.status)
    told.step("点【取消结算】，再点【删除】")
    cancelled = citizen.press(number, "settlement-cancellation")
    told.holds(
        "结算已取消，预留的余额已释放", cancelled["state"] == "settlement_cancelled", cancelled["state"]
    )
    deleted = wanted(citizen.device.delete(f"/withdrawals/{number}"))
    told.bill(deleted)
    after, listed = citizen.device.get("/account").body, citizen.device.get("/withdrawals").body["items"]
    told.holds("单据已删除，不再列出", deleted["state"] == "deleted" and listed == [], listed)
    told.holds("余额分文未动，没有占用", after["available"] == before["balance"], after["available"])
    paid = [line for line in stage.outside.payouts(number) if line["outcome"] == 0]
    told.holds("银行对账单没有付款", paid == [], paid)
    return 0


def _paid_once(stage: Stage, bill: dict[str, Any], amount: str) -> None:
    lines = [line for line in stage.outside.payouts(bill["number"]) if line["outcome"] == 0]
    same = len(lines) == 1 and lines[0]["amount_fen"] == _fen({"amount": amount}, "amount")
    stage.telling.holds(f"银行对账单上只有一笔付款，{amount} 元", same, lines)


def _show_ledger(stage: Stage, citizen: Citizen, bill: dict[str, Any]) -> None:
    lines = wanted(citizen.device.get("/ledger-lines", limit=3))["items"]
    stage.telling.ledger(lines)
    booked = [line for line in lines if line["bill_number"] == bill["number"]]
    paid_out = sum(_fen(line, "out") for line in booked)
    stage.telling.holds("明细账记有该单据", paid_out == _fen(bill, "amount"), booked)


def _all_lines(citizen: Citizen) -> list[dict[str, Any]]:
    page = wanted(citizen.device.get("/ledger-lines", limit=100))
    lines: list[dict[str, Any]] = page["items"]
    while page["next_cursor"]:
        page = wanted(citizen.device.get("/ledger-lines", limit=100, cursor=page["next_cursor"]))
        lines += page["items"]
    return lines


def _fen(holder: dict[str, Any], name: str = "balance") -> int:
    whole, _, fraction = str(holder[name]).partition(".")
    return int(whole) * 100 + int(fraction)
