"""A hall without services: fixed answers in the shapes of `gateway.hall.Hall`, and refusals on request."""

import base64
from collections.abc import Callable
from typing import Any

from tests.unit.gateway.pages.freelancer_double import FreelancerDouble
from tests.unit.gateway.pages.own_double import OwnDouble
from tests.unit.gateway.pages.staff_double import REFUNDS, StaffDouble
from tests.unit.gateway.pages.statement_double import StatementDouble
from tests.unit.gateway.pages.transfer_double import TransferDouble

Shape = dict[str, Any]

_PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
).decode()
NAME = "李<b>某</b>"
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


def a_change(number: str = "D2026112200000001") -> Shape:
    """One saving of a subscription."""
    return {
        "number": number,
        "at": "2026-11-22T09:03:09+08:00",
        "added": ["年度结息"],
        "removed": [],
        "chosen": ["缴存变动", "年度结息"],
        "phone_masked": "137****2222",
        "phone_changed": True,
    }


def a_subscription() -> Shape:
    """A subscription that was saved once, with another phone."""
    titles = {"contribution": "缴存变动", "interest": "年度结息", "account": "账户设立与销户"}
    items = [
        {
            "code": code,
            "title": title,
            "note": "说明",
            "fixed": code == "account",
            "chosen": code != "interest",
        }
        for code, title in titles.items()
    ]
    return {
        "version": 1,
        "items": items,
        "receiver": "kept",
        "phone_masked": "137****2222",
        "verified_masked": "139****1111",
        "changed_at": "2026-11-22T09:03:09+08:00",
        "changes": [a_change()],
    }


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
        "registered_at": "2026-11-22T09:00:07+08:00",
        "problem": "账号状态异常" if state == "payment_failed" else None,
        "settlement": "转账到本人绑定的借记卡",
        "bank_code": "105",
        "card_masked": "6217 **** **** 1234",
        "timeline": timeline,
        "version": len(timeline),
    }
    return bill | changes


def an_account(**changes: Any) -> Shape:
    """A contributing account."""
    account = {
        "fund_number": "370200000001",
        "name": NAME,
        "id_number": "3702**********0012",
        "employer": "青岛海风机械有限公司",
        "state": "normal",
        "state_label": "正常",
        "balance": "86453.27",
        "available": "78053.27",
        "held": "8400.00",
        "contribution_base": "9800.00",
        "monthly_contribution": "2352.00",
        "opened_on": "2019-03-04",
        "sealed_on": None,
        "closed_on": None,
        "freeze_label": "未冻结",
        "employer_rate_percent": 12,
        "person_rate_percent": 12,
        "carried": "80000.00",
        "this_year": "6453.27",
        "last_contribution_month": "2026-10-01",
    }
    return account | changes


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
        "allowed": True,
        "ceiling": "8400.00",
        "because": "不超过每人每年定额8400.00元与账户可用余额",
        "prefilled": "8400.00",
        "refusals": [],
        "pending": [],
        "has_card": True,
    }
    return entry | changes


AGREEMENT = {
    "code": "professional_edition",
    "version": "2026-1",
    "title": "个人专业版服务协议",
    "text": "一、服务内容\n1. 内容<b>。\n\n二、责任",
    "digest": "a" * 64,
}
SIGNED = {
    "number": "f" * 32,
    "code": "professional_edition",
    "title": "个人专业版服务协议",
    "version": "2026-1",
    "way": "网上签订",
    "for": "",
    "signed_at": "2026-11-22T09:00:00+08:00",
}
ON_PAPER = SIGNED | {
    "number": None,
    "version": "paper",
    "way": "柜台签订",
    "signed_at": "2024-05-06T00:00:00+08:00",
}


def an_opening(state: str = "verifying", **changes: Any) -> Shape:
    """An opening in `state`."""
    opening = {
        "state": state,
        "label": {"failed": "未能开通", "expired": "已超时"}.get(state, "人脸核验中"),
        "page_url": "http://faces.test/page" if state == "verifying" else None,
        "reason": "face_failed" if state == "failed" else None,
        "sentence": "人脸核验没有通过。" if state == "failed" else None,
        "by_phone": False,
        "expires_at": "2026-11-22T09:30:00+08:00",
    }
    return opening | changes


CONTRIBUTION_ACTIONS = {
    "registered": ["settle_by_card", "settle_by_code", "delete"],
    "debit_unknown": ["check"],
    "settled": ["cancel_card"],
    "awaiting_scan": ["check", "cancel_code"],
    "code_closing": [],
    "paid": [],
    "refunding": [],
    "booked": [],
}
DEBIT_AGREEMENT = {
    "code": "direct_debit",
    "version": "2026-1",
    "title": "住房公积金联名卡委托扣款协议",
    "text": "一、委托。\n二、扣款。",
    "digest": "a" * 64,
}


def a_contribution(state: str = "registered", number: str = "C20261122000001", **changes: Any) -> Shape:
    """A contribution bill in `state`."""
    bill = {
        "number": number,
        "business": "contribution",
        "title": "自由职业者缴存",
        "months": ["2026-10", "2026-11"],
        "amount": "2400.00",
        "state": state,
        "label": "等待中心记账",
        "notice": "支付成功，等待中心记账。",
        "problem": None,
        "registered_at": "2026-11-22T09:00:00+08:00",
        "received_at": None,
        "booked_on": "2026-11-22" if state == "booked" else None,
        "actions": CONTRIBUTION_ACTIONS[state],
        "lines": [{"month": "2026-10", "kind_label": "补缴", "amount": "1200.00"}],
        "voucher": None,
        "settlement": None,
        "payment_code": None,
        "refunds": [],
        "timeline": [
            {"at": "2026-11-22T09:00:00+08:00", "label": "缴存登记", "state_label": "登记完成", "by": "本人"}
        ],
    }
    if state == "awaiting_scan":
        bill["payment_code"] = {"url": "https://pay.example/c/1", "expires_at": "2026-11-22T09:15:00+08:00"}
    if state == "refunding":
        refund = {"number": "F1", "amount": "2400.00", "cause": "联名卡结算取消", "label": "等待退款"}
        bill["refunds"] = [refund | {"state": "due", "moved_at": "2026-11-22T09:05:00+08:00"}]
    return bill | changes


class HallDouble(OwnDouble, FreelancerDouble, TransferDouble, StatementDouble, StaffDouble):
    """Answers every use; `refusing[name]` makes one of them raise, `said` records the writes."""

    def __init__(self) -> None:
        self.refusing: dict[str, Exception] = {}
        self.said: list[tuple[str, Any]] = []
        self.bills: list[Shape] = [a_bill(state, f"W2026112200000{n}") for n, state in enumerate(ACTIONS)]
        self.account_shown = an_account()
        self.entry: Callable[[str], Shape] = a_reason
        self.contribution_due: Shape | None = None
        self.contributed: list[Shape] = [
            a_contribution(state, f"C2026112200000{n}") for n, state in enumerate(CONTRIBUTION_ACTIONS)
        ]
        self.proposal: Shape = {
            "months": ["2026-10", "2026-11"],
            "amount": "2400.00",
            "lines": a_contribution()["lines"],
            "card": {"bank_code": "105", "card_number": "6217 **** **** 1234"},
            "agreement": DEBIT_AGREEMENT,
            "refusal": None,
        }
        self.missing: list[str] = []
        self.operation_state, self.operation_method = "absent", "register"
        self.operation_answer: Shape = {"number": "W20261122000001"}
        self.open: Callable[[str], str] = lambda role: role
        self.opened = an_opening()

    def _use(self, name: str, said: Any, answer: Any) -> Any:
        if name in self.refusing:
            raise self.refusing[name]
        self.said.append((name, said))
        return answer

    def _bill(self, number: str) -> Shape:
        return next((bill for bill in self.bills if bill["number"] == number), a_bill())

    def issue_captcha(self, visitor: Any, key: str) -> Shape:
        answer = {"captcha_id": "c1", "image_png": _PIXEL, "question": "三加四等于几？", "expires_at": ""}
        return self._use("issue_captcha", None, answer)

    def log_in(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("log_in", body, {"token": self.open("citizen")})

    def staff_log_in(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("staff_log_in", body, {"token": self.open("operator")})

    def renew(self, visitor: Any, key: str, *, seconds: float) -> Shape:
        return self._use("renew", key, {"token": self.open(visitor.subject.role)})

    def log_out(self, visitor: Any, key: str) -> Shape:
        return self._use("log_out", None, {})

    def sessions(self, visitor: Any) -> Shape:
        times = {"opened_at": "2026-11-22T09:00:00+08:00", "expires_at": "2026-11-22T21:00:00+08:00"}
        here = {
            "session_id": "s1",
            "client": "Chrome，Windows",
            "address": "10.0.0.8",
            "current": True,
            "edition": "professional",
        }
        return self._use(
            "sessions", None, {"items": [here | times, here | times | {"session_id": "s2", "current": False}]}
        )

    def end_session(self, visitor: Any, key: str, session_id: str) -> Shape:
        return self._use("end_session", session_id, {})

    def begin_first_visit(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("begin_first_visit", body, {"first_visit_id": "visit-1"})

    def issue_first_visit_code(self, visitor: Any, key: str, first_visit_id: str) -> Shape:
        return self._use("issue_first_visit_code", first_visit_id, {"sent": True, "next_at": None})

    def complete_first_visit(self, visitor: Any, key: str, first_visit_id: str, body: Shape) -> Shape:
        return self._use("complete_first_visit", body, {"token": self.open("citizen")})

    def agreement(self, visitor: Any, code: str) -> Shape:
        return self._use("agreement", code, AGREEMENT)

    def agreements(self, visitor: Any) -> Shape:
        return self._use(
            "agreements", None, {"items": [SIGNED, SIGNED | {"for": "W20261122000001"}, ON_PAPER]}
        )

    def signed_agreement(self, visitor: Any, number: str) -> Shape:
        kept = {"text": AGREEMENT["text"], "digest": "a" * 64, "address": "203.0.113.9"}
        return self._use("signed_agreement", number, SIGNED | kept)

    def begin_edition_opening(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("begin_edition_opening", body, {"opening_id": "o" * 32, "expires_at": ""})

    def submit_opening(self, visitor: Any, key: str, opening_id: str, body: Shape) -> Shape:
        return self._use("submit_opening", body, self.opened)

    def opening(self, visitor: Any, opening_id: str) -> Shape:
        return self._use("opening", opening_id, self.opened)

    def check_opening(self, visitor: Any, key: str, opening_id: str) -> Shape:
        return self._use("check_opening", opening_id, self.opened)

    def bring_back_opening(self, visitor: Any, key: str, opening_id: str, body: Shape) -> Shape:
        return self._use("bring_back_opening", body, self.opened)

    def issue_edition_code(self, visitor: Any, key: str, opening_id: str) -> Shape:
        return self._use("issue_edition_code", opening_id, {"sent": True, "next_at": None})

    def confirm_opening(self, visitor: Any, key: str, opening_id: str, body: Shape) -> Shape:
        return self._use("confirm_opening", body, self.opened)

    def enter_opening(self, visitor: Any, key: str, opening_id: str) -> Shape:
        return self._use("enter_opening", opening_id, {"token": self.open("citizen")})

    def home(self, visitor: Any) -> Shape:
        def unless(service: str, answer: Any, absent: Any) -> Any:
            return absent if service in self.missing else answer

        home = {
            "account": unless("deposit", self.account_shown, None),
            "card": unless("deposit", self.card(visitor), None),
            "waiting": unless("withdrawal", [bill for bill in self.bills if bill["actions"]][:3], []),
            "contributing": unless("deposit", self.contributed[:1], []),
            "contribution_due": unless("deposit", self.contribution_due, None),
            "messages": unless("notify", self.messages(visitor)["items"], []),
            "contracts": [],
            "movements": unless("deposit", self.ledger_lines(visitor, {})["items"][:3], []),
            "caution": self.active_caution,
            "missing": self.missing,
        }
        return self._use("home", None, home)

    def account(self, visitor: Any) -> Shape:
        return self._use("account", None, self.account_shown)

    def contributions(self, visitor: Any, window: Shape) -> Shape:
        line = {
            "amount": "2352.00",
            "employer_part": "1176.00",
            "person_part": "1176.00",
            "kind_label": "汇缴",
        }
        items = [
            line | {"for_month": f"2026-{month:02}", "booked_on": f"2026-{month:02}-15"}
            for month in range(10, 0, -1)
        ]
        page = {"items": items, "from_on": "2025-11-22", "to_on": "2026-11-22", "next_cursor": "next"}
        return self._use("contributions", window, page)

    def ledger_lines(self, visitor: Any, window: Shape) -> Shape:
        lines = [
            ("2026-10-15", "汇缴", "2352.00", "0.00", "86453.27", None),
            ("2026-07-01", "结息", "812.44", "0.00", "84101.27", None),
            ("2026-03-30", "部分提取", "0.00", "8400.00", "83288.83", "W20260330000003"),
        ]
        names = ("booked_on", "kind_label", "in", "out", "balance", "bill_number")
        items = [dict(zip(names, line, strict=True)) for line in lines]
        page = {"items": items, "from_on": "2025-11-22", "to_on": "2026-11-22", "next_cursor": None}
        return self._use("ledger_lines", window, page)

    def card(self, visitor: Any) -> Shape:
        card = {"bank_code": "105", "card_number": "6217 **** **** 1234"}
        return self._use("card", None, {"card": card | {"bound_at": "2026-01-08T10:00:00+08:00"}})

    def bind_card(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("bind_card", body, self.card(visitor))

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

    def operation(self, visitor: Any, op_id: str) -> Shape:
        done = self.operation_state == "done"
        answer = {"method": self.operation_method, "answer": self.operation_answer} if done else {}
        return self._use("operation", op_id, {"op_id": op_id, "state": self.operation_state} | answer)

    def messages(self, visitor: Any, window: Shape | None = None) -> Shape:
        text = "【公积金】您的租房提取 8400.00 元已付款，请等待记账。"
        item = {
            "number": "M1",
            "title": "提取付款",
            "state": "delivered",
            "state_label": "已送达",
            "phone_masked": "139****1111",
            "text": text,
            "sent_at": None,
            "written_at": "2026-11-22T09:03:09+08:00",
        }
        return self._use("messages", window, {"items": [item], "next_cursor": None})

    def subscription(self, visitor: Any) -> Shape:
        return self._use("subscription", None, a_subscription())

    def subscription_change(self, visitor: Any, number: str) -> Shape:
        return self._use("subscription_change", number, a_change(number))

    def issue_subscription_code(self, visitor: Any, key: str, body: Shape) -> Shape:
        sent = {
            "sent": True,
            "sent_to": "137****2222",
            "expires_at": "2026-11-22T09:10:00+08:00",
            "next_at": None,
        }
        return self._use("issue_subscription_code", body, sent)

    def subscribe(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("subscribe", body, a_change())

    def stuck_withdrawals(self, visitor: Any) -> Shape:
        return self._use(
            "stuck_withdrawals",
            None,
            {
                "items": [
                    a_bill(
                        "payment_unknown", since_at="2026-11-22T09:02:00+08:00", tries=3, open_questions=[]
                    )
                ]
            },
        )

    def contribution_proposal(self, visitor: Any) -> Shape:
        return self._use("contribution_proposal", None, self.proposal)

    def register_contribution(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("register_contribution", body, a_contribution())

    def contribution_bills(self, visitor: Any, window: Shape) -> Shape:
        return self._use("contribution_bills", window, {"items": self.contributed, "next_cursor": None})

    def contribution(self, visitor: Any, number: str) -> Shape:
        found = [bill for bill in self.contributed if bill["number"] == number]
        debiting = {name: self.proposal[name] for name in ("card", "agreement")}
        return self._use("contribution", number, (found[0] if found else a_contribution()) | debiting)

    def settle_by_card(self, visitor: Any, key: str, number: str, consent: Shape | None = None) -> Shape:
        return self._use("settle_by_card", consent, a_contribution("settled", number))

    def settle_by_code(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("settle_by_code", number, a_contribution("awaiting_scan", number))

    def check_contribution(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("check_contribution", number, a_contribution("paid", number))

    def cancel_card_settlement(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("cancel_card_settlement", number, a_contribution("refunding", number))

    def cancel_payment_code(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("cancel_payment_code", number, a_contribution("registered", number))

    def delete_contribution(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("delete_contribution", number, {"number": number, "state": "deleted"})

    def stuck_contributions(self, visitor: Any) -> Shape:
        row = a_contribution("debit_unknown", since_at="2026-11-22T09:02:00+08:00", tries=3, cause="等待银行")
        return self._use("stuck_contributions", None, {"items": [row, *REFUNDS]})

    def retry_refund(self, visitor: Any, key: str, number: str, body: Shape) -> Shape:
        return self._use("retry_refund", body | {"number": number}, {"number": number})

    def dead_letters(self, visitor: Any) -> Shape:
        letter = {
            "service": "notify",
            "number": "E1",
            "event": "withdrawal.paid",
            "died_at": "2026-11-22T09:02:00+08:00",
            "reason": "no text",
            "state": "待处理",
            "actions": ["replay", "drop"],
        }
        return self._use("dead_letters", None, {"items": [letter], "missing": self.missing})

    def interest_runs(self, visitor: Any) -> Shape:
        run = {
            "number": "2027",
            "state": "halted",
            "state_label": "已暂停，等待核查",
            "actions": ["set_aside", "resume"],
            "disputes": [
                {
                    "fund_number": "370200000001",
                    "expected": "145.83",
                    "computed": "145.84",
                    "found_at": "2027-07-01T00:01:00+08:00",
                    "set_aside": False,
                }
            ],
            "put_off": [
                {
                    "fund_number": "370200000002",
                    "reason": "earlier_year",
                    "reason_label": "以前年度的利息尚未结清",
                    "trouble": None,
                }
            ],
            "settles_on": "2027-06-30",
            "rate_hundred_thousandths": 1500,
            "accounts": 2000,
            "accounts_done": 1200,
            "accounts_checked": 5,
            "accounts_put_off": 1,
            "interest": "1234.50",
            "started_at": "2027-07-01T00:00:03+08:00",
            "finished_at": None,
            "digest": None,
            "trouble": "370200000001: 14583 / 14584",
        }
        return self._use("interest_runs", None, {"items": [run]})

    def set_aside_interest_account(self, visitor: Any, key: str, number: str, body: Shape) -> Shape:
        return self._use("set_aside_interest_account", {"number": number} | body, {})

    def resume_interest_run(self, visitor: Any, key: str, number: str) -> Shape:
        return self._use("resume_interest_run", {"number": number}, {})

    def sms(self, visitor: Any) -> Shape:
        providers = [
            {
                "name": "sms",
                "title": "主用短信平台",
                "misses": 5,
                "paused_until": "2026-11-22T09:02:00+08:00",
            },
            {"name": "sms_second", "title": "备用短信平台", "misses": 0, "paused_until": None},
        ]
        states = [{"state": "delivered", "label": "已送达", "count": 12}]
        codes = {"issued": 60, "approved": 3, "alarm": True}
        return self._use("sms", None, {"providers": providers, "states": states, "codes": codes})

    def trial_balance(self, visitor: Any) -> Shape:
        items = [
            {"subject": "101", "title": "住房公积金存款", "debit": "900.00", "credit": "0.00"},
            {"subject": "201", "title": "住房公积金", "debit": "0.00", "credit": "900.00"},
        ]
        return self._use(
            "trial_balance", None, {"items": items, "debit": "900.00", "credit": "900.00", "balanced": True}
        )
