"""The bank, as the deposit service asks it: whether a card may be bound."""

import os
from dataclasses import dataclass
from functools import cache

from services.common.outside import Outside

CHECK_S = 3.0
GOOD, BAD = 0, 1


@dataclass(frozen=True)
class CardCheck:
    """The bank's word on a card: outcome 0 good, 1 not; class "I" or "II"; the bank's reason."""

    outcome: int
    card_class: str
    reason: str


class Bank:
    """The settlement bank's card check."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def check_card(self, bank_code: str, card_number: str, holder_name: str, id_number: str) -> CardCheck:
        """Ask whether the card is the holder's. Raises NoAnswer."""
        asked = {
            "bank_code": bank_code,
            "card_number": card_number,
            "holder_name": holder_name,
            "id_number": id_number,
        }
        body = self._outside.post("/bank/card-checks", asked, CHECK_S).body
        return CardCheck(
            int(body.get("outcome", BAD)), str(body.get("card_class", "")), str(body.get("reason", ""))
        )


@cache
def bank() -> Bank:
    """The bank of this deployment."""
    return Bank(Outside(os.environ["BANK_URL"], os.environ["BANK_KEY"]))
