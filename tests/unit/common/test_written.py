"""How amounts, days and times are written for people."""

from datetime import date, datetime

import pytest

from services.common import written
from services.common.clock import CHINA


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "0.00 元"),
        (5, "0.05 元"),
        (500_000, "5,000.00 元"),
        (123_456_789, "1,234,567.89 元"),
        (-840_050, "-8,400.50 元"),
    ],
)
def test_an_amount_has_its_thousands_apart_and_its_unit(fen: int, words: str) -> None:
    assert written.amount(fen) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [("8400", "8,400.00"), ("8400.5", "8,400.50"), ("-12.34", "-12.34"), ("满12个月", "满12个月")],
)
def test_an_amount_of_the_edge_is_grouped_and_other_words_stay(text: str, words: str) -> None:
    assert written.grouped(text) == words


def test_days_months_and_times_are_written_as_they_are_typed() -> None:
    at = datetime(2026, 3, 5, 7, 8, 9, tzinfo=CHINA)
    assert (written.day(date(2026, 3, 5)), written.month(at.date())) == ("2026-03-05", "2026-03")
    assert (written.minute(at), written.second(at)) == ("2026-03-05 07:08", "2026-03-05 07:08:09")
