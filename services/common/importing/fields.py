"""One field of a book's line: text in, value out, or the reason in plain words why not. Pure."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from services.common.identifiers import Malformed
from services.common.national_standard.code_lists import CodeList

_YUAN = re.compile(r"-?[0-9]{1,13}\.[0-9]{2}", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,7})?", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_RATE_UNIT = 1000


class LineRefused(ValueError):
    """The line is not taken over; the text is the reason and repeats nothing personal."""


def fen(text: str) -> int:
    """Fen of an amount such as "-12.50", two decimals always (decimal(18,2))."""
    if not _YUAN.fullmatch(text):
        raise LineRefused("金额应为两位小数")
    return int(text.replace(".", ""))


def fen_not_negative(text: str) -> int:
    """Fen of an amount that may not be negative."""
    amount = fen(text)
    if amount < 0:
        raise LineRefused("金额不能为负数")
    return amount


def fen_or_none(text: str) -> int | None:
    """Fen of an amount, or nothing."""
    return fen(text) if text else None


@lru_cache(maxsize=50_000)
def day(text: str) -> date:
    """A day such as "2026-06-30"."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise LineRefused("日期应为YYYY-MM-DD")


def day_or_none(text: str) -> date | None:
    """A day, or nothing."""
    return day(text) if text else None


@lru_cache(maxsize=5_000)
def month_or_none(text: str) -> date | None:
    """The first day of a month such as "202606", or nothing."""
    if not text:
        return None
    if not _MONTH.fullmatch(text):
        raise LineRefused("年月应为YYYYMM")
    return date(int(text[:4]), int(text[4:]), 1)


def whole(text: str) -> int:
    """A whole number from 0 on."""
    if not _WHOLE.fullmatch(text):
        raise LineRefused("应为整数")
    return int(text)


def whole_percent(text: str) -> int:
    """A contribution rate in percent, whole (decimal(4,2))."""
    rate = hundred_thousandths(text)
    if rate % _RATE_UNIT:
        raise LineRefused("缴存比例应为整数百分比")
    return rate // _RATE_UNIT


@lru_cache(maxsize=5_000)
def hundred_thousandths(text: str) -> int:
    """A rate in percent such as "2.6000000" as hundred-thousandths: 2600."""
    if not _PERCENT.fullmatch(text):
        raise LineRefused("利率或比例格式不正确")
    units, _, decimals = text.partition(".")
    if decimals[3:].strip("0"):
        raise LineRefused("利率小数位过多")
    return int(units) * _RATE_UNIT + int(decimals[:3].ljust(3, "0"))


def name_of(codes: CodeList) -> Callable[[str], str]:
    """A parser for a code of that list; gives our name."""
    names = {code: codes.name_of(code) for code in codes.codes}

    def parse(text: str) -> str:
        try:
            return names[text]
        except KeyError:
            raise LineRefused(f"不是“{codes.title}”的代码") from None

    return parse


def code_or_nothing(codes: CodeList) -> Callable[[str], str]:
    """A parser for a code of that list, kept as it is, or nothing."""
    known = frozenset(("", *codes.codes))

    def parse(text: str) -> str:
        if text not in known:
            raise LineRefused(f"不是“{codes.title}”的代码")
        return text

    return parse


def printable(most: int) -> Callable[[str], str]:
    """A parser for a text for people of at most `most` characters."""

    def parse(text: str) -> str:
        if not 0 < len(text) <= most or not text.isprintable() or "\ufffd" in text:
            raise LineRefused(f"应为1至{most}个可显示字符")
        return text

    return parse


def identifying(shape: str, reason: str) -> Callable[[str], str]:
    """A parser for a number of that shape."""
    pattern = re.compile(shape, re.ASCII)

    def parse(text: str) -> str:
        if not pattern.fullmatch(text):
            raise LineRefused(reason)
        return text

    return parse


def personal(parse: Callable[[str], str]) -> Callable[[str], str]:
    """A parser of `identifiers` as a field's: the reason stays, the value is not told."""

    def parse_field(text: str) -> str:
        try:
            return parse(text)
        except Malformed as reason:
            raise LineRefused(str(reason)) from None

    return parse_field


fund_number = identifying(r"[0-9]{12}", "职工编号应为12位数字")


def fund_number_or_none(text: str) -> str | None:
    """A fund number, or nothing."""
    return fund_number(text) if text else None
