"""Money: yuan texts in and out, rounding in one place."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.money import Money, divided_half_up, parse_yuan, yuan


@pytest.mark.parametrize(("text", "fen"), [("0", 0), ("0.01", 1), ("1200.5", 120050), ("8400", 840000)])
def test_yuan_text_becomes_fen(text, fen):
    assert parse_yuan(text) == fen


NO_AMOUNTS = ["", "-1", "1.234", "1e3", "01", "1,000", " 1", "1.", ".5", "NaN", "１", 1.5, None]


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="not an amount"):
        parse_yuan(text)


@given(st.integers(0, 10**15 - 1))
def test_fen_survive_the_way_out_and_in(fen):
    assert parse_yuan(yuan(fen)) == fen


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**9))
def test_division_rounds_half_away_from_zero(numerator, denominator):
    exact = (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    halves = Decimal(2 * numerator) / Decimal(2 * denominator)
    assert divided_half_up(numerator, denominator) == int(exact) or abs(halves - exact) > Decimal("0.4999")


@given(st.integers(0, 10**12), st.integers(1, 60))
def test_parts_sum_to_the_whole_and_differ_by_a_fen_at_most(fen, parts):
    split = [part.fen for part in Money(fen).split(parts)]
    assert sum(split) == fen
    assert max(split) - min(split) <= 1


def test_money_is_never_a_float():
    with pytest.raises(TypeError):
        Money(1.0)
