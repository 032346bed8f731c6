"""Identity numbers, mobiles, fund numbers and bank cards: what is well formed and how each is masked."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from stdnum import luhn

Sex = Literal["male", "female"]

BANKS: Final[dict[str, str]] = {
    "102": "中国工商银行",
    "103": "中国农业银行",
    "104": "中国银行",
    "105": "中国建设银行",
    "301": "交通银行",
}

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK_DIGITS: Final = "10X98765432"
_ID_SHAPE: Final = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)
_MOBILE_SHAPE: Final = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_CARD_SHAPE: Final = re.compile(r"[0-9]{16,19}", re.ASCII)

# What a Chinese keyboard writes wide, with its narrow twin: other look-alikes would become another number.
_NARROW: Final = {0xFF00 + place: 0x20 + place for place in range(1, 0x5F)} | {0x3000: 0x20}


class Malformed(ValueError):
    """What was typed is not such a number; the text says why and never repeats what was typed."""


@dataclass(frozen=True)
class CardNumber:
    """A card number of the right shape; `luhn_holds` is a hint only, the bank's own check decides."""

    digits: str
    luhn_holds: bool


def narrow(text: str) -> str:
    """What was typed with full-width (全角) digits, letters, signs and blanks, with narrow ones."""
    return text.translate(_NARROW)


def id_check_digit(first_seventeen: str) -> str:
    """The 18th character of an ID number by GB 11643-1999."""
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, first_seventeen, strict=True))
    return _ID_CHECK_DIGITS[total % 11]


def parse_id_number(text: str) -> str:
    """The ID number (居民身份证号码) with a capital X; any region code passes, since retired ones stay valid.

    Raises Malformed for a wrong length, a birth date that never was, or a wrong check digit.
    """
    number = text.strip().upper()
    if not _ID_SHAPE.fullmatch(number):
        raise Malformed("身份证号码应为18位")
    _birth_date(number)
    if id_check_digit(number[:17]) != number[17]:
        raise Malformed("身份证号码校验位不正确")
    return number


def birth_on(id_number: str) -> date:
    """The birth date in an ID number that `parse_id_number` has accepted."""
    return _birth_date(id_number)


def sex_of(id_number: str) -> Sex:
    """The sex in an ID number: an odd 17th digit is male."""
    return "male" if int(id_number[16]) % 2 else "female"


def parse_name(text: str) -> str:
    """A person's name (姓名) as on the identity card: letters and middle dots, 2 to 30. Raises Malformed."""
    name = text.strip()
    letters = re.sub(r"[·• .]", "", name)
    if not 2 <= len(name) <= 30 or len(letters) < 2 or not letters.isalpha():
        raise Malformed("姓名应与身份证一致，2至30个字，不含数字和符号")
    return name


def parse_mobile(text: str) -> str:
    """A mainland mobile number of 11 digits. Raises Malformed."""
    return _matched(_MOBILE_SHAPE, text.strip(), "手机号码应为11位数字")


def parse_card_number(text: str) -> CardNumber:
    """A bank card of 16 to 19 digits, blanks between groups allowed. Raises Malformed for the shape only."""
    digits = _matched(_CARD_SHAPE, re.sub(r"\s", "", text), "银行卡号应为16至19位数字")
    return CardNumber(digits, luhn_holds=luhn.is_valid(digits))


def parse_bank_code(text: str) -> str:
    """The code of one of the five banks whose class-I cards may be bound (manual 6.3). Raises Malformed."""
    if text not in BANKS:
        raise Malformed("仅支持工商银行、农业银行、中国银行、建设银行、交通银行的借记卡")
    return text


def mask_own_id(id_number: str) -> str:
    """An ID number as its owner sees it: first four and last four."""
    return _masked(id_number, 4, 4)


def mask_mobile(mobile: str) -> str:
    """A mobile number: first three and last four."""
    return _masked(mobile, 3, 4)


def mask_card(card_number: str) -> str:
    """A card number: first four and last four."""
    return _masked(card_number, 4, 4)


def mask_name(name: str) -> str:
    """A name: its first character, and how many follow."""
    return name[:1] + "*" * (len(name) - 1)


def mask_fund_number(fund_number: str) -> str:
    """A fund number as a stranger sees it: the last four."""
    return _masked(fund_number, 0, 4)


def _birth_date(number: str) -> date:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Malformed("身份证号码中的出生日期不存在") from None
    if born.year < 1850:
        raise Malformed("身份证号码中的出生日期不存在")
    return born


def _masked(text: str, head: int, tail: int) -> str:
    """Short texts are hidden whole: keeping both ends of them would keep everything."""
    hidden = len(text) - head - tail
    return "*" * len(text) if hidden <= 0 else text[:head] + "*" * hidden + text[-tail:]


def _matched(shape: re.Pattern[str], text: str, sentence: str) -> str:
    if not shape.fullmatch(text):
        raise Malformed(sentence)
    return text
