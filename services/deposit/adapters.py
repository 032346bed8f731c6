"""The outside world, as the deposit service asks it: the bank for cards, the register of insurance."""

import os
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from services.common.outside import NoAnswer, Outside
from services.common.request import Request

CHECK_S = 3.0
GOOD, BAD = 0, 1
_EMPLOYMENT = "/registers/employment/query"


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


class EmploymentRegister:
    """The register of work and social insurance."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def ask(self, id_number: str) -> dict[str, Any]:
        """What it says of the person: {found, …}. Raises NoAnswer for all but a well-formed answer."""
        answer = self._outside.post(_EMPLOYMENT, {"id_number": id_number}, CHECK_S)
        if answer.status != 200 or type(answer.body.get("found")) is not bool:
            raise NoAnswer(_EMPLOYMENT, f"HTTP {answer.status}")
        return answer.body


@cache
def employment_register() -> EmploymentRegister:
    """The register of this deployment."""
    return EmploymentRegister(Outside(os.environ["REGISTERS_URL"], os.environ["REGISTERS_KEY"]))


@cache
def bank() -> Bank:
    """The bank of this deployment."""
    return Bank(Outside(os.environ["BANK_URL"], os.environ["BANK_KEY"]))
