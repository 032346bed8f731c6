"""Amounts in Chinese capitals as banks write them."""

import pytest

from gateway.printing.capitals import in_capitals


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1005.00", "壹仟零伍元整"),
        ("8400.00", "捌仟肆佰元整"),
        ("21013.64", "贰万壹仟零壹拾叁元陆角肆分"),
        ("10000.00", "壹万元整"),
        ("10010001.10", "壹仟零壹万零壹元壹角整"),
        ("20300000.07", "贰仟零叁拾万元零柒分"),
        ("100000000.00", "壹亿元整"),
        ("100010000.00", "壹亿零壹万元整"),
    ],
)
def test_an_amount_in_capitals(amount: str, words: str) -> None:
    assert in_capitals(amount) == words
