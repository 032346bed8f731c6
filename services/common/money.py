"""Money as whole fen. Yuan exist only as text at the edge, a float never."""

import re
from dataclasses import dataclass

_YUAN = re.compile(r"(0|[1-9][0-9]{0,12})(?:\.([0-9]{1,2}))?")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))
_CAPITALS_BELOW_FEN = 10**18


def parse_yuan(text: str) -> int:
    """Fen of an amount in yuan such as ``"1200.5"``; at most two decimals, no sign, no blanks.

    Raises ValueError for anything else, a float included.
    """
    if not isinstance(text, str) or not (parts := _YUAN.fullmatch(text)):
        raise ValueError("not an amount in yuan")
    return int(parts[1]) * 100 + int((parts[2] or "0").ljust(2, "0"))


def yuan(fen: int) -> str:
    """The amount in yuan with two decimals, ``"-0.05"`` for -5 fen."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


@dataclass(frozen=True, order=True)
class Money:
    """An amount in fen (分). Adds and compares with its like, multiplies by whole numbers."""

    fen: int

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError("fen must be a whole number")

    @classmethod
    def parse(cls, text: str) -> "Money":
        """Money of a yuan text; ValueError as `parse_yuan`."""
        return cls(parse_yuan(text))

    def __str__(self) -> str:
        return yuan(self.fen)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.fen + other.fen)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.fen - other.fen)

    def __mul__(self, times: int) -> "Money":
        return Money(self.fen * times)

    def split(self, parts: int) -> list["Money"]:
        """Equal parts that sum to the whole; the first ones carry the odd fen."""
        share, rest = divmod(self.fen, parts)
        return [Money(share + (place < rest)) for place in range(parts)]


def divided_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator rounded half away from zero to a whole fen (四舍五入到分)."""
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def in_capitals(fen: int) -> str:
    """The amount in Chinese capitals (大写金额), as papers carry it so that nobody adds a stroke.

    2101364 is 贰万壹仟零壹拾叁元陆角肆分; what ends before the fen closes with 整, and places left out are
    read as one 零 (正确填写票据和结算凭证的基本规定). ValueError below zero and from ten quadrillion yuan on.
    """
    if not 0 <= fen < _CAPITALS_BELOW_FEN:
        raise ValueError("no amount that is written in capitals")
    whole, part = divmod(fen, 100)
    jiao, odd = divmod(part, 10)
    words = f"{_read(whole)}元" if whole or not part else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif odd and whole:
        words += "零"
    return words + (f"{_DIGITS[odd]}分" if odd else "整")


def _read(number: int) -> str:
    """A whole number in capitals, its highest place first."""
    for unit, name in _PLACES:
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return _read(high) + name + gap + (_read(low) if low else "")
    return _DIGITS[number]
