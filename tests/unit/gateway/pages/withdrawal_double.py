"""The part of a hall without services that has to do with withdrawals."""

from collections.abc import Callable
from typing import Any

from services.withdrawal.states import WITHDRAWAL
from tests.unit.gateway.pages.double import Double, Shape

TITLES = {
    "retirement": "退休提取",
    "fund_loan": "公积金贷款提取",
    "commercial_loan": "商业贷款提取",
    "total_incapacity": "完全丧失劳动能力与单位终止劳动关系提取",
    "unemployed_two_years": "与本市单位终止劳动关系未再就业2年以上提取",
    "minimum_living": "低保提取",
    "rent_quota": "租赁本市住房（定额8400）提取",
    "non_local_sealed": "非本市户籍职工离职且封存满半年提取",
}
LABELS = {
    "registered": "登记完成",
    "awaiting_evidence": "待核验",
    "held": "登记完成，待支付",
    "sent": "支付处理中",
    "payment_unknown": "支付结果待确认",
    "payment_failed": "支付失败",
    "paid": "支付完成",
    "booked": "已记账",
    "settlement_cancelled": "结算已取消",
    "deleted": "已删除",
}
ACTIONS = {
    "registered": ["pay", "cancel_settlement"],
    "awaiting_evidence": ["check", "cancel_settlement"],
    "held": ["pay", "cancel_settlement"],
    "sent": ["check"],
    "payment_unknown": ["check"],
    "payment_failed": ["cancel_settlement"],
    "paid": ["check"],
    "booked": [],
    "settlement_cancelled": ["pay", "delete"],
    "deleted": [],
}
UNPAID = "登记完成，请及时点[申请支付]完成结算操作"
PAID = "支付完成，请等待记账！稍后可登录个人网银查看资金是否到账"
BOOKED = "支付完成，已记账！可登录个人网银查看资金是否到账"
NOTICES = {"registered": UNPAID, "held": UNPAID, "paid": PAID, "booked": BOOKED}
PATH_TO = {
    "booked": ["registered", "held", "sent", "paid", "booked"],
    "paid": ["registered", "held", "sent", "paid"],
    "payment_failed": ["registered", "held", "sent", "payment_failed"],
}
SETTLEMENTS = [{"code": "bound_card", "title": "转账到本人绑定的借记卡"}]
AMOUNTS = {
    "retirement": "whole_shown",
    "total_incapacity": "whole_shown",
    "unemployed_two_years": "absent",
    "non_local_sealed": "absent",
}
COMMITMENT = {
    "code": "withdrawal_commitment",
    "title": "提取承诺书",
    "version": "2026-1",
    "text": "一、本人所填信息真实、准确、完整。\n二、本人同意核验相关信息。",
}
AFFIDAVIT = {
    "code": "single_status_affidavit",
    "title": "单身具结书",
    "version": "2026-1",
    "text": "本人现郑重声明：截至签署之日，本人没有配偶。\n如不真实，愿退回所提取的住房公积金。",
    "when": {"name": "marital_status", "equals": "single"},
}
_MARRIED = {"name": "marital_status", "equals": "married"}
RENT_FIELDS = [
    {
        "name": "marital_status",
        "label": "婚姻情况",
        "kind": "choice",
        "required": True,
        "choices": [{"code": "single", "title": "单身"}, {"code": "married", "title": "已婚"}],
    },
    {"name": "spouse_name", "label": "配偶姓名", "kind": "text", "required": False, "when": _MARRIED},
    {
        "name": "spouse_id_number",
        "label": "配偶身份证号码",
        "kind": "id_number",
        "required": False,
        "when": _MARRIED,
    },
    {"name": "married_on", "label": "结婚登记日期", "kind": "date", "required": False, "when": _MARRIED},
]
CATEGORY = {
    "name": "category",
    "label": "提取类别",
    "kind": "choice",
    "required": True,
    "choices": [
        {"code": "rent", "title": "支付房租"},
        {"code": "property_fee", "title": "支付物业管理费"},
    ],
}

CONDITIONS = [
    {
        "code": "account_not_frozen",
        "title": "个人账户未冻结",
        "rule": "《住房公积金管理条例》第二十四条",
        "evidence_from": ["本中心账簿"],
    },
    {
        "code": "marriage_as_registered",
        "title": "婚姻情况与登记一致",
        "rule": "青住金规〔2019〕4号租房提取条款",
        "evidence_from": ["婚姻登记（民政部门）"],
    },
]


def a_bill(
    state: str = "registered", number: str = "W20261122000001", title: str = "", **changes: Any
) -> Shape:
    """A bill in `state`, with the history that led there."""
    path = PATH_TO.get(state, ["registered", state] if state != "registered" else ["registered"])
    timeline = [
        {
            "at": f"2026-11-22T09:0{minute}:07+08:00",
            "label": LABELS[step],
            "state": step,
            "state_label": LABELS[step],
            "by": "网厅",
            "remark": "",
        }
        for minute, step in enumerate(path)
    ]
    bill = {
        "number": number,
        "reason": "rent_quota",
        "title": title or TITLES["rent_quota"],
        "amount": "8400.00",
        "state": state,
        "label": LABELS[state],
        "notice": NOTICES.get(state, LABELS[state]),
        "actions": list(ACTIONS[state]),
        "waits_for": WITHDRAWAL.waits_for(state),
        "registered_at": "2026-11-22T09:00:07+08:00",
        "problem": "账号状态异常" if state == "payment_failed" else None,
        "settlement": "转账到本人绑定的借记卡",
        "bank_code": "105",
        "card_masked": "6217 **** **** 1234",
        "booked_on": "2026-11-22" if state == "booked" else None,
        "timeline": timeline,
        "version": len(timeline),
    }
    return bill | changes


def a_reason(code: str = "rent_quota", **changes: Any) -> Shape:
    """A catalogue entry with an assessment that allows it."""
    rent = code == "rent_quota"
    entry = {
        "code": code,
        "title": TITLES[code],
        "legal_basis": "《住房公积金管理条例》第二十四条（六）；青住金规〔2019〕4号租房提取条款",
        "fields": RENT_FIELDS if rent else [CATEGORY] if code == "minimum_living" else [],
        "documents": [AFFIDAVIT, COMMITMENT] if rent else [COMMITMENT],
        "amount": AMOUNTS.get(code, "entered"),
        "settlements": [] if code in ("rent_quota", "non_local_sealed") else SETTLEMENTS,
        "closes_account": code in ("retirement", "unemployed_two_years"),
        "spouse_rule": "",
        "conditions": CONDITIONS,
        "allowed": True,
        "ceiling": "8400.00",
        "because": "不超过每人每年定额 8,400.00 元与账户可用余额",
        "prefilled": "8400.00",
        "refusals": [],
        "pending": [],
        "has_card": True,
    }
    return entry | changes


class WithdrawalDouble(Double):
    """Answers every use around withdrawals; `entry` makes a reason's catalogue entry."""

    def __init__(self) -> None:
        super().__init__()
        self.bills: list[Shape] = [a_bill(state, f"W2026112200000{n}") for n, state in enumerate(ACTIONS)]
        self.entry: Callable[[str], Shape] = a_reason

    def _bill(self, number: str) -> Shape:
        return next((bill for bill in self.bills if bill["number"] == number), a_bill())

    def reasons(self, visitor: Any) -> Shape:
        items = [
            {"code": code, "title": title, "legal_basis": "《住房公积金管理条例》第二十四条"}
            for code, title in TITLES.items()
        ]
        return self._use("reasons", None, {"items": items})

    def reason(self, visitor: Any, code: str) -> Shape:
        return self._use("reason", code, self.entry(code))

    def issue_withdrawal_code(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("issue_withdrawal_code", body, {"sent": True, "next_at": None})

    def register_withdrawal(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("register_withdrawal", body, a_bill())

    def withdrawals(self, visitor: Any, window: Shape) -> Shape:
        return self._use("withdrawals", window, {"items": self.bills, "next_cursor": None})

    def withdrawal(self, visitor: Any, number: str) -> Shape:
        return self._use("withdrawal", number, self._bill(number))

    def pay(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("pay", number, self._bill(number))

    def check(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("check", number, self._bill(number))

    def cancel_settlement(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("cancel_settlement", number, self._bill(number))

    def delete(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("delete", number, a_bill("deleted"))

    def stuck_withdrawals(self, visitor: Any) -> Shape:
        since: Shape = {"since_at": "2026-11-22T09:02:00+08:00", "tries": 3, "open_questions": []}
        owners = {"items": [a_bill("payment_failed", **since, next_try_at=None)], "unlisted": 7}
        bill = a_bill("payment_unknown", **since, next_try_at="2026-11-22T09:12:00+08:00")
        listed = {"items": [bill], "unlisted": 0, "owners": owners}
        return self._use("stuck_withdrawals", None, listed)
