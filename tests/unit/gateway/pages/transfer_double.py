"""The part of a hall without services that has to do with inbound transfers."""

from typing import Any

from tests.unit.gateway.pages.double import Double, Shape

LABELS = {
    "registered": "已登记",
    "sent": "已登记，联系函发送中",
    "accepted": "联系函复核通过",
    "revoking": "撤销申请已提交",
    "revoked": "业务被撤销",
    "received": "联系函确认接收",
    "agreed": "账户信息复核通过",
    "negotiating": "协商中",
    "refused": "转出审核不通过",
    "completed": "正常办结",
    "concluded": "协商后办结",
    "failed": "失败办结",
}
REVOCABLE = ("registered", "sent", "accepted")


def a_transfer(state: str = "accepted", number: str = "T20261122000001") -> Shape:
    """A transfer as the hall tells it."""
    arrived = state in ("completed", "concluded")
    return {
        "number": number,
        "letter_number": "3702261122000001",
        "centre": "C37010000000000",
        "centre_title": "济南住房公积金管理中心",
        "employer_name": "济南<b>甄测试</b>商贸有限公司",
        "account_masked": "********6789",
        "state": state,
        "label": LABELS[state],
        "national_code": None,
        "notice": "联系函已发往转出地中心。",
        "amount": "51800.00" if arrived else None,
        "principal": "50000.00" if arrived else None,
        "interest": "1800.00" if arrived else None,
        "booked_on": "2026-11-25" if arrived else None,
        "voucher": f"transfer/{number}" if arrived else None,
        "remark": None,
        "problem": "平台未给出转移本金和利息" if state == "agreed" else None,
        "registered_on": "2026-11-22",
        "registered_at": "2026-11-22T10:00:00+08:00",
        "actions": ["revoke"] if state in REVOCABLE else [],
        "timeline": [
            {
                "at": "2026-11-22T10:00:00+08:00",
                "action": "register",
                "label": "登记",
                "state": "registered",
                "state_label": "已登记",
                "by": "本人",
            }
        ],
    }


class TransferDouble(Double):
    """Answers every use around transfers; `transfer_refusals` closes the form."""

    transfer_refusals: list[Shape] = []  # noqa: RUF012  # replaced, never changed

    def _transfer(self, number: str) -> Shape:
        states = list(LABELS)
        return a_transfer(states[int(number[-2:]) % len(states)], number)

    def transfer_form(self, visitor: Any) -> Shape:
        """Two centres in two groups."""
        centres = [
            {"code": "C11000000000000", "title": "北京住房公积金管理中心", "group": "直辖市"},
            {"code": "C37010000000000", "title": "济南住房公积金管理中心", "group": "山东省"},
        ]
        return self._use("transfer_form", None, {"centres": centres, "refusals": self.transfer_refusals})

    def register_transfer(self, visitor: Any, key: str, body: Shape) -> Shape:
        """A registered one."""
        return self._use("register_transfer", body, a_transfer("registered", "T20261122000000"))

    def stuck_transfers(self, visitor: Any) -> Shape:
        """One whose money could not be booked."""
        stuck = a_transfer("agreed") | {"since_at": "2026-11-22T10:00:00+08:00", "tries": 7}
        return self._use("stuck_transfers", None, {"items": [stuck], "unlisted": 0})

    def transfers(self, visitor: Any, window: Shape) -> Shape:
        """One of each state."""
        items = [a_transfer(state, f"T202611220000{n:02d}") for n, state in enumerate(LABELS)]
        return self._use("transfers", window, {"items": items, "next_cursor": "c"})

    def transfer(self, visitor: Any, number: str) -> Shape:
        """The one whose number ends with its state's place."""
        return self._use("transfer", number, self._transfer(number))

    def revoke_transfer(self, visitor: Any, key: str, number: str) -> Shape:
        """A revoked one."""
        return self._use("revoke_transfer", number, a_transfer("revoked", number))
