"""The part of a hall without services that has to do with contributions of one's own."""

from typing import Any

from services.deposit.contribution.states import CONTRIBUTION
from tests.unit.gateway.pages.double import Double, Shape
from tests.unit.gateway.pages.staff_double import REFUNDS

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
        "waits_for": CONTRIBUTION.waits_for(state),
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


class ContributionDouble(Double):
    """Answers every use around contributions: a bill in each state, and one proposed."""

    def __init__(self) -> None:
        super().__init__()
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
        times = {"since_at": "2026-11-22T09:02:00+08:00", "next_try_at": "2026-11-22T09:12:00+08:00"}
        row = a_contribution("debit_unknown", tries=3, cause="等待银行", **times)
        code = times | {"number": "C20261119000003-1", "title": "付款码", "amount": "1200.00", "tries": None}
        code |= {"state": "code_unanswered", "label": "已关闭，银行没有答复", "cause": "不能确定是否有人付款"}
        return self._use("stuck_contributions", None, {"items": [row, *REFUNDS, code], "unlisted": 0})

    def retry_refund(self, visitor: Any, key: str, number: str, body: Shape) -> Shape:
        return self._use("retry_refund", body | {"number": number}, {"number": number})
