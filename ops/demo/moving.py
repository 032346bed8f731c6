"""The fund of another city comes over (异地转入), then a statement of the account that anybody can verify."""

import time
from typing import Any

from ops.demo.citizen import Citizen
from ops.demo.device import Device, Unexpected, wanted
from ops.demo.scenes import Stage
from services.common.money import parse_yuan, yuan

APPLICATION = {
    "centre": "C37010000000000",
    "employer_name": "济南甄测试商贸有限公司",
    "account_number": "0101234567",
}
MONEY = {"principal_fen": 5_000_000, "interest_fen": 180_000}
ANSWERS = ("02", "08", "00")
LIMIT_S = 45.0
_LOOK_EVERY_S = 0.2


def transfer(stage: Stage, citizen: Citizen) -> int:
    """Registered, confirmed and sent by the other centre; fen paid out, so less than none."""
    told, before = stage.telling, citizen.device.get("/account").body
    own = wanted(citizen.device.post("/transfers", APPLICATION), 201)
    told.step(f"登记异地转入：{own['centre_title']}，单据 {own['number']}，联系函 {own['letter_number']}")
    _until(citizen, own["number"], "accepted")
    again = citizen.device.post("/transfers", APPLICATION)
    told.holds(
        f"办结之前不能重复申请：{again.body['detail']}", again.code == "transfer_in_flight", again.status
    )
    stage.outside.arrange("callbacks.transfers", "twice", times=len(ANSWERS))
    for code in ANSWERS:
        stage.outside.answer_letter(own["letter_number"], code, **(MONEY if code == "00" else {}))
    told.step("转出地中心确认接收、复核账户、划出资金，平台把每次答复通知了两次")
    done = _until(citizen, own["number"], "completed")
    told.step("；".join(f"{step['label']}" for step in done["timeline"]))
    gained = parse_yuan(citizen.device.get("/account").body["balance"]) - parse_yuan(before["balance"])
    expected = sum(MONEY.values())
    told.holds(f"本金和利息共 {done['amount']} 元入账，只记一次", gained == expected, yuan(gained))
    _slip(stage, citizen, own["number"], expected)
    return -expected


def _slip(stage: Stage, citizen: Citizen, number: str, booked_fen: int) -> None:
    """The slip on a booked bill says what was booked, and says it again."""
    first, again = (wanted(citizen.device.get(f"/slips/{number}")) for _ in range(2))
    told = f"人民币{first['capitals']}，核验码 {first['code']}"
    stage.telling.step(f"下载业务回单 {first['number']}：{told}")
    same = first == again and parse_yuan(first["amount"]) == booked_fen
    stage.telling.holds("回单与入账一致，再次下载仍是同一份", same)


def _until(citizen: Citizen, number: str, state: str) -> dict[str, Any]:
    until = time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        shown = dict(wanted(citizen.device.get(f"/transfers/{number}")))
        if shown["state"] == state:
            return shown
        time.sleep(_LOOK_EVERY_S)
    raise Unexpected(f"{number} 在 {LIMIT_S:.0f} 秒内没有到“{state}”")


def statement(stage: Stage, citizen: Citizen, stranger: Device) -> int:
    """A statement is made, and verified by somebody who only holds the paper; nothing is paid."""
    told = stage.telling
    made = wanted(citizen.device.post("/statements", {}), 201)
    said = wanted(citizen.device.get(f"/statements/{made['number']}"))
    balance = citizen.device.get("/account").body["balance"]
    told.step(f"生成对账单 {made['number']}，{len(said['lines'])} 笔明细，核验码 {said['code']}")
    told.holds(f"期末余额 {said['closing']} 元与账户余额一致", said["closing"] == balance, balance)
    asked = {"code": said["code"], "tail": citizen.person["fund_number"][-4:]}
    found = stranger.post("/verifications", asked)
    genuine = found.status == 200 and found.body["closing"] == said["closing"]
    told.holds("持单人不用登录，凭核验码和职工编号后4位核验为真", genuine, found.status)
    told.holds("核验页不显示姓名", citizen.person["name"] not in found.text)
    wrong = stranger.post("/verifications", asked | {"code": "2" * 16})
    told.holds("核验码不对的不予认可", wrong.code == "paper_not_verified", wrong.status)
    return 0
