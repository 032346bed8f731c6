"""The shape of what reaches notify over the bus."""

from ipaddress import ip_address

from marshmallow import ValidationError, fields, validate

from services.common.callbacks import Told
from services.common.shape import Shape
from services.notify.purposes import PURPOSES

_PURPOSE = validate.OneOf([purpose.code for purpose in PURPOSES if purpose.open_digest])
_DIGEST = validate.Regexp(r"\A[0-9a-f]{64}\Z")
_VISIT = validate.Regexp(r"\A[A-Za-z0-9_-]{1,64}\Z")
_NUMBER = validate.Regexp(r"\AS[0-9]{9,30}\Z")
_CHANGE = validate.Regexp(r"\AD[0-9]{9,30}\Z")
_PHONE = validate.Regexp(r"\A1[3-9][0-9]{9}\Z", error="手机号应为11位数字")
_CODE = validate.Length(min=1, max=20)
_ITEM = validate.Length(min=1, max=40)


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
    opening = fields.String(load_default=None, allow_none=True, validate=_VISIT)


class CodeTrial(Shape):
    """A person typed a code."""

    purpose = fields.String(required=True, validate=_PURPOSE)
    digest = fields.String(required=True, validate=_DIGEST)
    code = fields.String(required=True, validate=_CODE)
    first_visit_id = fields.String(load_default=None, allow_none=True, validate=_VISIT)
    applicant = fields.String(load_default=None, allow_none=True, validate=_VISIT)
    opening = fields.String(load_default=None, allow_none=True, validate=_VISIT)


class MessagesWish(Shape):
    """A page of one's own messages, newest first; `cursor` is the last number of the page before."""

    cursor = fields.String(load_default=None, allow_none=True, validate=_NUMBER)
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))


class _Choice(Shape):
    """The optional items wanted, the receiving phone, and the version of the subscription that was shown."""

    items = fields.List(fields.String(validate=_ITEM), required=True, validate=validate.Length(max=40))
    receiver = fields.String(required=True, validate=validate.OneOf(("verified", "kept", "other")))
    phone = fields.String(load_default=None, allow_none=True, validate=_PHONE)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))


class SubscriptionCodeWish(_Choice):
    """A code is wanted for saving just this."""

    address = fields.String(required=True, validate=_is_address)


class SubscriptionSaving(_Choice):
    """The choice is saved with the code that was sent for it."""

    code = fields.String(required=True, validate=_CODE)


class ChangeWish(Shape):
    """One of one's own savings."""

    number = fields.String(required=True, validate=_CHANGE)


class DeliveryReport(Told):
    """What became of a message: it arrived, it did not and will not, or nobody could be reached."""

    message_number = fields.String(required=True, validate=_NUMBER)
    state = fields.String(required=True, validate=validate.OneOf(("delivered", "failed", "expired")))
    reason = fields.String(load_default="", validate=validate.Length(max=100))
    at = fields.AwareDateTime(load_default=None, allow_none=True)
