"""The part of a hall without services that has to do with who somebody is: logins, agreements, openings."""

import base64
from typing import Any

from tests.unit.gateway.pages.double import Double, Shape

_PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
).decode()
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
        "expires_at": "2026-11-22T09:30:00+08:00",
    }
    return opening | changes


class IdentityDouble(Double):
    """Answers the uses of who comes in; `opened` is the opening under way."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = an_opening()

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
