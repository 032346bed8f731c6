"""Fields whose messages people can read, and which take nothing that could hurt further in."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from gateway.amounts import AMOUNT_PATTERN, plain
from services.common.clock import business_today
from services.common.identifiers import narrow
from services.common.shape import CONTROL, CONTROL_SENTENCE

_WRONG_DAY = "日期应为日历上有的一天，按 年-月-日 填写，例如 2026-01-31。"
_DIGITS = re.compile(r"[0-9]{1,9}")
_DEPTH_MAX = 3
_ENTRIES_MAX = 40
_TEXT_MAX = 500
# Before the fund existed, and after what anybody plans: such a day is a slip of the finger.
_EARLIEST_ON = date(1990, 1, 1)
_AHEAD = timedelta(days=3653)


def messages(invalid: str) -> dict[str, Any]:
    """The messages every field has, and its own for a value of the wrong kind."""
    return {
        "required": "此项必填。",
        "null": "此项不能为空。",
        "invalid": invalid,
        "invalid_utf8": invalid,
        "too_large": invalid,
    }


def _plain(value: str) -> None:
    if CONTROL.search(value):
        raise ValidationError(f"{CONTROL_SENTENCE}。")


def _one_line(value: str) -> None:
    if "\n" in value or "\r" in value:
        raise ValidationError("不能含有换行。")


class Body(Schema):
    """Base of what the API takes in: unknown members are refused, by name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages |= {"unknown": "不认识的字段。", "type": "应为 JSON 对象。"}


class Text(fields.String):
    """A text of `shortest` to `longest` characters without control characters; blanks do not fill it."""

    def __init__(self, longest: int, *, shortest: int = 1, **options: Any) -> None:
        error = f"长度应为 {shortest} 至 {longest} 个字符。"
        length = validate.Length(min=shortest, max=longest, error=error)
        self._shortest, self._too_short = shortest, error
        checks: list[Callable[[str], Any]] = [length, self._more_than_blanks, _plain]
        super().__init__(validate=checks, error_messages=messages("应为文字。"), **options)

    def _more_than_blanks(self, value: str) -> None:
        if len(value) >= self._shortest > len(value.strip()):
            raise ValidationError(self._too_short)


class Typed(Text):
    """A number or code that a service reads: full-width digits and letters arrive there narrow."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> str:
        return narrow(super()._deserialize(value, *rest, **more))


class Pattern(fields.String):
    """A text of a fixed form in narrow letters, however wide it was typed; `hint` tells people which."""

    def __init__(self, pattern: str, hint: str, **options: Any) -> None:
        form = validate.Regexp(f"^(?:{pattern})$", error=hint)
        super().__init__(validate=[form, _one_line], error_messages=messages("应为文字。"), **options)

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> str:
        return narrow(super()._deserialize(value, *rest, **more))


class Choice(fields.String):
    """One of a few codes."""

    def __init__(self, *codes: str, **options: Any) -> None:
        known = validate.OneOf(codes, error="不在可选范围内。")
        super().__init__(validate=known, error_messages=messages("应为文字。"), **options)


class Amount(fields.String):
    """Yuan as a text, at most two decimals, above zero; never a JSON number. Loaded in its plain form."""

    def __init__(self, **options: Any) -> None:
        form = validate.Regexp(AMOUNT_PATTERN, error="金额应为大于零的数字，最多两位小数。")
        wrong = messages('金额应为文字，例如 "8400.00"。')
        super().__init__(validate=[form, _one_line, _above_zero], error_messages=wrong, **options)

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> str:
        return plain(super()._deserialize(value, *rest, **more))


class Day(fields.Date):
    """A calendar day such as 2026-11-22, however wide it was typed, from 1990 to ten years ahead."""

    def __init__(self, **options: Any) -> None:
        wrong = messages(_WRONG_DAY)
        super().__init__(validate=_within_reach, error_messages=wrong, **options)

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> Any:
        return super()._deserialize(narrow(value) if isinstance(value, str) else value, *rest, **more)


class Count(fields.Integer):
    """A whole number between two bounds: a JSON number, or in a query (`written`) plain digits.

    Python would take more for a number.
    """

    def __init__(self, smallest: int, largest: int, *, written: bool = False, **options: Any) -> None:
        self._written = written
        bounds = validate.Range(min=smallest, max=largest, error=f"应在 {smallest} 至 {largest} 之间。")
        super().__init__(validate=bounds, error_messages=messages("应为整数。"), **options)

    def _validated(self, value: Any) -> int:
        if not (isinstance(value, int) or self._digits(value)):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)

    def _digits(self, value: Any) -> bool:
        return self._written and isinstance(value, str) and _DIGITS.fullmatch(value) is not None


class Truth(fields.Boolean):
    """Yes or no as JSON writes them: Python would take 1 and 1.0 for yes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(truthy={True}, falsy={False}, error_messages=messages("应为是或否。"), **options)

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Details(fields.Dict):
    """What a reason asks beyond the common part: a small object of texts, whole numbers and yes or no.

    Which members it must have is decided by the reason's own entry, not here.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(
            keys=fields.String(),
            validate=lambda value: _small(value, _DEPTH_MAX),
            error_messages=messages("应为 JSON 对象。"),
            **options,
        )


def _above_zero(text: str) -> None:
    if not text.strip("0."):
        raise ValidationError("金额必须大于零。")


def _within_reach(on: date) -> None:
    latest_on = business_today() + _AHEAD
    if not _EARLIEST_ON <= on <= latest_on:
        raise ValidationError(f"日期应在 {_EARLIEST_ON} 至 {latest_on} 之间。")


def _small(value: Any, depth: int) -> None:
    if isinstance(value, Mapping | list):
        _small_collection(value, depth)
    elif isinstance(value, str):
        _plain(value)
        if len(value) > _TEXT_MAX:
            raise ValidationError(f"文字不能超过 {_TEXT_MAX} 个字符。")
    elif isinstance(value, float):
        raise ValidationError("不接受小数，金额请用文字填写。")


def _small_collection(value: Mapping[str, Any] | list[Any], depth: int) -> None:
    if depth == 0 or len(value) > _ENTRIES_MAX:
        raise ValidationError("内容层级或数量超出范围。")
    for item in value.values() if isinstance(value, Mapping) else value:
        _small(item, depth - 1)
    if isinstance(value, Mapping):
        for name in value:
            _plain(name)
