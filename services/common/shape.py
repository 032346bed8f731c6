"""The shape of what crosses a boundary: marshmallow schemas, loaded strictly, refused with a pointer."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError

from services.common.errors import Invalid
from services.common.shape_sentences import speak_chinese

speak_chinese()


class Shape(Schema):
    """A schema that refuses unknown fields."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "不认识的字段", "type": "应为对象"}  # noqa: RUF012  # marshmallow's


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
