"""Amounts in Chinese capitals as banks write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.money import in_capitals

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = {"拾": 10, "佰": 100, "仟": 1000, "万": 10**4, "亿": 10**8}
MOST_FEN = 10**18 - 1
AMOUNTS = st.one_of(
    st.integers(0, MOST_FEN),
    st.integers(0, 10**7),
    # Amounts with many zeros in them, where the reading goes wrong.
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 17)), max_size=4).map(
        lambda digits: sum({place: digit * 10**place for digit, place in digits}.values())
    ),
)


def read_back(words: str) -> int:
    """The fen that the words say, read from left to right: each unit multiplies what stands before it."""
    whole, found, part = words.removesuffix("整").rpartition("元")
    fen = 0
    for digit, unit in re.findall(f"([{DIGITS[1:]}])([角分])", part):
        fen += DIGITS.index(digit) * {"角": 10, "分": 1}[unit]
    return (_whole(whole) if found else 0) * 100 + fen


def _whole(words: str) -> int:
    for unit in ("亿", "万"):
        high, found, low = words.rpartition(unit)
        if found:
            return _whole(high) * UNITS[unit] + _whole(low)
    total, digit = 0, 0
    for letter in words:
        if letter in UNITS:
            total, digit = total + digit * UNITS[letter], 0
        else:
            digit = DIGITS.index(letter)
    return total + digit


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (55, "伍角伍分"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (1000, "壹拾元整"),
        (100500, "壹仟零伍元整"),
        (840000, "捌仟肆佰元整"),
        (2101364, "贰万壹仟零壹拾叁元陆角肆分"),
        (1000000, "壹万元整"),
        (1001000110, "壹仟零壹万零壹元壹角整"),
        (2030000007, "贰仟零叁拾万元零柒分"),
        (10000000000, "壹亿元整"),
        (10001000000, "壹亿零壹万元整"),
        (1000000000000, "壹佰亿元整"),
        (1234500000000 * 100, "壹万贰仟叁佰肆拾伍亿元整"),
        (100000000000100, "壹万亿零壹元整"),
        (MOST_FEN, "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_an_amount_in_capitals(fen: int, words: str) -> None:
    assert in_capitals(fen) == words


@given(AMOUNTS)
def test_the_words_say_the_amount_and_no_other(fen: int) -> None:
    assert read_back(in_capitals(fen)) == fen


@given(AMOUNTS)
def test_no_place_is_read_as_two_zeros_and_none_before_a_unit(fen: int) -> None:
    words = in_capitals(fen)
    assert "零零" not in words
    assert not re.search("零[拾佰仟万亿角分]", words)
    assert fen < 100 or "零元" not in words


@given(AMOUNTS)
def test_only_what_ends_before_the_fen_closes_with_the_word_for_whole(fen: int) -> None:
    words = in_capitals(fen)
    assert words.endswith("整") == (fen % 10 == 0)
    assert ("元" in words) == (fen >= 100 or fen == 0)
    assert ("角" in words) == (fen // 10 % 10 != 0)


@pytest.mark.parametrize("fen", [-1, 10**18])
def test_what_no_paper_carries_is_refused(fen: int) -> None:
    with pytest.raises(ValueError, match="no amount"):
        in_capitals(fen)
