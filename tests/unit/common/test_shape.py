"""What is wrong with a shape is told in a whole sentence."""

from typing import Any

import pytest
from marshmallow import ValidationError, fields

from services.common.errors import Invalid
from services.common.shape import Shape, loaded


def _too_few(value: str) -> None:
    raise ValidationError("太少了。")


class Asked(Shape):
    """One field that must be there, one that never pleases."""

    name = fields.String(required=True)
    reason = fields.String(validate=_too_few)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [({}, "填写有误：此项必填。"), ({"name": "甲", "reason": "x"}, "填写有误：太少了。")],
)
def test_the_sentence_ends_with_one_full_stop(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        loaded(Asked, values)
    assert refused.value.sentence == sentence


class Told(Shape):
    """Texts wherever they may stand."""

    name = fields.String()
    names = fields.List(fields.String())
    more = fields.Dict()


@pytest.mark.parametrize("character", ["\0", "\x0b", "\x1f", "\x7f", "\ud800"])
@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"name": "a{}b"}, "/name"),
        ({"names": ["甲", "{}"]}, "/names/1"),
        ({"more": {"inner": {"word": "{}"}}}, "/more/inner/word"),
        ({"more": {"{}": 1}}, "/more"),
    ],
)
def test_no_text_has_control_characters(values: dict[str, Any], pointer: str, character: str) -> None:
    with pytest.raises(Invalid) as refused:
        loaded(Told, filled(values, character))
    assert (refused.value.pointer, refused.value.sentence) == (pointer, "填写有误：含有不允许的控制字符。")


def filled(value: Any, character: str) -> Any:
    """`value` with `character` wherever it has room for one."""
    if isinstance(value, dict):
        return {filled(name, character): filled(inner, character) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, character) for inner in value]
    return value.replace("{}", character) if isinstance(value, str) else value


def test_texts_may_have_lines() -> None:
    assert loaded(Told, {"name": "一\r\n\t二"}) == {"name": "一\r\n\t二"}
