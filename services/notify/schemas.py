"""The shape of what reaches notify over the bus."""

from ipaddress import ip_address

from marshmallow import ValidationError, fields, validate

from services.common.shape import Shape
from services.notify.purposes import PURPOSES

_PURPOSE = validate.OneOf([purpose.code for purpose in PURPOSES])
_DIGEST = validate.Regexp(r"\A[0-9a-f]{64}\Z")
_VISIT = validate.Regexp(r"\A[A-Za-z0-9_-]{1,64}\Z")
_NUMBER = validate.Regexp(r"\AS\d{9,30}\Z")


def _is_address(value: str) -> None:
    try:
        ip_address(value)
    except ValueError:
        raise ValidationError("不是网络地址。") from None


class CodeWish(Shape):
    """A code is wanted for a purpose and for what `digest` names. `address` is the asker's IP address."""

    purpose = fields.String(required=True, validate=_PURPOSE)
    digest = fields.String(required=True, validate=_DIGEST)
    address = fields.String(required=True, validate=_is_address)
    first_visit_id = fields.String(load_default=None, allow_none=True, validate=_VISIT)
    applicant = fields.String(load_default=None, allow_none=True, validate=_VISIT)


class CodeTrial(Shape):
    """A person typed a code."""

    purpose = fields.String(required=True, validate=_PURPOSE)
    digest = fields.String(required=True, validate=_DIGEST)
    code = fields.String(required=True, validate=validate.Length(min=1, max=20))
    first_visit_id = fields.String(load_default=None, allow_none=True, validate=_VISIT)
    applicant = fields.String(load_default=None, allow_none=True, validate=_VISIT)


class MessagesWish(Shape):
    """A page of one's own messages, newest first; `cursor` is the last number of the page before."""

    cursor = fields.String(load_default=None, allow_none=True, validate=_NUMBER)
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))
