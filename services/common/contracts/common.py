"""Events that any service may announce."""

from marshmallow import fields

from services.common.contracts.contract import Contract
from services.common.shape import Shape


class Gap(Shape):
    """Events `first` to `last` of `aggregate` never came: `producer` is asked to publish them again."""

    producer = fields.String(required=True)
    aggregate = fields.String(required=True)
    first = fields.Integer(required=True, strict=True)
    last = fields.Integer(required=True, strict=True)


EVENTS = (
    Contract(
        event="gap.found",
        producer="any",
        payload=Gap,
        example={"producer": "withdrawal", "aggregate": "withdrawal:W20261122000001", "first": 2, "last": 3},
    ),
)
