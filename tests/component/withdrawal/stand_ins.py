"""Stand-ins for whom withdrawal asks: deposit and loan on the bus, bank and registers outside.

Each can be told to lose, refuse or interrupt; what it did is kept, to be counted afterwards.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from services.common.errors import Forbidden, NotFound, Refusal, Unavailable, Unknown
from services.common.outside import Answer, NoAnswer
from services.common.request import Request
from services.deposit import refusals
from tests.guards import refuse_open_transaction


class Crash(BaseException):
    """The process dies here."""


class Faults:
    """What goes wrong where: a place such as "hold" maps to modes taken one by one; empty = all is well."""

    def __init__(self) -> None:
        self._told: dict[str, list[str]] = {}
        self.seen: Counter[str] = Counter()

    def tell(self, place: str, *modes: str) -> None:
        """The next calls at `place` meet these modes, in order."""
        self._told.setdefault(place, []).extend(modes)

    def take(self, place: str) -> str:
        """The mode of this call at `place`."""
        refuse_open_transaction()
        self.seen[place] += 1
        waiting = self._told.get(place)
        mode = waiting.pop(0) if waiting else ""
        if mode == "crash_before":
            raise Crash
        return mode


class Deposit:
    """Account, holds and settlements of people, keyed as the real one."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.accounts: dict[str, dict[str, Any]] = {}
        self.cards: dict[str, str] = {}
        self.holds: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, Any] = {}

    def call(self, method: str, arguments: dict[str, Any], request: Request) -> Any:
        """Answer a question about a person."""
        if self.faults.take(method) == "down":
            raise Unavailable("deposit")
        told: dict[str, Any] = getattr(self, f"_{method}")(arguments["fund_number"])
        return told

    def command(self, method: str, arguments: dict[str, Any], request: Request, *, key: str) -> Any:
        """Have an effect once per key."""
        mode = self.faults.take(method)
        if mode == "down":
            raise Unknown("deposit")
        if mode == "refuse":
            raise Refusal("not_enough_available", "可用余额不足。")
        if mode == "forbid":
            raise Forbidden("caller_not_allowed", "不允许的调用。")
        if key not in self.answers:
            self.answers[key] = getattr(self, f"_{method}")(key, arguments)
        if mode == "crash_after":
            raise Crash
        if mode == "lose_answer":
            raise Unknown("deposit")
        return self.answers[key]

    def _assess(self, fund_number: str) -> dict[str, Any]:
        if fund_number not in self.accounts:
            raise NotFound("no_account", "没有查到您的公积金账户。")
        held_fen = sum(
            hold["principal_fen"]
            for hold in self.holds.values()
            if hold["fund_number"] == fund_number and hold["outcome"] is None
        )
        account = self.accounts[fund_number]
        available_fen = account["balance_fen"] - held_fen
        has_card = fund_number in self.cards
        return account | {"held_fen": held_fen, "available_fen": available_fen, "has_card": has_card}

    def _drawn_before(self, fund_number: str) -> dict[str, Any]:
        return {"items": self.accounts[fund_number]["drawn_before"]}

    def _identity(self, fund_number: str) -> dict[str, Any]:
        return {"name": "测试人", "id_number": self.accounts[fund_number]["id_number"]}

    def _card_changed(self, fund_number: str) -> dict[str, Any]:
        return {"at": self.accounts[fund_number]["card_changed_at"]}

    def _payee(self, fund_number: str) -> dict[str, Any]:
        number = self.cards.get(fund_number)
        card = {"bank_code": "102", "card_number": number} if number else None
        return {"card": card, "holder_name": "测试人"}

    def _hold(self, key: str, wanted: dict[str, Any]) -> dict[str, Any]:
        facts = self._assess(wanted["fund_number"])
        closes = wanted["closes_account"]
        if key in self.holds:
            raise Refusal("hold_released", "该笔预留已经释放，不再预留。")
        if closes and facts["transfer_coming"]:
            raise refusals.something_coming()
        principal_fen = facts["balance_fen"] if closes else wanted["amount_fen"]
        interest_fen = facts["interest_to_date_fen"] if closes else 0
        if principal_fen > facts["available_fen"]:
            raise Refusal("not_enough_available", "可用余额不足。")
        self.holds[key] = {
            "fund_number": wanted["fund_number"],
            "principal_fen": principal_fen,
            "interest_fen": interest_fen,
            "outcome": None,
        }
        total = {"amount_fen": principal_fen + interest_fen}
        return total | {"hold_id": key, "principal_fen": principal_fen, "interest_fen": interest_fen}

    def _release(self, key: str, wanted: dict[str, Any]) -> dict[str, Any]:
        nothing = {
            "fund_number": wanted["fund_number"],
            "principal_fen": 0,
            "interest_fen": 0,
            "outcome": None,
        }
        self.holds.setdefault(wanted["hold_id"], nothing)
        return self._end(wanted, "released")

    def _settle(self, key: str, wanted: dict[str, Any]) -> dict[str, Any]:
        hold = self._end(wanted, "settled")
        self.accounts[hold["fund_number"]]["balance_fen"] -= hold["principal_fen"]
        return {"voucher": f"settle/{wanted['bill_number']}", "booked_on": "2026-11-22"}

    def _end(self, wanted: dict[str, Any], outcome: str) -> dict[str, Any]:
        hold = self.holds[wanted["hold_id"]]
        assert hold["outcome"] is None, "a hold is resolved once"
        hold["outcome"] = outcome
        return hold

    def outcomes(self) -> list[str | None]:
        """How each hold ended, in order."""
        return [hold["outcome"] for hold in self.holds.values()]


class Auth:
    """When people changed their phones, as auth says it."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.phone_changed: dict[str, str] = {}

    def call(self, method: str, arguments: dict[str, Any], request: Request) -> Any:
        """The last change of a person."""
        assert method == "phone_changed"
        if self.faults.take(method) == "down":
            raise Unavailable("auth")
        return {"at": self.phone_changed.get(arguments["fund_number"])}

    def command(self, method: str, arguments: dict[str, Any], request: Request, *, key: str) -> Any:
        """Withdrawal orders nothing of auth."""
        raise AssertionError(method)


class Loan:
    """The evidence of the loan service, by person."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.evidence: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, Any]] = []

    def call(self, method: str, arguments: dict[str, Any], request: Request) -> Any:
        """What has been repaid."""
        if self.faults.take("loan") == "down":
            raise Unavailable("loan")
        self.asked.append(arguments)
        return self.evidence.get(arguments["fund_number"], {"contract_number": None})

    def command(self, method: str, arguments: dict[str, Any], request: Request, *, key: str) -> Any:
        """Withdrawal orders nothing of loan."""
        raise AssertionError(method)


class BankOutside:
    """The bank as HTTP shows it: an order is executed once, a closed one never."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.orders: dict[str, dict[str, Any]] = {}
        self.sent: list[dict[str, Any]] = []
        self.waits: list[float] = []

    def post(self, path: str, body: Mapping[str, Any], timeout_s: float) -> Answer:
        """Answer as the bank does, or not."""
        self.waits.append(timeout_s)
        place = {"/bank/payouts": "payout", "/bank/payouts/query": "query"}.get(path, "close")
        mode = self.faults.take(place)
        if mode == "down":
            raise NoAnswer(path, "down")
        answer = getattr(self, f"_{place}")(dict(body), mode)
        if mode == "crash_after":
            raise Crash
        if mode == "lose_answer":
            raise NoAnswer(path, "lost")
        return Answer(404, {}) if answer is None else Answer(200, answer)

    def _payout(self, body: dict[str, Any], mode: str) -> dict[str, Any]:
        self.sent.append(body)
        outcome = {"fail": 1, "unknown": 2}.get(mode, 0)
        order = {"order_number": body["order_number"], "outcome": outcome, "serial": "B1", "body": body}
        return self.orders.setdefault(body["order_number"], order)

    def _query(self, body: dict[str, Any], mode: str) -> dict[str, Any] | None:
        return self.orders.get(body["order_number"])

    def _close(self, body: dict[str, Any], mode: str) -> dict[str, Any]:
        number = body["order_number"]
        return self.orders.setdefault(number, {"order_number": number, "outcome": 1, "reason": "closed"})

    def executed(self) -> list[dict[str, Any]]:
        """The orders that were really paid."""
        return [order["body"] for order in self.orders.values() if order["outcome"] == 0]


class RegistersOutside:
    """The registers as HTTP shows them: a record by register and ID number, or not found."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.records: dict[tuple[str, str], dict[str, Any]] = {}

    def post(self, path: str, body: Mapping[str, Any], timeout_s: float) -> Answer:
        """What is written there."""
        name = path.split("/")[2]
        if self.faults.take(f"register.{name}") == "down":
            raise NoAnswer(path, "down")
        record = self.records.get((name, body["id_number"]))
        return Answer(200, {"found": False} if record is None else {"found": True} | record)
