"""The outside world as withdrawals need it: the bank that pays out, the registers that answer."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nameko.extensions import DependencyProvider

from services.common.bank import BankWord, SettlementBank
from services.common.outside import NoAnswer, Outside
from services.common.request import Request

PAYOUTS = "/bank/payouts"


@dataclass(frozen=True, kw_only=True)
class Payee:
    """The card a payout goes to; personal, so it never leaves but to the bank."""

    bank_code: str
    card_number: str
    holder_name: str


class Bank(SettlementBank):
    """Pays out, tells what became of an order, closes an order it never saw."""

    def pay_out(self, request: Request, order_number: str, payee: Payee, amount_fen: int) -> BankWord:
        """Send an order once. Raises NoAnswer: the order may or may not be done."""
        body = {"order_number": order_number, "amount_fen": amount_fen, "purpose": "住房公积金提取"}
        return self._order(request, PAYOUTS, body | vars(payee))

    def enquire(self, request: Request, order_number: str) -> BankWord | None:
        """What became of an order; None when the bank has never seen it. Raises NoAnswer."""
        return self._enquire(request, PAYOUTS, order_number)

    def close(self, request: Request, order_number: str) -> BankWord:
        """Close an order the bank has not seen, so that a late copy of it is refused; else its outcome."""
        return self._close(request, PAYOUTS, order_number)


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


class RegistersAccess(DependencyProvider):  # type: ignore[misc]
    """The registers of this deployment as a nameko dependency."""

    def setup(self) -> None:
        """Read their address and key."""
        self.registers = Registers(Outside(os.environ["REGISTERS_URL"], os.environ["REGISTERS_KEY"]))

    def get_dependency(self, worker_ctx: Any) -> Registers:
        """The registers."""
        return self.registers
