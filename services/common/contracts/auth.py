"""Events of auth."""

from marshmallow import fields

from services.common.contracts.contract import Contract
from services.common.shape import Shape


class Revocation(Shape):
    """A session ended; its tokens are void although they have not expired (`expires_at`)."""

    number = fields.String(required=True)
    session_id = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)


class PhoneChanged(Shape):
    """The phone that codes go to was changed by its owner; which one it is, nobody hears in an event."""

    number = fields.String(required=True)
    fund_number = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class EditionOpened(Shape):
    """The professional edition was opened to a person, `online` or at the `counter`."""

    fund_number = fields.String(required=True)
    way = fields.String(required=True)


EVENTS = (
    Contract(
        event="phone.changed",
        producer="auth",
        payload=PhoneChanged,
        example={"number": "5e0b", "fund_number": "370200000001", "at": "2026-11-22T09:00:00+08:00"},
    ),
    Contract(
        event="edition.opened",
        producer="auth",
        payload=EditionOpened,
        example={"fund_number": "370200000001", "way": "online"},
    ),
    Contract(
        event="session.revoked",
        producer="auth",
        payload=Revocation,
        example={
            "number": "8f1c",
            "session_id": "8f1c",
            "at": "2026-11-22T09:00:00+08:00",
            "expires_at": "2026-11-22T21:00:00+08:00",
        },
    ),
)
