"""The outside world as withdrawals need it: the bank that pays out, the registers that answer."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nameko.extensions import DependencyProvider

from services.common.outside import Answer, NoAnswer, Outside
from services.common.request import Request

PAYOUT_S = 5.0
ENQUIRY_S = 3.0


class Outcome(StrEnum):
    """What the bank says of an order: done, certainly not done, or not yet known (0, 1, 2)."""

    PAID = "paid"
    FAILED = "failed"
    UNKNOWN = "unknown"


_OUTCOMES = {0: Outcome.PAID, 1: Outcome.FAILED, 2: Outcome.UNKNOWN}


@dataclass(frozen=True)
class BankWord:
    """The bank's word on one order."""

    outcome: Outcome
    reason: str = ""
    serial: str = ""


@dataclass(frozen=True, kw_only=True)
class Payee:
    """The card a payout goes to; personal, so it never leaves but to the bank."""

    bank_code: str
    card_number: str
    holder_name: str


class Bank:
    """The settlement bank: pays out, tells what became of an order, closes an order it never saw.

    Nothing waits longer for it than the request does that it is asked for.
    """

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def pay_out(self, request: Request, order_number: str, payee: Payee, amount_fen: int) -> BankWord:
        """Send an order once. Raises NoAnswer: the order may or may not be done.

        A refused request (4xx) also counts as unknown: only an outcome says that nothing was paid.
        """
        body = {
            "order_number": order_number,
            "bank_code": payee.bank_code,
            "card_number": payee.card_number,
            "holder_name": payee.holder_name,
            "amount_fen": amount_fen,
            "purpose": "住房公积金提取",
        }
        return _word(self._outside.post("/bank/payouts", body, request.wait_s(PAYOUT_S)))

    def enquire(self, request: Request, order_number: str) -> BankWord | None:
        """What became of an order; None when the bank has never seen it. Raises NoAnswer."""
        asked = {"order_number": order_number}
        answer = self._outside.post("/bank/payouts/query", asked, request.wait_s(ENQUIRY_S))
        return None if answer.status == 404 else _word(answer)

    def close(self, request: Request, order_number: str) -> BankWord:
        """Close an order the bank has not seen, so that a late copy of it is refused; else its outcome."""
        asked = {"order_number": order_number}
        return _word(self._outside.post("/bank/payouts/close", asked, request.wait_s(ENQUIRY_S)))


def _word(answer: Answer) -> BankWord:
    body, outcome = answer.body, answer.body.get("outcome")
    if answer.status >= 400 or type(outcome) is not int or outcome not in _OUTCOMES:
        return BankWord(Outcome.UNKNOWN, f"HTTP {answer.status}")
    return BankWord(
        _OUTCOMES[outcome], str(body.get("reason") or "")[:100], str(body.get("serial") or "")[:60]
    )


class Registers:
    """The registers of other authorities. Everything but a well-formed answer counts as no answer."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def ask(self, register: str, question: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """What the register says; amounts repaid come as `repaid_fen`. Raises NoAnswer."""
        path = f"/registers/{register}/query"
        answer = self._outside.post(path, question, timeout_s)
        if answer.status != 200 or type(answer.body.get("found")) is not bool:
            raise NoAnswer(path, f"HTTP {answer.status}")
        record = dict(answer.body)
        if "repaid_fen_since" in record:
            record["repaid_fen"] = record.pop("repaid_fen_since")
        return record


class BankAccess(DependencyProvider):  # type: ignore[misc]
    """The bank of this deployment as a nameko dependency."""

    def setup(self) -> None:
        """Read its address and key."""
        self.bank = Bank(Outside(os.environ["BANK_URL"], os.environ["BANK_KEY"]))

    def get_dependency(self, worker_ctx: Any) -> Bank:
        """The bank."""
        return self.bank


class RegistersAccess(DependencyProvider):  # type: ignore[misc]
    """The registers of this deployment as a nameko dependency."""

    def setup(self) -> None:
        """Read their address and key."""
        self.registers = Registers(Outside(os.environ["REGISTERS_URL"], os.environ["REGISTERS_KEY"]))

    def get_dependency(self, worker_ctx: Any) -> Registers:
        """The registers."""
        return self.registers
