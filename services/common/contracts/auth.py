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
    """The phone that codes go to was changed; which one it is, nobody hears in an event."""

    number = fields.String(required=True)
    fund_number = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class EditionOpened(Shape):
    """The professional edition was opened to a person, `online` or at the `counter`."""

    fund_number = fields.String(required=True)
    way = fields.String(required=True)


class EditionShut(Shape):
    """The professional edition of a person was suspended, or opened again; the opening's number."""

    number = fields.String(required=True)
    fund_number = fields.String(required=True)


class PasswordSet(Shape):
    """A person's password was changed by themselves, or taken away at the counter."""

    fund_number = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


_OPENING = {"number": "O20261122000001", "fund_number": "370200000001"}
_PASSWORD = {"fund_number": "370200000001", "at": "2026-11-22T09:00:00+08:00"}
EVENTS = (
    Contract(event="edition.suspended", producer="auth", payload=EditionShut, example=_OPENING),
    Contract(event="edition.restored", producer="auth", payload=EditionShut, example=_OPENING),
    Contract(event="password.changed", producer="auth", payload=PasswordSet, example=_PASSWORD),
    Contract(event="password.reset", producer="auth", payload=PasswordSet, example=_PASSWORD),
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
