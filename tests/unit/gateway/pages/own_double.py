"""The part of the hall double about oneself: phone, cautions, log and devices."""

from typing import Any

from tests.unit.gateway.pages.double import Double, Shape

UNTIL = "2026-11-22T21:05:00+08:00"
CAUTION = {
    "deeds": ["修改手机号"],
    "until_at": UNTIL,
    "limit": "5000.00",
    "left": "3000.00",
    "sentence": "您近期修改手机号，2026-11-22 21:05 前提取合计最多 5,000.00 元（还可提取 3,000.00 元）。",
}
CHANGE = {
    "number": "5e0b5e0b5e0b5e0b5e0b5e0b",
    "former_phone": "139****1111",
    "phone": "137****7777",
    "changed_at": "2026-11-22T09:05:00+08:00",
}


def a_deed(**changes: Any) -> Shape:
    """One line of the log."""
    return {
        "at": "2026-11-22T09:00:07+08:00",
        "title": "提取登记",
        "kind": "withdrawal",
        "kind_label": "提取",
        "refused": False,
        "number": "W20261122000001",
        "client": "Chrome，Windows",
        "address": "10.0.0.8",
        "current": True,
    } | changes


FAILED_LOGIN = a_deed(
    title="登录未成功（密码不正确）", kind="identity", kind_label="登录与安全", refused=True, number=None,
    client="=cmd()", current=False,
)  # fmt: skip


class OwnDouble(Double):
    """Answers the uses about oneself; a subclass records them in `_use`."""

    active_caution: Shape | None = None
    phone_shown: str | None = "139****1111"
    verified_at: str | None = "2026-01-08T10:00:00+08:00"
    log: tuple[Shape, ...] = (a_deed(), FAILED_LOGIN, a_deed(client=None, address=None, current=False))

    def phone(self, visitor: Any) -> Shape:
        shown = {"phone": self.phone_shown, "verified_at": self.verified_at, "verification_id": "f" * 64}
        return self._use("phone", None, shown)

    def begin_phone_change(self, visitor: Any, key: str, body: Shape) -> Shape:
        begun = {"phone_change_id": CHANGE["number"], "expires_at": UNTIL, "sent": True, "next_at": None}
        return self._use("begin_phone_change", body, begun)

    def change_phone(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("change_phone", body, CHANGE | {"sessions_ended": 2})

    def phone_change(self, visitor: Any, number: str) -> Shape:
        return self._use("phone_change", number, CHANGE)

    def issue_phone_code(self, visitor: Any, key: str) -> Shape:
        return self._use("issue_phone_code", None, {"sent": True, "next_at": None, "sent_to": "137****7777"})

    def verify_phone(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("verify_phone", body, {"verified_at": UNTIL})

    def issue_password_code(self, visitor: Any, key: str) -> Shape:
        sent = {"sent": True, "next_at": None, "sent_to": "139****1111"}
        return self._use("issue_password_code", None, sent)

    def change_password(self, visitor: Any, key: str, body: Shape) -> Shape:
        return self._use("change_password", body, {"changed_at": UNTIL, "sessions_ended": 2})

    def cautions(self, visitor: Any) -> Shape:
        return self._use("cautions", None, {"hours": 12, "limit": "5000.00", "active": self.active_caution})

    def operation_log(self, visitor: Any, window: Shape) -> Shape:
        missing = getattr(self, "missing", [])
        page = {"items": list(self.log), "next_cursor": "next", "missing": missing}
        return self._use("operation_log", window, page)

    def whole_operation_log(self, visitor: Any, window: Shape) -> Shape:
        log = {"items": list(self.log), "missing": getattr(self, "missing", [])}
        return self._use("whole_operation_log", window, log)

    def end_other_sessions(self, visitor: Any, key: str) -> Shape:
        return self._use("end_other_sessions", None, {"ended": 1})
