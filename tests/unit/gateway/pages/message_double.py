"""The part of a hall without services that has to do with messages and what one is told of."""

from typing import Any

from tests.unit.gateway.pages.double import Double, Shape


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


class MessageDouble(Double):
    """Answers the uses of messages and of the subscription."""

    def messages(self, visitor: Any, window: Shape | None = None) -> Shape:
        text = "【公积金】您的租房提取 8,400.00 元已付款，请等待记账。"
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
