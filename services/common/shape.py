"""The shape of what crosses a boundary: marshmallow schemas, loaded strictly, refused with a pointer."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, pre_load

from services.common.errors import Invalid
from services.common.shape_sentences import speak_chinese

speak_chinese()

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that no text has: a database refuses some of them, and people see none."""
CONTROL_SENTENCE = "含有不允许的控制字符"


class Shape(Schema):
    """A schema that refuses unknown fields, and control characters in whatever text it takes in."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "不认识的字段", "type": "应为对象"}  # noqa: RUF012  # marshmallow's

    @pre_load
    def refuse_control_characters(self, values: Any, **_: Any) -> Any:
        """`values` as they are; ValidationError for a control character anywhere in them."""
        if (wrong := _control_in(values)) is not None:
            raise ValidationError(wrong)
        return values


def _control_in(value: Any) -> Any:
    """What is wrong with the first text that has a control character, by its place; None when none has."""
    if isinstance(value, str):
        return [CONTROL_SENTENCE] if CONTROL.search(value) else None
    if isinstance(value, Mapping):
        return _first_wrong(value.items())
    return _first_wrong(enumerate(value)) if isinstance(value, list | tuple) else None


def _first_wrong(items: Iterable[tuple[Any, Any]]) -> Any:
    for name, value in items:
        if isinstance(name, str) and CONTROL.search(name):
            return [CONTROL_SENTENCE]
        if (wrong := _control_in(value)) is not None:
            return {name: wrong}
    return None


def loaded(shape: type[Shape] | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` checked and converted by `shape`; raises Invalid with a pointer to the first wrong one.

    A method without a shape takes no arguments at all.
    """
    if shape is None:
        if values:
            raise Invalid("unknown_field", "请求中有不认识的字段。", pointer=f"/{next(iter(values))}")
        return {}
    try:
        return dict(shape().load(values))
    except ValidationError as error:
        pointer, text = first_error(error.messages)
        raise Invalid("invalid_value", f"填写有误：{text.rstrip('。')}。", pointer=pointer) from None


def first_error(messages: Any, pointer: str = "") -> tuple[str, str]:
    """The first message in marshmallow's nested messages and the JSON pointer that leads to it."""
    while isinstance(messages, dict):
        key, messages = next(iter(messages.items()))
        pointer += "" if key == "_schema" else f"/{key}"
    return pointer, str(messages[0] if isinstance(messages, list) else messages)
