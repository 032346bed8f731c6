"""The edge of values: fen on the bus, yuan texts for people and phones; moments leave in China's time."""

import re
from typing import Any

from gateway.times import in_china, is_moment
from services.common.errors import Invalid
from services.common.identifiers import narrow
from services.common.money import parse_yuan, yuan

AMOUNT_PATTERN = r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?$"
_FEN = "_fen"
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]{1,2})?")


def plain(text: str) -> str:
    """A typed amount as the rules read it: full-width digits narrow, thousands commas gone.

    Commas stay, to be refused, where they do not part thousands: ``"1,5"`` may mean 1.5.
    """
    typed = narrow(text)
    return typed.replace(",", "") if _GROUPED.fullmatch(typed) else typed


def shown(value: Any) -> Any:
    """A service's answer as it leaves the hall, at any depth; None stays None.

    Every `<name>_fen` becomes `<name>` in yuan, every moment carries the offset of China.
    """
    if type(value) is dict:
        return dict(_item(key, item) for key, item in value.items())
    if type(value) is list:
        return [shown(item) for item in value]
    return value


def _item(key: str, item: Any) -> tuple[str, Any]:
    if key.endswith(_FEN):
        return key[: -len(_FEN)], yuan(item) if type(item) is int else item
    if type(item) is str:
        return key, in_china(item) if is_moment(key) else item
    return (key, shown(item)) if type(item) in (dict, list) else (key, item)


def fen_of(text: str, pointer: str = "/amount") -> int:
    """Fen of a yuan text; Invalid when it is no amount above zero with at most two decimals."""
    try:
        fen = parse_yuan(plain(text))
    except ValueError:
        raise Invalid("amount_invalid", "金额应为大于零的数字，最多两位小数。", pointer=pointer) from None
    if fen == 0:
        raise Invalid("amount_invalid", "金额必须大于零。", pointer=pointer)
    return fen
