"""What the bank's words are taken for: only an outcome says that something was moved, or was not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from services.common.bank import BankWord, Outcome, SettlementBank, moment_of, word_of
from services.common.clock import CHINA
from services.common.outside import Answer
from services.common.request import background


@pytest.mark.parametrize(("told", "outcome"), [(0, Outcome.DONE), (1, Outcome.FAILED), (2, Outcome.UNKNOWN)])
def test_an_outcome_is_taken_as_it_is_told(told: int, outcome: Outcome) -> None:
    word = word_of(Answer(200, {"outcome": told, "reason": "so", "serial": "S1"}))
    assert word == BankWord(outcome, "so", "S1")


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_refused_request_says_nothing_of_the_money(status: int) -> None:
    assert word_of(Answer(status, {"outcome": 1})) == BankWord(Outcome.UNKNOWN, f"HTTP {status}")


@pytest.mark.parametrize("told", [None, "0", 0.0, False, 3, [0]])
def test_what_is_no_outcome_counts_as_unknown(told: Any) -> None:
    assert word_of(Answer(200, {"outcome": told})).outcome is Outcome.UNKNOWN


def test_long_words_are_cut_to_what_is_kept() -> None:
    word = word_of(Answer(200, {"outcome": 0, "reason": "r" * 300, "serial": "s" * 300}))
    assert (len(word.reason), len(word.serial)) == (100, 60)


def test_a_time_is_chinas_where_it_names_no_zone_and_none_where_it_cannot_be_read() -> None:
    assert moment_of("2026-11-22T10:00:00") == datetime(2026, 11, 22, 10, tzinfo=CHINA)
    assert moment_of("2026-11-22T02:00:00+00:00") == datetime(2026, 11, 22, 10, tzinfo=CHINA)
    assert moment_of("yesterday") is None
    assert moment_of(None) is None


class Outside:
    """A bank that knows one order, and notes how long it would have been waited for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []

    def post(self, path: str, body: Mapping[str, Any], timeout_s: float) -> Answer:
        self.asked.append((path, timeout_s))
        known = body["order_number"] == "known" or path.endswith("/close")
        return Answer(200, {"outcome": 1}) if known else Answer(404, {})


def test_an_order_is_asked_about_and_closed_by_its_number() -> None:
    outside = Outside()
    bank = SettlementBank(outside)  # type: ignore[arg-type]
    request = background("deposit", 2.0)
    assert bank._enquire(request, "/bank/orders", "known") == BankWord(Outcome.FAILED)
    assert bank._enquire(request, "/bank/orders", "unseen") is None
    assert bank._close(request, "/bank/orders", "unseen") == BankWord(Outcome.FAILED)
    paths = [path for path, _ in outside.asked]
    assert paths == ["/bank/orders/query", "/bank/orders/query", "/bank/orders/close"]
    assert all(waited_s < 2.0 for _, waited_s in outside.asked)
