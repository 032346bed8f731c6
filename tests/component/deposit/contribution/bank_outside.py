"""The bank as HTTP shows it to contributions: debits, codes and refunds by number, and what goes wrong."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from services.common.outside import Answer, NoAnswer
from tests.guards import refuse_open_transaction


class Crash(BaseException):
    """The process dies here."""


class BankOutside:
    """Executes an order once, never a closed one; `tell` says what the next calls at a place meet."""

    def __init__(self) -> None:
        self.debits: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.sent: Counter[str] = Counter()
        self.time = ""
        self._told: dict[str, list[str]] = {}

    def tell(self, place: str, *modes: str) -> None:
        """The next calls at `place` meet these modes, in order."""
        self._told.setdefault(place, []).extend(modes)

    def post(self, path: str, body: Mapping[str, Any], timeout_s: float) -> Answer:
        """Answer as the bank does, or not."""
        refuse_open_transaction()
        place = path.removeprefix("/bank/").replace("/", "_").replace("-", "_")
        waiting = self._told.get(place)
        mode = waiting.pop(0) if waiting else ""
        if mode == "crash_before":
            raise Crash
        if mode == "down":
            raise NoAnswer(path, "down")
        answer = getattr(self, f"_{place}")(dict(body), mode)
        if mode == "crash_after":
            raise Crash
        if mode == "lose_answer":
            raise NoAnswer(path, "lost")
        return answer

    def _debits(self, body: dict[str, Any], mode: str) -> Answer:
        self.sent[body["order_number"]] += 1
        return self._order(self.debits, body["order_number"], body, mode)

    def _debits_query(self, body: dict[str, Any], mode: str) -> Answer:
        return self._asked(self.debits, body["order_number"])

    def _debits_close(self, body: dict[str, Any], mode: str) -> Answer:
        return self._closed(self.debits, body["order_number"])

    def _refunds(self, body: dict[str, Any], mode: str) -> Answer:
        self.sent[body["refund_number"]] += 1
        return self._order(self.refunds, body["refund_number"], body, mode, serials="R")

    def _refunds_query(self, body: dict[str, Any], mode: str) -> Answer:
        return self._asked(self.refunds, body["order_number"])

    def _refunds_close(self, body: dict[str, Any], mode: str) -> Answer:
        return self._closed(self.refunds, body["order_number"])

    def _order(
        self,
        orders: dict[str, dict[str, Any]],
        number: str,
        body: dict[str, Any],
        mode: str,
        serials: str = "S",
    ) -> Answer:
        outcome = {"fail": 1, "unknown": 2}.get(mode, 0)
        order = {"outcome": outcome, "reason": "", "serial": f"{serials}{len(orders)}", "body": body}
        order |= {"at": self.time} if self.time else {}
        return Answer(200, orders.setdefault(number, order))

    def _asked(self, orders: dict[str, dict[str, Any]], number: str) -> Answer:
        return Answer(200, orders[number]) if number in orders else Answer(404, {})

    def _closed(self, orders: dict[str, dict[str, Any]], number: str) -> Answer:
        return Answer(200, orders.setdefault(number, {"outcome": 1, "reason": "closed", "serial": None}))

    def _payment_codes(self, body: dict[str, Any], mode: str) -> Answer:
        if mode == "refuse":
            return Answer(422, {})
        number = body["order_number"]
        fresh = {"state": "open", "code_url": f"https://pay.example/{number}", "payments": [], "body": body}
        return Answer(200, self.codes.setdefault(number, fresh))

    def _payment_codes_query(self, body: dict[str, Any], mode: str) -> Answer:
        if mode == "unreadable":
            return Answer(200, {"state": "closed", "payments": [{"serial": "P1"}]})
        number = body["order_number"]
        return Answer(200, self.codes[number]) if number in self.codes else Answer(404, {})

    def _payment_codes_close(self, body: dict[str, Any], mode: str) -> Answer:
        code = self.codes.setdefault(body["order_number"], {"state": "closed", "payments": []})
        if code["state"] == "open":
            code["state"] = "closed"
        return Answer(200, code)

    def pay(self, order_number: str, amount_fen: int, serial: str = "P1") -> dict[str, Any]:
        """Somebody pays the code; what the bank would report of it."""
        payment = {"serial": serial, "amount_fen": amount_fen, "channel": "wechat"}
        payment |= {"at": self.time} if self.time else {}
        code = self.codes[order_number]
        code["payments"].append(payment)
        if code["state"] == "open":
            code["state"] = "paid"
        return {"order_number": order_number, "at": "2026-11-22T10:00:00+08:00"} | payment

    def received_fen(self) -> int:
        """What the bank holds for the fund: debits and payments less refunds."""
        debited = sum(one["body"]["amount_fen"] for one in self.debits.values() if one["outcome"] == 0)
        paid = sum(one["amount_fen"] for code in self.codes.values() for one in code["payments"])
        returned = sum(one["body"]["amount_fen"] for one in self.refunds.values() if one["outcome"] == 0)
        return int(debited + paid - returned)
