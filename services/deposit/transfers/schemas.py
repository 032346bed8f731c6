"""Shapes of what is asked around transfers, and of what the platform tells."""

from marshmallow import fields, validate

from services.common.callbacks import Told
from services.common.shape import Shape

PAGE_MOST = 100
STEPS_MOST = 50
REMARK_MOST = 100
NUMBER = validate.Regexp(r"T[0-9]{14,20}\Z", error="单据号格式不正确")
CENTRE = validate.Regexp(r"C[0-9]{14}\Z", error="请从列表中选择原公积金中心")
ACCOUNT = validate.Regexp(r"[0-9A-Za-z]{4,20}\Z", error="原个人公积金账号应为4至20位数字或字母")
EMPLOYER = validate.Regexp(
    r"(?=.*\S)[A-Za-z0-9〇㐀-䶿一-鿿\U00020000-\U000323af()（）·\-.,&、，“”《》 ]{2,100}\Z",
    error="原单位名称应为2至100个字，不能含有 < > 或表情符号",
)
AMOUNT_MOST = 10**12


class Application(Shape):
    """What a person fills in (manual 6.4, D-24)."""

    centre = fields.String(required=True, validate=CENTRE)
    employer_name = fields.String(required=True, validate=EMPLOYER)
    account_number = fields.String(required=True, validate=ACCOUNT)


class TransferNamed(Shape):
    """One transfer."""

    number = fields.String(required=True, validate=NUMBER)


class TransferRange(Shape):
    """A date range and a page of own transfers; no dates mean all."""

    from_on = fields.Date(load_default=None, allow_none=True)
    to_on = fields.Date(load_default=None, allow_none=True)
    cursor = fields.String(load_default=None, allow_none=True, validate=NUMBER)
    limit = fields.Integer(load_default=20, validate=validate.Range(1, PAGE_MOST), strict=True)


class LetterStep(Told):
    """One step of a letter at the platform."""

    # A code that is not known here is told as a problem: what stands before it still counts.
    code = fields.String(required=True, validate=validate.Regexp(r"[0-9A-Za-z]{1,4}\Z"))
    at = fields.String(required=True, validate=validate.Length(max=40))
    remark = fields.String(load_default="", validate=validate.Length(max=REMARK_MOST))


class Letter(Told):
    """A letter as it stands at the platform: all its steps from the first, and the money once it has come."""

    letter_number = fields.String(required=True, validate=validate.Regexp(r"[0-9A-Z]{16}\Z"))
    steps = fields.List(fields.Nested(LetterStep), required=True, validate=validate.Length(1, STEPS_MOST))
    principal_fen = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, AMOUNT_MOST)
    )
    interest_fen = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(0, AMOUNT_MOST)
    )
