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
