"""Fields of imported lines: what each kind accepts, what it becomes, and that a refusal repeats nothing."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.common.importing import fields
from services.common.importing.fields import LineRefused
from services.common.importing.reading import ahead, chunks, converter
from services.common.money import yuan
from services.common.national_standard.books import CARDS
from services.common.national_standard.code_lists import LEDGER_LINE_KINDS

HEADER = ",".join(CARDS.header)
CONVERT = converter(
    CARDS, {"fund_number": fields.fund_number, "bank_code": str, "card_number": str, "bound_on": fields.day}
)


@given(some.integers(0, 10**14))
def test_an_amount_written_as_yuan_comes_back_in_fen(fen: int) -> None:
    assert fields.fen(yuan(fen)) == fen
    assert fields.fen(f"-{yuan(fen)}") == -fen


@pytest.mark.parametrize("text", ["", "1", "1.2", "1.234", "1,00", "+1.00", "１.00", "1e3", " 1.00", "NaN"])
def test_other_amounts_are_refused(text: str) -> None:
    with pytest.raises(LineRefused):
        fields.fen(text)


@pytest.mark.parametrize("text", ["", "2026-02-30", "2026-2-3", "20260203", "2026-02-03T00:00"])
def test_other_days_are_refused(text: str) -> None:
    with pytest.raises(LineRefused):
        fields.day(text)


def test_days_months_and_rates_become_values() -> None:
    assert fields.day("2026-06-30") == date(2026, 6, 30)
    assert fields.day_or_none("") is None
    assert fields.month_or_none("202607") == date(2026, 7, 1)
    assert fields.hundred_thousandths("3.0250000") == 3025
    assert fields.whole_percent("12.00") == 12


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (fields.month_or_none, "202613"),
        (fields.hundred_thousandths, "2.60001"),
        (fields.whole_percent, "7.50"),
        (fields.whole, "-1"),
        (fields.fen_not_negative, "-0.01"),
        (fields.fund_number_or_none, "12"),
        (fields.printable(5), "a\tb"),
        (fields.printable(5), "123456"),
        (fields.name_of(LEDGER_LINE_KINDS), "77"),
    ],
)
def test_what_does_not_fit_is_refused(parse, text: str) -> None:
    with pytest.raises(LineRefused):
        parse(text)


def cards(tmp_path: Path, *lines: str) -> Path:
    place = tmp_path / "cards.csv"
    place.write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")
    return place


GOOD = "370200000001,102,6291020000000000013,2026-06-25"


def test_chunks_number_their_lines_and_go_on_behind_what_was_booked(tmp_path: Path) -> None:
    place = cards(tmp_path, GOOD, "37020000000X,102,x,2026-06-25", GOOD, GOOD, GOOD)
    told = list(chunks(place, CARDS, CONVERT, after_line=1, size=2))
    assert [(chunk.last_line, len(chunk.rows), list(chunk.refusals)) for chunk in told] == [
        (3, 1, [3]),
        (5, 2, []),
        (6, 1, []),
    ]
    rest = list(chunks(place, CARDS, CONVERT, after_line=5, size=2))
    assert [row[0] for chunk in rest for row in chunk.rows] == [6]


def test_a_reason_names_the_column_and_not_what_stood_there(tmp_path: Path) -> None:
    place = cards(tmp_path, "370200000001,102,6291020000000000013,25.06.2026")
    (chunk,) = chunks(place, CARDS, CONVERT, after_line=1, size=10)
    assert chunk.refusals == {2: "绑定日期：日期应为YYYY-MM-DD"}


def test_reading_ahead_tells_the_same_chunks_and_passes_trouble_on(tmp_path: Path) -> None:
    place = cards(tmp_path, *[GOOD] * 5)
    told = [chunk.last_line for chunk in ahead(chunks(place, CARDS, CONVERT, after_line=1, size=2))]
    assert told == [3, 5, 6]

    def broken():
        yield from chunks(place, CARDS, CONVERT, after_line=1, size=5)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        list(ahead(broken()))
