"""The bank, as contributions need it: debits of a card, payment codes, refunds; each by its own number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.common.bank import ENQUIRY_S, ORDER_S, BankWord, SettlementBank, moment_of
from services.common.outside import NoAnswer
from services.common.request import Request

DEBITS, REFUNDS, CODES = "/bank/debits", "/bank/refunds", "/bank/payment-codes"
URL_MOST = 500
SERIAL = r"[0-9A-Za-z_-]{1,28}\Z"
_SERIAL = re.compile(SERIAL)


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


class Bank(SettlementBank):
    """Debits a card, makes payment codes, gives payments back. A serial that fits no key here is left out."""

    def debit(self, request: Request, order_number: str, payer: Payer, amount_fen: int) -> BankWord:
        """Take the amount from the card. Raises NoAnswer: it may or may not be done."""
        body = {"order_number": order_number, "amount_fen": amount_fen, "purpose": "住房公积金缴存"}
        return _keyed(self._order(request, DEBITS, body | vars(payer)))

    def enquire_debit(self, request: Request, order_number: str) -> BankWord | None:
        """What became of a debit; None when the bank has never seen it. Raises NoAnswer."""
        word = self._enquire(request, DEBITS, order_number)
        return word and _keyed(word)

    def close_debit(self, request: Request, order_number: str) -> BankWord:
        """Close a debit the bank has not seen, so that a late copy of it is refused; else its outcome."""
        return _keyed(self._close(request, DEBITS, order_number))

    def refund(
        self, request: Request, refund_number: str, order_number: str, serial: str, amount_fen: int
    ) -> BankWord:
        """Give a payment back to where it came from. Raises NoAnswer: it may or may not be done."""
        body = {"refund_number": refund_number, "order_number": order_number, "serial": serial}
        return self._order(request, REFUNDS, {**body, "amount_fen": amount_fen})

    def enquire_refund(self, request: Request, refund_number: str) -> BankWord | None:
        """What became of a refund; None when the bank has never seen it. Raises NoAnswer."""
        return self._enquire(request, REFUNDS, refund_number)

    def close_refund(self, request: Request, refund_number: str) -> BankWord:
        """Close a refund the bank has not seen, so that a late copy of it is refused; else its outcome."""
        return self._close(request, REFUNDS, refund_number)

    def open_code(
        self, request: Request, order_number: str, amount_fen: int, valid_s: int
    ) -> CodeWord | None:
        """A code for the amount; the same number again is the same code. None when the bank refuses.

        Raises NoAnswer; it may be asked again, because a code that nobody has seen moves no money.
        """
        body = {"order_number": order_number, "amount_fen": amount_fen, "valid_s": valid_s}
        answer = self._post(request, CODES, body | {"purpose": "住房公积金缴存"}, ORDER_S)
        return None if answer.status >= 400 else _code_word(CODES, answer.body)

    def enquire_code(self, request: Request, order_number: str) -> CodeWord:
        """What has been paid for a code, and whether it still can be. Raises NoAnswer."""
        return self._ask_code(request, f"{CODES}/query", order_number)

    def close_code(self, request: Request, order_number: str) -> CodeWord:
        """Close a code, so that nobody can pay it any more; tells what was paid before. Raises NoAnswer."""
        return self._ask_code(request, f"{CODES}/close", order_number)

    def _ask_code(self, request: Request, path: str, order_number: str) -> CodeWord:
        answer = self._post(request, path, {"order_number": order_number}, ENQUIRY_S)
        if answer.status >= 400:
            raise NoAnswer(path, f"HTTP {answer.status}")
        return _code_word(path, answer.body)


def _keyed(word: BankWord) -> BankWord:
    """A debit's serial becomes the key of the money that came in: one that fits no key counts as none."""
    return word if _SERIAL.match(word.serial) else replace(word, serial="")


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
