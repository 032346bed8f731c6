"""What a JSON body must look like: names with a check each, nothing missing and nothing more."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.answers import Refused

Check = Callable[[Any], bool]


def text(pattern: str) -> Check:
    """A string that matches the whole pattern."""
    matches = re.compile(pattern, re.DOTALL).fullmatch
    return lambda value: isinstance(value, str) and matches(value) is not None


def whole_number(least: int, most: int) -> Check:
    """An integer (not a boolean) between the two bounds."""
    return lambda value: type(value) is int and least <= value <= most


def one_of(*allowed: str) -> Check:
    """One of these strings."""
    return lambda value: isinstance(value, str) and value in allowed


def truth(value: Any) -> bool:
    """A boolean."""
    return isinstance(value, bool)


def maybe(check: Check) -> Check:
    """The same, or null."""
    return lambda value: value is None or check(value)


NUMBER = text(r"[\x21-\x7e]{1,64}")
BANK_CODE = text(r"[0-9]{3}")
CARD_NUMBER = text(r"[0-9]{12,19}")
NAME = text(r"[^\x00-\x1f]{1,60}")
ID_NUMBER = text(r"[0-9A-Za-z]{6,18}")
PHONE = text(r"\+?[0-9]{5,15}")
DAY = text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
AMOUNT_FEN = whole_number(1, 10**12)


class Shape:
    """A JSON object with required and optional fields."""

    def __init__(self, required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> None:
        self._required = required
        self._checks = {**required, **(optional or {})}

    def read(self, body: Any) -> dict[str, Any]:
        """The body, checked. Raises Refused 422 with the name of the first wrong field."""
        if not isinstance(body, dict):
            raise Refused(422, "not_an_object")
        for name in self._required:
            if name not in body:
                raise Refused(422, "missing", name)
        for name, value in body.items():
            self._check(name, value)
        return body

    def _check(self, name: str, value: Any) -> None:
        check = self._checks.get(name)
        if check is None:
            raise Refused(422, "unknown_field", name[:64])
        if not check(value):
            raise Refused(422, "malformed", name)
