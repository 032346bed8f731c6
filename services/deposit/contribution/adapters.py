"""The bank, as contributions need it: debits of a card, payment codes, refunds; each by its own number."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from nameko.extensions import DependencyProvider

from services.common.clock import CHINA
from services.common.outside import Answer, NoAnswer, Outside
from services.common.request import Request

ORDER_S = 5.0
ENQUIRY_S = 3.0
URL_MOST = 500
SERIAL = r"[0-9A-Za-z_-]{1,28}\Z"
_SERIAL = re.compile(SERIAL)


class Outcome(StrEnum):
    """What the bank says of an order: done, certainly not done, or not yet known (0, 1, 2)."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


_OUTCOMES = {0: Outcome.DONE, 1: Outcome.FAILED, 2: Outcome.UNKNOWN}


@dataclass(frozen=True)
class BankWord:
    """The bank's word on one debit or refund; `at` is when it was done by the bank's own clock, if told."""

    outcome: Outcome
    reason: str = ""
    serial: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One payment that the bank received; `at` is when, by the bank's own clock, if it is told."""

    serial: str
    amount_fen: int
    channel: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CodeWord:
    """The bank's word on a payment code: whether it can still be paid, and every payment it received."""

    is_open: bool
    url: str = ""
    payments: tuple[Payment, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Payer:
    """The card a debit is taken from; personal, so it never leaves but to the bank."""

    bank_code: str
    card_number: str
    holder_name: str


class Bank:
    """The settlement bank. What moves money is sent once under one number; afterwards it is asked.

    Nothing waits longer for it than the request does that it is asked for.
    """

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def debit(self, request: Request, order_number: str, payer: Payer, amount_fen: int) -> BankWord:
        """Take the amount from the card. Raises NoAnswer: it may or may not be done."""
        body = {"order_number": order_number, "amount_fen": amount_fen, "purpose": "住房公积金缴存"}
        return _word(self._outside.post("/bank/debits", body | vars(payer), request.wait_s(ORDER_S)))

    def enquire_debit(self, request: Request, order_number: str) -> BankWord | None:
        """What became of a debit; None when the bank has never seen it. Raises NoAnswer."""
        return self._enquire(request, "/bank/debits/query", order_number)

    def close_debit(self, request: Request, order_number: str) -> BankWord:
        """Close a debit the bank has not seen, so that a late copy of it is refused; else its outcome."""
        return _word(
            self._outside.post(
                "/bank/debits/close", {"order_number": order_number}, request.wait_s(ENQUIRY_S)
            )
        )

    def refund(
        self, request: Request, refund_number: str, order_number: str, serial: str, amount_fen: int
    ) -> BankWord:
        """Give a payment back to where it came from. Raises NoAnswer: it may or may not be done."""
        body = {"refund_number": refund_number, "order_number": order_number}
        body |= {"serial": serial, "amount_fen": amount_fen}  # type: ignore[dict-item]
        return _word(self._outside.post("/bank/refunds", body, request.wait_s(ORDER_S)))

    def enquire_refund(self, request: Request, refund_number: str) -> BankWord | None:
        """What became of a refund; None when the bank has never seen it. Raises NoAnswer."""
        return self._enquire(request, "/bank/refunds/query", refund_number)

    def close_refund(self, request: Request, refund_number: str) -> BankWord:
        """Close a refund the bank has not seen, so that a late copy of it is refused; else its outcome."""
        return _word(
            self._outside.post(
                "/bank/refunds/close", {"order_number": refund_number}, request.wait_s(ENQUIRY_S)
            )
        )

    def open_code(
        self, request: Request, order_number: str, amount_fen: int, valid_s: int
    ) -> CodeWord | None:
        """A code for the amount; the same number again is the same code. None when the bank refuses.

        Raises NoAnswer; it may be asked again, because a code that nobody has seen moves no money.
        """
        body = {"order_number": order_number, "amount_fen": amount_fen, "valid_s": valid_s}
        answer = self._outside.post(
            "/bank/payment-codes", body | {"purpose": "住房公积金缴存"}, request.wait_s(ORDER_S)
        )
        return None if answer.status >= 400 else _code_word("/bank/payment-codes", answer.body)

    def enquire_code(self, request: Request, order_number: str) -> CodeWord:
        """What has been paid for a code, and whether it still can be. Raises NoAnswer."""
        return self._ask_code(request, "/bank/payment-codes/query", order_number)

    def close_code(self, request: Request, order_number: str) -> CodeWord:
        """Close a code, so that nobody can pay it any more; tells what was paid before. Raises NoAnswer."""
        return self._ask_code(request, "/bank/payment-codes/close", order_number)

    def _ask_code(self, request: Request, path: str, order_number: str) -> CodeWord:
        answer = self._outside.post(path, {"order_number": order_number}, request.wait_s(ENQUIRY_S))
        if answer.status >= 400:
            raise NoAnswer(path, f"HTTP {answer.status}")
        return _code_word(path, answer.body)

    def _enquire(self, request: Request, path: str, order_number: str) -> BankWord | None:
        answer = self._outside.post(path, {"order_number": order_number}, request.wait_s(ENQUIRY_S))
        return None if answer.status == 404 else _word(answer)


def _word(answer: Answer) -> BankWord:
    """A refused request (4xx) also counts as unknown: only an outcome says that nothing was moved."""
    body, outcome = answer.body, answer.body.get("outcome")
    if answer.status >= 400 or type(outcome) is not int or outcome not in _OUTCOMES:
        return BankWord(Outcome.UNKNOWN, f"HTTP {answer.status}")
    serial = str(body.get("serial") or "")
    if not _SERIAL.match(serial):
        serial = ""
    reason = str(body.get("reason") or "")[:100]
    return BankWord(_OUTCOMES[outcome], reason, serial, moment_of(body.get("at")))


def moment_of(told: Any) -> datetime | None:
    """A time as the bank writes it, China's where it names no zone; None when there is none to read.

    Money counts whatever is written beside it: an unreadable time is no reason not to take it in.
    """
    try:
        at = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


def _code_word(path: str, body: Mapping[str, Any]) -> CodeWord:
    try:
        payments = tuple(_payment(one) for one in body["payments"])
        url = str(body.get("code_url") or "")[:URL_MOST]
        return CodeWord(is_open=body["state"] == "open", url=url, payments=payments)
    except (KeyError, TypeError, ValueError):
        raise NoAnswer(path, "unreadable") from None


def _payment(told: Mapping[str, Any]) -> Payment:
    serial, amount_fen, channel = told["serial"], told["amount_fen"], str(told["channel"])[:20]
    if type(amount_fen) is not int or amount_fen <= 0 or not _SERIAL.match(serial):
        raise ValueError("not a payment")
    return Payment(serial=serial, amount_fen=amount_fen, channel=channel, at=moment_of(told.get("at")))


class BankAccess(DependencyProvider):  # type: ignore[misc]
    """The bank of this deployment as a nameko dependency."""

    def setup(self) -> None:
        """Read its address and key."""
        self.bank = Bank(Outside(os.environ["BANK_URL"], os.environ["BANK_KEY"]))

    def get_dependency(self, worker_ctx: Any) -> Bank:
        """The bank."""
        return self.bank
