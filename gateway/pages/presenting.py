"""How amounts, days, states and actions look on a page; decides nothing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from services.common import written
from services.common.clock import CHINA
from services.common.identifiers import BANKS

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
TONES = {
    "registered": "waiting",
    "awaiting_evidence": "waiting",
    "held": "moving",
    "sent": "moving",
    "paid": "moving",
    "booked": "done",
    "payment_unknown": "waiting",
    "payment_failed": "failed",
    "settlement_cancelled": "closed",
    "deleted": "closed",
    "debit_due": "moving",
    "debiting": "moving",
    "debit_unknown": "waiting",
    "settled": "moving",
    "code_due": "moving",
    "awaiting_scan": "waiting",
    "code_closing": "moving",
    "refunding": "moving",
    "code_unanswered": "waiting",
    "due": "waiting",
    "unknown": "waiting",
    "refunded": "done",
    "accepted": "moving",
    "received": "moving",
    "agreed": "moving",
    "negotiating": "waiting",
    "refused": "failed",
    "completed": "done",
    "concluded": "done",
    "failed": "failed",
    "revoking": "waiting",
    "revoked": "closed",
    "undone": "closed",
    "effective": "done",
    "booking": "moving",
    "halted": "failed",
    "finished": "done",
}
DELIVERY_TONES = {
    "accepted": "done",
    "delivered": "done",
    "unreported": "closed",
    "undelivered": "failed",
    "expired": "failed",
    "failed": "failed",
    "withheld": "closed",
    "abandoned": "closed",
}
# Which page shows a bill, by the first letter of its number.
BILL_PAGES = {
    "C": "pages.contribution",
    "W": "pages.withdrawal",
    "T": "pages.transfer",
    "A": "pages.statement",
}
# A base adjustment has no page of its own: all of them stand on one.
ADJUSTMENT = "B"
FIGURE_TITLES = {
    "amount": "申请金额",
    "available": "可用余额",
    "balance": "账户余额",
    "ceiling": "可提上限",
    "quota": "定额",
    "months": "连续缴存月数",
    "months_required": "要求月数",
    "last_withdrawn_on": "上次提取日期",
    "sealed_on": "封存日期",
    "birth_on": "出生日期",
    "retirement_on": "法定退休日期",
    "homes": "本市住房套数",
    "state": "账户状态",
    "bill_state": "单据状态",
    "number": "单据号",
    "outcome": "预留结果",
    "wanted": "申请金额",
    "minutes": "需等待分钟数",
    "lines_most": "一份对账单最多笔数",
    "statements_most": "每天最多份数",
    "agreement_code": "协议编号",
    "agreement_title": "协议名称",
    "agreement_version": "协议版本",
    "agreement_digest": "协议内容摘要",
    "agreement_text": "协议内容",
    "tries_left": "剩余次数",
    "base_lower": "基数下限",
    "base_upper": "基数上限",
    "age_min": "最低年龄",
    "age_below": "年龄上限（未满）",
    "window_first": "调整期首日",
    "window_last": "调整期末日",
}
PARTS = {
    "auth": "登录与会话",
    "deposit": "公积金账户、缴存和借记卡",
    "withdrawal": "提取业务",
    "loan": "贷款",
    "notify": "短信验证码和消息",
}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A button on a bill: its words, the end of its address, its weight, and whether it asks once more."""

    title: str
    path: str
    tone: str = "plain"
    confirmed: bool = False
    question: str = ""
    consequence: str = ""


OFFERS = {
    "pay": Offer(title="申请支付", path="payment", tone="main"),
    "check": Offer(title="支付检查", path="payment-check", tone="main"),
    "cancel_settlement": Offer(
        title="取消结算",
        path="settlement-cancellation",
        confirmed=True,
        question="确定取消这笔单据的结算吗？",
        consequence="取消后，为这笔提取预留的金额退回可用余额；单据可以重新申请支付，也可以删除。",
    ),
    "delete": Offer(
        title="删除",
        path="deletion",
        tone="danger",
        confirmed=True,
        question="确定删除这张单据吗？",
        consequence="删除后不能恢复；需要时可以重新登记。",
    ),
}
ACTIONS = {offer.path: name for name, offer in OFFERS.items()}
MILESTONES = (
    ("登记", ("registered", "awaiting_evidence")),
    ("预留资金", ("held",)),
    ("提交银行", ("sent",)),
    ("银行确认", ("paid",)),
    ("入账", ("booked",)),
)


def offers(actions: Iterable[str]) -> list[Offer]:
    """The buttons of exactly those actions that the bill's state allows (W-24 to W-29)."""
    return [OFFERS[action] for action in actions if action in OFFERS]


def yuan(text: str | None) -> str:
    """``"8400.00"`` as ``"8,400.00"``; a dash where there is no amount."""
    return written.grouped(str(text)) if text else "—"


def money(text: str | None) -> str:
    """``"8400.00"`` with its unit, ``"8,400.00 元"``; a dash where there is no amount."""
    return written.amount_of(str(text)) if text else "—"


def day(value: str | date | None) -> str:
    """A day, 2026-11-22; a dash where there is none."""
    if not value:
        return "—"
    return written.day(value if isinstance(value, date) else date.fromisoformat(value[:10]))


def month(value: str | None) -> str:
    """The month of a day or a month, 2026-11; a dash where there is none."""
    return written.month(date.fromisoformat(f"{value[:7]}-01")) if value else "—"


def figure(value: str) -> str:
    """A figure of a refusal: days and amounts as people read them, everything else as it is."""
    if _AMOUNT.fullmatch(value):
        return money(value)
    return day(value) if _DAY.fullmatch(value) else value


def figure_title(name: str) -> str:
    """What people call a figure: Chinese names stand for themselves; nothing for one without a title."""
    return FIGURE_TITLES.get(name, "" if name.isascii() else name)


def moment(value: str | None) -> str:
    """A time in China to the second, 2026-11-22 14:03:05."""
    if not value:
        return "—"
    at = datetime.fromisoformat(value)
    return written.second(at.astimezone(CHINA) if at.tzinfo else at)


def minute(value: str) -> str:
    """A time in China to the minute, 2026-11-22 21:05."""
    return written.minute(datetime.fromisoformat(value).astimezone(CHINA))


def china_day(value: str | None) -> str:
    """The day in China of a time: a card was bound on a day, whatever the second."""
    return day(moment(value)) if value else "—"


def milestones(timeline: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The five steps of a payment with the time each was last reached, or None where it was not yet."""
    reached: dict[str, Any] = {step["state"]: step["at"] for step in timeline}
    steps = []
    for title, states in MILESTONES:
        times = [reached[state] for state in states if state in reached]
        steps.append({"title": title, "at": times[-1] if times else None})
    return steps


def groups_of(choices: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Choices of a list under their group in their order; those without one stand under none."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for choice in choices:
        groups.setdefault(str(choice.get("group", "")), []).append(choice)
    return list(groups.items())


def bill_place(number: str) -> str:
    """The address of the page that shows this bill; the home page for a number that has none."""
    if number.startswith(ADJUSTMENT):
        return url_for("pages.base_adjustment")
    page = BILL_PAGES.get(number[:1])
    return url_for(page, number=number) if page else url_for("pages.home")


def install(filters: dict[str, Any]) -> None:
    """Offer the above to the templates."""
    filters.update(yuan=yuan, money=money, day=day, moment=moment, minute=minute, month=month)
    filters.update(milestones=milestones, offers=offers)
    filters["figure"], filters["china_day"], filters["bill_place"] = figure, china_day, bill_place
    filters["tone"] = lambda state: TONES.get(state, "moving")
    filters["figure_title"] = figure_title
    filters["delivery_tone"] = lambda state: DELIVERY_TONES.get(state, "moving")
    filters["bank"] = lambda code: BANKS.get(code, code)
    filters["part"] = lambda service: PARTS.get(service, service)
