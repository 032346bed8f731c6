"""A citizen as the hall meets one: first visit, login, codes, drawing, following the bill."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ops.demo.device import Device, Reply, Unexpected, new_key, wanted
from ops.demo.outside import MESSAGE_LIMIT_S, Outside

PASSWORD = "harbour-Lamp-27"  # noqa: S105 (of people who do not exist)
SETTLED_LIMIT_S = 45.0
_LOOK_EVERY_S = 0.2


@dataclass
class Citizen:
    """A person of the books at a device of the own; `pass_time` lets the seconds go by until another code."""

    person: dict[str, Any]
    device: Device
    outside: Outside
    password: str = field(default=PASSWORD, repr=False)
    pass_time: Callable[[int], None] = time.sleep
    message_limit_s: float = MESSAGE_LIMIT_S

    def captcha(self) -> dict[str, str]:
        """A captcha with its answer, as the two fields of a form."""
        captcha_id = wanted(self.device.post("/captchas"))["captcha_id"]
        return {"captcha_id": captcha_id, "captcha_answer": self.outside.captcha(captcha_id)}

    def begin_first_visit(self) -> str:
        """Fund number and captcha; the number of the visit."""
        body = {"fund_number": self.person["fund_number"], **self.captcha()}
        return str(wanted(self.device.post("/first-visits", body))["first_visit_id"])

    def take_code(self, path: str, body: dict[str, Any] | None = None) -> str:
        """Ask for a code at `path` and read it from the phone; waits where the last one is fresh."""
        seen = len(self.outside.messages(self.person["phone"]))
        reply = self.device.post(path, body)
        if reply.code == "code_asked_too_soon":
            self.pass_time(int(reply.headers["Retry-After"]) + 1)
            reply = self.device.post(path, body)
        wanted(reply)
        return self.outside.code_after(self.person["phone"], seen, self.message_limit_s)

    def come_first(self) -> None:
        """The whole first visit: the own password is set and the first session open."""
        visit = self.begin_first_visit()
        code = self.take_code(f"/first-visits/{visit}/code")
        body = {"code": code, "password": self.password}
        self.device.token = wanted(self.device.post(f"/first-visits/{visit}/password", body))["token"]

    def log_in(self, edition: str = "professional") -> None:
        """Log in with the own password."""
        body = {"edition": edition, "login_name": self.person["fund_number"], "password": self.password}
        self.device.token = wanted(self.device.post("/sessions", body | self.captcha()))["token"]

    def assessed(self, reason: str) -> dict[str, Any]:
        """What the form of a reason shows this person today."""
        return wanted(self.device.get(f"/withdrawal-reasons/{reason}"))

    def code_for(self, reason: str, amount: str | None = None) -> str:
        """A code for this reason and amount, read from the phone."""
        return self.take_code("/verification-codes", {"purpose": "withdrawal", **_drawing(reason, amount)})

    def registration(
        self, reason: str, amount: str | None = None, details: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """The filled form without a code: documents signed as its answers ask, the first way to be paid."""
        form, answers = self.assessed(reason), details or {}
        documents = [
            {"code": one["code"], "version": one["version"]}
            for one in form["documents"]
            if one["when"] is None or answers.get(one["when"]["name"]) == one["when"]["equals"]
        ]
        body = _drawing(reason, amount) | {"details": answers, "documents": documents}
        return body | ({"settlement": form["settlements"][0]["code"]} if form["settlements"] else {})

    def register(self, body: dict[str, Any], key: str | None = None) -> Reply:
        """申请登记 with a code taken for exactly this."""
        code = self.code_for(body["reason"], body.get("amount"))
        return self.device.post("/withdrawals", body | {"code": code}, key or new_key())

    def draw(
        self, reason: str, amount: str | None = None, details: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Register a withdrawal; the bill as it came to rest for the moment."""
        return wanted(self.register(self.registration(reason, amount, details)))

    def bill(self, number: str) -> dict[str, Any]:
        """The bill with its timeline."""
        return wanted(self.device.get(f"/withdrawals/{number}"))

    def press(self, number: str, button: str) -> dict[str, Any]:
        """payment, payment-check or settlement-cancellation."""
        return wanted(self.device.post(f"/withdrawals/{number}/{button}"))

    def settled(self, number: str, *states: str, limit_s: float = SETTLED_LIMIT_S) -> dict[str, Any]:
        """The bill once it is in one of the states. Raises Unexpected when it does not get there."""
        until = time.monotonic() + limit_s
        while (bill := self.bill(number))["state"] not in states:
            if time.monotonic() > until:
                raise Unexpected(f"the bill is {bill['state']} after {limit_s:.0f} s")
            time.sleep(_LOOK_EVERY_S)
        return bill


def _drawing(reason: str, amount: str | None) -> dict[str, str]:
    return {"reason": reason} | ({"amount": amount} if amount is not None else {})
