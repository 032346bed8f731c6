"""Money as whole fen. Yuan exist only as text at the edge, a float never."""

import re
from dataclasses import dataclass

_YUAN = re.compile(r"(0|[1-9]\d{0,12})(?:\.(\d{1,2}))?")


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
