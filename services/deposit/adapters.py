"""The bank, as the deposit service asks it: whether a card may be bound."""

import os
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from services.common.outside import NoAnswer, Outside
from services.common.request import Request

CHECK_S = 3.0
GOOD, BAD = 0, 1


@dataclass(frozen=True)
class CardCheck:
    """The bank's word on a card: outcome 0 good, 1 not, 2 unknown; class "I" or "II"; the bank's reason."""

    outcome: int
    card_class: str
    reason: str


class Holder(Protocol):
    """Whose card it has to be."""

    name: str
    id_number: str


class Bank:
    """The settlement bank's card check."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def check_card(self, request: Request, card: dict[str, str], holder: Holder) -> CardCheck:
        """Ask whether the card is the holder's, waiting no longer than the request does. Raises NoAnswer,
        also for a refused request (4xx): it says nothing about the card."""
        asked = {
            "bank_code": card["bank_code"],
            "card_number": card["card_number"],
            "holder_name": holder.name,
            "id_number": holder.id_number,
        }
        answer = self._outside.post("/bank/card-checks", asked, request.wait_s(CHECK_S))
        body, outcome = answer.body, answer.body.get("outcome")
        if answer.status >= 400 or type(outcome) is not int:
            raise NoAnswer("/bank/card-checks", f"HTTP {answer.status}")
        return CardCheck(outcome, str(body.get("card_class", "")), str(body.get("reason", "")))


@cache
def bank() -> Bank:
    """The bank of this deployment."""
    return Bank(Outside(os.environ["BANK_URL"], os.environ["BANK_KEY"]))
