"""What counts as the bank's word on a card: only an outcome does."""

from typing import Any

import pytest

from services.common.outside import Answer, NoAnswer
from services.deposit.adapters import GOOD, Bank


class Outside:
    """Gives the one answer it was made with."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def post(self, path: str, body: Any, timeout_s: float) -> Answer:
        return self.answer


def check(answer: Answer) -> Any:
    outside: Any = Outside(answer)
    return Bank(outside).check_card("102", "6222020000000000012", "holder", "370202199003150011")


@pytest.mark.parametrize("answer", [Answer(401, {}), Answer(429, {"outcome": 1}), Answer(200, {})])
def test_a_refused_request_says_nothing_about_the_card(answer: Answer) -> None:
    with pytest.raises(NoAnswer):
        check(answer)


def test_an_outcome_is_the_banks_word() -> None:
    found = check(Answer(200, {"outcome": 0, "card_class": "I"}))
    assert (found.outcome, found.card_class) == (GOOD, "I")
