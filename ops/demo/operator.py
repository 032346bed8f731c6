"""The operator of the rehearsal: logs in and reads the trial balance before and after."""

from typing import Any

from ops.demo.device import Device, Unexpected, wanted
from ops.demo.outside import Outside
from ops.demo.telling import Telling
from ops.files import read_json
from ops.places import Home
from services.common.money import parse_yuan, yuan

BANK_DEPOSITS = "101"


def come_to_work(home: Home, device: Device, outside: Outside) -> Device:
    """The device with the operator's session. Raises Unexpected in a hall without one."""
    staff = read_json(home.staff_file)
    if not staff:
        raise Unexpected("no operator login in this hall")
    captcha_id = wanted(device.post("/captchas"))["captcha_id"]
    body = {name: staff[0][name] for name in ("login_name", "password")}
    body |= {"captcha_id": captcha_id, "captcha_answer": outside.captcha(captcha_id)}
    device.token = wanted(device.post("/staff/sessions", body))["token"]
    return device


def close_the_books(telling: Telling, operator: Device, before: dict[str, Any], paid_fen: int) -> None:
    """The trial balance balances to the fen, and the bank account fell by exactly what was paid."""
    after = wanted(operator.get("/staff/trial-balance"))
    telling.trial_balance(after)
    telling.holds("借方合计等于贷方合计，分毫不差", after["debit"] == after["credit"], after["balanced"])
    fallen_fen = _bank_fen(before) - _bank_fen(after)
    promise = f"住房公积金存款减少 {yuan(fallen_fen)} 元，与本次支付相符"
    telling.holds(promise, fallen_fen == paid_fen, yuan(paid_fen))
    letters = wanted(operator.get("/staff/dead-letters"))["items"]
    telling.holds("没有无法处理的消息", letters == [], len(letters))


def _bank_fen(book: dict[str, Any]) -> int:
    return next(parse_yuan(line["balance"]) for line in book["items"] if line["subject"] == BANK_DEPOSITS)
