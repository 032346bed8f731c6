"""The outside world of a rehearsal, asked without signature: messages, captchas, statement, faults."""

import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from ops.demo.device import ANSWER_LIMIT_S, Unexpected

MESSAGE_LIMIT_S = 20.0
_LOOK_EVERY_S = 0.1
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class NoCode(Unexpected):
    """No code came to a phone in time; so it is for somebody who has a password already."""


class Outside:
    """What anybody at the machine of a rehearsal may see and arrange."""

    def __init__(self, sandbox_url: str) -> None:
        self._url = sandbox_url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False

    def captcha(self, captcha_id: str) -> str:
        """The answer of a captcha."""
        return str(self._asked("GET", f"/captchas/{captcha_id}")["answer"])

    def messages(self, phone: str) -> list[dict[str, Any]]:
        """The text messages a phone has received, newest first."""
        found: list[dict[str, Any]] = self._asked("POST", "/messages/search", {"phone": phone})
        return found

    def code_after(self, phone: str, seen: int, limit_s: float = MESSAGE_LIMIT_S) -> str:
        """The newest code beyond the `seen` older messages. Raises NoCode when none comes."""
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            messages = self.messages(phone)
            fresh = messages[: len(messages) - seen]
            codes = [found[0] for message in fresh if (found := _CODE.search(message["text"]))]
            if codes:
                return codes[0]
            time.sleep(_LOOK_EVERY_S)
        raise NoCode(f"no message with a code within {limit_s:.0f} s")

    def arrange(self, target: str, mode: str, **more: Any) -> None:
        """Let something go wrong; see the sandbox's own documentation for targets and modes."""
        self._asked("PUT", "/faults", {"target": target, "mode": mode, **more})

    def mend(self, target: str | None = None) -> None:
        """End all faults, or those of one target."""
        self._asked("DELETE", f"/faults?target={target}" if target else "/faults")

    def decide_face(self, page_url: str, decision: str) -> str:
        """Let a person "pass" or "fail" on the page of who verifies faces.

        The code with which the browser of a pass is sent back; empty for every other end.
        """
        answer = self._session.post(
            page_url, data={"decision": decision}, timeout=ANSWER_LIMIT_S, allow_redirects=False
        )
        if answer.status_code != 303:
            raise Unexpected(f"the face page answered {answer.status_code}")
        back = parse_qs(urlsplit(answer.headers["Location"]).query)
        return "".join(back.get("code", []))

    def letters(self) -> list[dict[str, Any]]:
        """The contact letters between centres, newest first, as they stand."""
        found: list[dict[str, Any]] = self._asked("GET", "/transfers/letters")["letters"]
        return found

    def answer_letter(self, letter_number: str, code: str, **more: Any) -> None:
        """Answer a contact letter as the other centre."""
        self._asked("POST", "/transfers/answers", {"letter_number": letter_number, "code": code, **more})

    def executed_fen(self) -> int:
        """All the bank has ever paid out for the hall, in fen."""
        return int(self._asked("GET", "/bank/statement?limit=1")["executed_fen"])

    def payouts(self, bill_number: str) -> list[dict[str, Any]]:
        """What the bank's statement says of a bill: one line for each order it has decided."""
        lines, after = [], 0
        while True:
            page = self._asked("GET", f"/bank/statement?after={after}")
            lines += [line for line in page["payouts"] if line["order_number"].startswith(f"{bill_number}-")]
            if not page.get("next"):
                return lines
            after = page["next"]

    def pay_code(self, order_number: str, **how: Any) -> dict[str, Any]:
        """Scan a payment code and pay: honestly, or with another amount, or although nobody may any more."""
        body = {"channel": "wechat", **how}
        paid: dict[str, Any] = self._asked("POST", f"/bank/payment-codes/{order_number}/payments", body)
        return paid

    def income(self, bill_number: str) -> dict[str, list[dict[str, Any]]]:
        """What the bank's statement says of a contribution bill: its debits, payments and refunds."""
        kinds = ("debits", "payments", "refunds")
        return {kind: self._income(kind, bill_number) for kind in kinds}

    def received_fen(self) -> int:
        """All the bank has taken in for the hall, less what it gave back, in fen."""
        return int(self._asked("GET", "/bank/statement/debits?limit=1")["received_fen"])

    def _income(self, kind: str, bill_number: str) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            page = self._asked("GET", f"/bank/statement/{kind}?after={after}")
            lines += [line for line in page[kind] if line["order_number"].startswith(f"{bill_number}-")]
            after = page["next"]
        return lines

    def _asked(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._session.request(method, self._url + path, json=body, timeout=ANSWER_LIMIT_S)
        if not answer.ok:
            raise Unexpected(f"the outside world answered {answer.status_code} to {method} {path}")
        return answer.json() if answer.content else {}
