"""The event of any service in which a person signs a text; auth keeps the person's list (协议管理)."""

from marshmallow import fields

from services.common.contracts.contract import Contract
from services.common.shape import Shape


class Signed(Shape):
    """A person accepted a version of an agreement, online or on paper, `for` a bill or a function."""

    number = fields.String(required=True)
    fund_number = fields.String(required=True)
    code = fields.String(required=True)
    version = fields.String(required=True)
    digest = fields.String(required=True)
    way = fields.String(required=True)
    signed_for = fields.String(required=True, data_key="for")
    at = fields.AwareDateTime(required=True)


EVENTS = (
    Contract(
        event="agreement.signed",
        producer="any",
        payload=Signed,
        example={
            "number": "8f1c",
            "fund_number": "370200000001",
            "code": "professional_edition",
            "version": "2026-1",
            "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "way": "online",
            "for": "",
            "at": "2026-11-22T09:00:00+08:00",
        },
    ),
)
