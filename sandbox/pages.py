"""Pages for people who rehearse: what was sent and paid, what is told to go wrong, how one asks."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox import bank, captchas, face, income, sms
from sandbox.answers import Refused
from sandbox.cards import BANKS
from sandbox.checkout import add_checkout
from sandbox.desk import from_this_machine_only
from sandbox.faults import CARD_TARGETS, MODES, TARGETS
from sandbox.operations import OPERATIONS
from sandbox.registers import REGISTERS
from sandbox.wire import BODY_LIMIT_BYTES, number_asked
from sandbox.world import World

SHOWN = 20
SLOWEST_REFRESH_S = 3600

TARGET_LABELS = {
    "bank.payouts": "银行：付款",
    "bank.query": "银行：付款查询",
    "bank.close": "银行：付款关闭",
    "bank.card_checks": "银行：银行卡核验",
    "bank.debits": "银行：扣款",
    "bank.debit_query": "银行：扣款查询",
    "bank.debit_close": "银行：扣款关闭",
    "bank.refunds": "银行：退款",
    "bank.refund_query": "银行：退款查询",
    "bank.refund_close": "银行：退款关闭",
    "bank.codes": "银行：付款码",
    "bank.code_query": "银行：付款码查询",
    "bank.code_close": "银行：付款码关闭",
    "face.verifications": "人脸核验：下单",
    "face.query": "人脸核验：查询",
    "face.close": "人脸核验：关闭",
    "sms.messages": "短信：发送",
    "sms_second.messages": "备用短信：发送",
    "registers.property": "登记：不动产",
    "registers.marriage": "登记：婚姻",
    "registers.hukou": "登记：户籍",
    "registers.employment": "登记：就业与社保",
    "registers.disability": "登记：劳动能力鉴定",
    "registers.low_income": "登记：低保",
    "registers.deposits_elsewhere": "登记：异地缴存",
    "registers.commercial_loan": "登记：商业贷款",
    "registers.retirement": "登记：退休",
    "transfers.letters": "转移接续平台：发函",
    "transfers.query": "转移接续平台：查询",
    "transfers.revocation": "转移接续平台：撤销",
    "callbacks.bank": "通知：银行",
    "callbacks.transfers": "通知：转移接续平台",
    "callbacks.face": "通知：人脸核验",
    "callbacks.sms": "通知：短信回执",
    "callbacks.sms_second": "通知：备用短信回执",
}
OUTCOME_LABELS = {0: "成功", 1: "失败", 2: "处理中"}
REASON_LABELS = {
    "": "",
    "processing": "银行处理中",
    "closed": "订单号已关闭",
    "told_to_fail": "按故障设置失败",
    "face_not_matched": "人脸不符",
    "bank_not_served": "不受理该银行",
    "bank_mismatch": "卡号与银行不符",
    "card_closed": "银行卡已销户",
    "holder_mismatch": "户名或证件不符",
    "not_enough_money": "卡内余额不足",
    "nothing_to_refund": "没有可退的款项",
}
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def pages(world: World) -> Blueprint:
    """The home page with its two forms, and the description of the interface."""
    blueprint = Blueprint("pages", __name__)
    guard_pages(blueprint)
    blueprint.app_template_filter("yuan")(_yuan)
    _add_home(blueprint, world)
    _add_forms(blueprint, world)
    add_checkout(blueprint, world)

    @blueprint.get("/docs")
    def docs() -> str:
        return render_template(
            "docs.html", operations=OPERATIONS, registers=REGISTERS, modes=MODES, targets=TARGETS
        )

    return blueprint


def guard_pages(blueprint: Blueprint) -> None:
    """Pages answer this machine alone, take small bodies and carry the security headers."""
    blueprint.before_request(_before)
    blueprint.after_request(_with_security_headers)


def _before() -> None:
    from_this_machine_only()
    request.max_content_length = BODY_LIMIT_BYTES


def _with_security_headers(response: Response) -> Response:
    response.headers.update(SECURITY_HEADERS)
    return response


def _add_home(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/")
    def home() -> str:
        refresh_s = number_asked("refresh", 0, SLOWEST_REFRESH_S)
        messages = sms.newest(world.store, SHOWN, request.args.get("before"))
        return _home(world, messages, refresh_s=refresh_s)

    @blueprint.post("/")
    def search() -> str:
        phone = request.form.get("phone", "").strip()
        found = sms.search(world.store, sms.SEARCH.read({"phone": phone}))
        return _home(world, found, phone=phone)


def _home(world: World, messages: list[dict[str, Any]], *, phone: str = "", refresh_s: int = 0) -> str:
    return render_template(
        "home.html",
        messages=messages,
        older=None if phone or len(messages) < SHOWN else messages[-1]["message_number"],
        phone=phone,
        refresh_s=refresh_s,
        payouts=bank.newest(world.store, SHOWN),
        executed_fen=bank.executed_fen(world.store),
        received_fen=income.received_fen(world.store),
        incoming=_incoming(world),
        faults=world.faults.listed(),
        captchas=captchas.newest(world.store, SHOWN),
        verifications=face.newest(world.store, SHOWN),
        modes=MODES,
        target_labels=TARGET_LABELS,
        card_targets=CARD_TARGETS,
        outcome_labels=OUTCOME_LABELS,
        code_states=income.CODE_STATES,
        reason_labels=REASON_LABELS,
        banks=BANKS,
    )


def _incoming(world: World) -> dict[str, list[dict[str, Any]]]:
    """Debits, codes and refunds, newest first."""
    return {
        "debits": income.DEBITS.newest(world.store, SHOWN),
        "codes": income.newest_codes(world.store, SHOWN),
        "refunds": income.REFUNDS.newest(world.store, SHOWN),
    }


def _add_forms(blueprint: Blueprint, world: World) -> None:
    @blueprint.post("/page/faults")
    def set_fault() -> AnyResponse:
        world.faults.put(_fault_of_form())
        return redirect("/#faults", 303)

    @blueprint.post("/page/faults/clear")
    def clear_faults() -> AnyResponse:
        world.faults.clear(request.form.get("target"), request.form.get("card_number"))
        return redirect("/#faults", 303)


def _fault_of_form() -> dict[str, Any]:
    """Empty fields count as not given. Raises Refused 422."""
    fault: dict[str, Any] = {name: value.strip() for name, value in request.form.items() if value.strip()}
    for name in ("times", "delay_ms", "resolves_to"):
        if name in fault:
            fault[name] = _whole(name, fault[name])
    return fault


def _whole(name: str, given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= 9):
        raise Refused(422, "malformed", name)
    return int(given)


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
