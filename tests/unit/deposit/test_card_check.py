"""What counts as the bank's word on a card: only an outcome does."""

from dataclasses import dataclass
from typing import Any

import pytest

from services.common.outside import Answer, NoAnswer
from services.common.request import background
from services.deposit.adapters import CHECK_S, GOOD, Bank

CARD = {"bank_code": "102", "card_number": "6222020000000000012"}


@dataclass
class Holder:
    """Whose card it has to be."""

    name: str = "holder"
    id_number: str = "370202199003150011"


class Outside:
    """Gives the one answer it was made with."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.waited_s = 0.0

    def post(self, path: str, body: Any, timeout_s: float) -> Answer:
        self.waited_s = timeout_s
        return self.answer


def check(answer: Answer) -> Any:
    outside: Any = Outside(answer)
    return Bank(outside).check_card(background("test"), CARD, Holder())


@pytest.mark.parametrize("answer", [Answer(401, {}), Answer(429, {"outcome": 1}), Answer(200, {})])
def test_a_refused_request_says_nothing_about_the_card(answer: Answer) -> None:
    with pytest.raises(NoAnswer):
        check(answer)


def test_an_outcome_is_the_banks_word() -> None:
    found = check(Answer(200, {"outcome": 0, "card_class": "I"}))
    assert (found.outcome, found.card_class) == (GOOD, "I")


@pytest.mark.parametrize(
    ("left_s", "least", "most"), [(20, CHECK_S, CHECK_S), (1.5, 1, 1.5), (-1, 0.01, 0.2)]
)
def test_the_bank_is_waited_for_no_longer_than_the_caller_waits(
    left_s: float, least: float, most: float
) -> None:
    outside: Any = Outside(Answer(200, {"outcome": 0}))
    Bank(outside).check_card(background("test", left_s), CARD, Holder())
    assert least <= outside.waited_s <= most
