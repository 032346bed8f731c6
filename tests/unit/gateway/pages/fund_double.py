"""The part of a hall without services that has to do with the account and the card."""

from typing import Any

from tests.unit.gateway.pages.double import Double, Shape

NAME = "李<b>某</b>"


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
        "last_contribution_month": "2026-10",
    }
    return account | changes


class FundDouble(Double):
    """Answers the uses of the account."""

    def __init__(self) -> None:
        super().__init__()
        self.account_shown = an_account()

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
        taken_back = {"amount": "-2352.00", "employer_part": "-1176.00", "person_part": "-1176.00"}
        items.insert(0, items[0] | taken_back | {"kind_label": "汇缴（冲账）", "booked_on": "2026-10-30"})
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
