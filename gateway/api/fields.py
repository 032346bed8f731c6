"""Fields whose messages people can read, and which take nothing that could hurt further in."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from gateway.amounts import AMOUNT_PATTERN

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_COMMON = {"required": "此项必填。", "null": "此项不能为空。"}
_DEPTH_MAX = 3
_ENTRIES_MAX = 40
_TEXT_MAX = 500


def _plain(value: str) -> None:
    if _CONTROL.search(value):
        raise ValidationError("含有不允许的控制字符。")


class Body(Schema):
    """Base of what the API takes in: unknown members are refused, by name."""

    error_messages = {"unknown": "不认识的字段。", "type": "应为 JSON 对象。"}


class Text(fields.String):
    """A text of `shortest` to `longest` characters without control characters."""

    default_error_messages = {**_COMMON, "invalid": "应为文字。", "invalid_utf8": "应为文字。"}

    def __init__(self, longest: int, *, shortest: int = 1, **options: Any) -> None:
        length = validate.Length(min=shortest, max=longest, error=f"长度应为 {shortest} 至 {longest} 个字符。")
        super().__init__(validate=[length, _plain], **options)


class Pattern(fields.String):
    """A text of a fixed form; `hint` tells people which."""

    default_error_messages = Text.default_error_messages

    def __init__(self, pattern: str, hint: str, **options: Any) -> None:
        super().__init__(validate=validate.Regexp(rf"\A(?:{pattern})\Z", error=hint), **options)
        # The document wants the ECMA form of the pattern.
        self.metadata["pattern"] = f"^(?:{pattern})$"


class Choice(fields.String):
    """One of a few codes."""

    default_error_messages = Text.default_error_messages

    def __init__(self, *codes: str, **options: Any) -> None:
        super().__init__(validate=validate.OneOf(codes, error="不在可选范围内。"), **options)


class Amount(fields.String):
    """Yuan as a text, at most two decimals, above zero; never a JSON number."""

    default_error_messages = {**Text.default_error_messages, "invalid": "金额应为文字，例如 \"8400.00\"。"}

    def __init__(self, **options: Any) -> None:
        form = validate.Regexp(re.compile(AMOUNT_PATTERN), error="金额应为大于零的数字，最多两位小数。")
        super().__init__(validate=[form, _above_zero], **options)


class Day(fields.Date):
    """A calendar day such as 2026-11-22."""

    default_error_messages = {**_COMMON, "invalid": "日期应为 YYYY-MM-DD。"}


class Count(fields.Integer):
    """A whole number between two bounds."""

    default_error_messages = {**_COMMON, "invalid": "应为整数。"}

    def __init__(self, smallest: int, largest: int, **options: Any) -> None:
        bounds = validate.Range(min=smallest, max=largest, error=f"应在 {smallest} 至 {largest} 之间。")
        super().__init__(validate=bounds, **options)


class Details(fields.Field[dict[str, Any]]):
    """What a reason asks beyond the common part: a small object of texts, whole numbers and yes or no.

    Which members it must have is decided by the reason's own entry, not here.
    """

    default_error_messages = {**_COMMON, "invalid": "应为 JSON 对象。"}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        _small(value, _DEPTH_MAX)
        return value


def _above_zero(text: str) -> None:
    if not text.strip("0."):
        raise ValidationError("金额必须大于零。")


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
