"""The part of a hall without services that has to do with slips and the verification of papers."""

from typing import Any

from tests.unit.gateway.pages.double import Double, Shape

CODE = "ABCD2345EFGH6789"
_TOLD = (
    "number", "centre", "bill_number", "business", "matter", "name_masked", "fund_number_masked", "amount",
    "booked_on", "made_at", "digest",
)  # fmt: skip


def a_slip(number: str = "W20261122000007", **changes: Any) -> Shape:
    """The slip on a withdrawal as the hall tells it."""
    return {
        "layout": 1,
        "number": f"R{number}",
        "code": CODE,
        "centre": "青岛市住房公积金管理中心",
        "bill_number": number,
        "business": "住房公积金提取",
        "matter": "租赁本市住房（定额8400）提取",
        "name_masked": "甄**",
        "fund_number_masked": "********0001",
        "amount": "8400.00",
        "capitals": "捌仟肆佰元整",
        "parts": [{"title": "本金", "amount": "8400.00"}],
        "facts": [
            {"title": "结算方式", "words": "转账到本人绑定的借记卡"},
            {"title": "收款借记卡", "words": "中国建设银行 6222***********0012"},
            {"title": "付款指令号", "words": "W20261122000007-1"},
            {"title": "银行流水号", "words": "B2026112200012345"},
            {"title": "记账凭证", "words": "H000123"},
        ],
        "times": [
            {"title": "登记时间", "at": "2026-11-22T10:00:00+08:00"},
            {"title": "支付时间", "at": "2026-11-22T10:00:03+08:00"},
            {"title": "记账时间", "at": "2026-11-22T10:00:04+08:00"},
        ],
        "booked_on": "2026-11-22",
        "lines": [],
        "made_at": "2026-11-22T11:00:00+08:00",
        "digest": "0123456789abcdef" * 4,
    } | changes


def a_contribution_slip(months: int) -> Shape:
    """The slip on a contribution of so many months."""
    line = {"kind_label": "补缴", "amount": "2352.00"}
    lines = [line | {"month": f"{2022 + place // 12}-{place % 12 + 1:02d}"} for place in range(months)]
    return a_slip(
        "C20261122000001",
        business="自由职业者缴存",
        matter=f"住房公积金缴存（{months}个月）",
        parts=[],
        lines=lines,
    )


class PaperDouble(Double):
    """Answers every use around slips and verification; `paper_told` is the genuine paper."""

    slip_made: Shape = a_slip()
    paper_told: Shape = {"kind": "slip"} | {name: a_slip()[name] for name in _TOLD}

    def slip(self, visitor: Any, number: str) -> Shape:
        """The slip on any bill."""
        return self._use("slip", number, self.slip_made)

    def verify_paper(self, visitor: Any, key: str, body: Shape) -> Shape:
        """A genuine one."""
        return self._use("verify_paper", body, self.paper_told)
