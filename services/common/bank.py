"""The settlement bank, as every service that moves money with it does: its words, and asking by number.

What moves money is sent once under a number of ours. Afterwards the bank is only asked what became of it, and
what it never saw is closed there, so that a late copy is refused.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from nameko.extensions import DependencyProvider

from services.common.clock import CHINA
from services.common.outside import Answer, Outside
from services.common.request import Request

ORDER_S: Final = 5.0
ENQUIRY_S: Final = 3.0


class Outcome(StrEnum):
    """What the bank says of an order: done, certainly not done, or not yet known (0, 1, 2)."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


_OUTCOMES = {0: Outcome.DONE, 1: Outcome.FAILED, 2: Outcome.UNKNOWN}


@dataclass(frozen=True)
class BankWord:
    """The bank's word on one order; `at` is when it was done by the bank's own clock, if told."""

    outcome: Outcome
    reason: str = ""
    serial: str = ""
    at: datetime | None = None


NO_WORD: Final = BankWord(Outcome.UNKNOWN, "no answer")


def word_of(answer: Answer) -> BankWord:
    """A refused request (4xx) also counts as unknown: only an outcome says that nothing was moved."""
    body, outcome = answer.body, answer.body.get("outcome")
    if answer.status >= 400 or type(outcome) is not int or outcome not in _OUTCOMES:
        return BankWord(Outcome.UNKNOWN, f"HTTP {answer.status}")
    reason, serial = str(body.get("reason") or "")[:100], str(body.get("serial") or "")[:60]
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


class SettlementBank:
    """Base of what a service asks the bank. Nothing waits longer for it than the request it is asked for."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def _post(self, request: Request, path: str, body: Mapping[str, Any], most_s: float) -> Answer:
        return self._outside.post(path, body, request.wait_s(most_s))

    def _order(self, request: Request, path: str, body: Mapping[str, Any]) -> BankWord:
        """Send an order once. Raises NoAnswer: it may or may not be done."""
        return word_of(self._post(request, path, body, ORDER_S))

    def _enquire(self, request: Request, path: str, number: str) -> BankWord | None:
        """What became of an order; None when the bank has never seen it. Raises NoAnswer."""
        answer = self._post(request, f"{path}/query", {"order_number": number}, ENQUIRY_S)
        return None if answer.status == 404 else word_of(answer)

    def _close(self, request: Request, path: str, number: str) -> BankWord:
        """Close an order the bank has not seen, so that a late copy of it is refused; else its outcome."""
        return word_of(self._post(request, f"{path}/close", {"order_number": number}, ENQUIRY_S))


class BankAccess(DependencyProvider):  # type: ignore[misc]
    """The bank of this deployment as a nameko dependency, in the shape of the service's own class."""

    def __init__(self, shape: type[SettlementBank]) -> None:
        self._shape = shape

    def setup(self) -> None:
        """Read its address and key."""
        self._bank = self._shape(Outside(os.environ["BANK_URL"], os.environ["BANK_KEY"]))

    def get_dependency(self, worker_ctx: Any) -> SettlementBank:
        """The bank."""
        return self._bank
