"""The operator of the rehearsal: logs in and reads the trial balance before and after."""

import time
from collections.abc import Iterator
from typing import Any

from ops.demo.device import Device, Unexpected, wanted
from ops.demo.outside import Outside
from ops.demo.telling import Telling
from ops.files import read_json
from ops.places import Home
from services.auth.second_factor import code_at, step_of
from services.common.money import parse_yuan, yuan

BANK_DEPOSITS = "101"
REFUSED = 401


def come_to_work(home: Home, device: Device, outside: Outside, role: str = "operator") -> Device:
    """The device with a session of the staff's. Raises Unexpected in a hall without such a login.

    A code counts once: when it was used before, by another device, the next one is waited for.
    """
    login = next((one for one in read_json(home.staff_file) or [] if one["role"] == role), None)
    if login is None:
        raise Unexpected(f"no login of role {role} in this hall")
    for step in _steps():
        reply = device.post("/staff/sessions", _typed(device, outside, login, step))
        if reply.status != REFUSED:
            device.token = wanted(reply)["token"]
            return device
    raise Unexpected(f"{role} is not let in")


def _steps() -> Iterator[int]:
    """Half minutes whose code may count: this one, the next one early, and the one after it in its time."""
    now = step_of(time.time())
    yield from (now, now + 1)
    while step_of(time.time()) < now + 1:
        time.sleep(1)
    yield now + 2


def _typed(device: Device, outside: Outside, login: dict[str, str], step: int) -> dict[str, str]:
    captcha_id = wanted(device.post("/captchas"))["captcha_id"]
    body = {name: login[name] for name in ("login_name", "password")}
    body |= {"captcha_id": captcha_id, "captcha_answer": outside.captcha(captcha_id)}
    return body | {"code": code_at(login["code_secret"], step)}


def close_the_books(telling: Telling, operator: Device, before: dict[str, Any], paid_fen: int) -> None:
    """The trial balance balances to the fen, and the bank account fell by exactly what was paid."""
    after = wanted(operator.get("/staff/trial-balance"))
    telling.trial_balance(after)
    telling.holds("借方合计等于贷方合计，分毫不差", after["debit"] == after["credit"], after["balanced"])
    fallen_fen = _bank_fen(before) - _bank_fen(after)
    promise = f"住房公积金存款减少 {yuan(fallen_fen)} 元，与本次支付相符（演示期间没有其他人办理业务）"
    telling.holds(promise, fallen_fen == paid_fen, yuan(paid_fen))
    letters = wanted(operator.get("/staff/dead-letters"))["items"]
    telling.holds("没有无法处理的消息", letters == [], len(letters))


def _bank_fen(book: dict[str, Any]) -> int:
    return next(parse_yuan(line["balance"]) for line in book["items"] if line["subject"] == BANK_DEPOSITS)
