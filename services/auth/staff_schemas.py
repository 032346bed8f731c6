"""The shape of what staff send to auth."""

from marshmallow.fields import Boolean, Date, Integer, Nested, String
from marshmallow.validate import Length, OneOf, Range, Regexp

from services.auth.schemas import NameAndPassword, Place, short
from services.common.agreements import Consent
from services.common.permissions import LOOK_PURPOSES, ROLES
from services.common.shape import Shape


class StaffLogin(NameAndPassword):
    """Log in as staff: with a one-time code, but for the first login."""

    code = String(load_default="", validate=Length(max=10))


class StaffSetup(Place):
    """The own password of staff, and a first one-time code (首次登录)."""

    code = String(required=True, validate=short(10))
    password = String(required=True, validate=short(200))


class StaffPassword(Shape):
    """Another password of staff: the present one and a one-time code prove who asks."""

    password = String(required=True, validate=short(200))
    new_password = String(required=True, validate=short(200))
    code = String(required=True, validate=short(10))


class WhichMember(Shape):
    """A login of staff."""

    login_name = String(required=True, validate=short(40))


class Member(WhichMember):
    """A login of staff with its person's name, role and office; without an office it is the centre's own."""

    name = String(required=True, validate=short(60))
    role = String(required=True, validate=OneOf([role.code for role in ROLES], error="请选择角色"))
    office = String(load_default="", validate=Length(max=10))


class LookWish(Shape):
    """Whom to look up, by fund number or ID number, and what for."""

    number = String(required=True, validate=short(30))
    purpose = String(
        required=True, validate=OneOf([one.code for one in LOOK_PURPOSES], error="请选择查询用途")
    )


class WhichLook(Shape):
    """One look at a person."""

    look = String(required=True, validate=short(40))


class _OnTheCounter(WhichLook):
    """The identity card, and the paper that was signed."""

    name = String(required=True, validate=short(60))
    id_number = String(required=True, validate=short(30))
    paper_number = String(
        required=True,
        validate=Regexp(r"^[0-9A-Za-z-]{4,40}\Z", error="纸质编号应为4至40个字母、数字或连字符"),
    )


class OpeningAtCounter(_OnTheCounter):
    """What lies on the counter (A-24)."""

    consent = Nested(Consent, required=True)


class ChangeAtCounter(_OnTheCounter):
    """A password reset or a change of phone, as the look's purpose says."""

    new_phone = String(load_default="", validate=Length(max=20))


class OpeningCheck(Shape):
    """Whether an opening at the counter was right, and if not, why."""

    number = String(required=True, validate=short(40))
    right = Boolean(required=True, truthy={True}, falsy={False})
    remark = String(load_default="", validate=Length(max=200))


class ChangeCheck(OpeningCheck):
    """Whether what was entered is what the paper says; a new phone is typed again from it."""

    new_phone = String(load_default="", validate=Length(max=20))


class Lifting(Shape):
    """Which suspension to lift, and what was corrected."""

    number = String(required=True, validate=short(40))
    correction = String(required=True, validate=short(200))


class Part(Shape):
    """Which part of a list."""

    cursor = String(load_default=None, allow_none=True, validate=Length(max=40))
    limit = Integer(load_default=20, strict=True, validate=Range(min=1, max=100))


class LooksWish(Part):
    """Which looks: by whom, on which days, at whom; all optional."""

    login_name = String(load_default=None, allow_none=True, validate=Length(max=40))
    from_on = Date(load_default=None, allow_none=True)
    to_on = Date(load_default=None, allow_none=True)
    fund_number = String(
        load_default=None, allow_none=True, validate=Regexp(r"^[0-9]{12}\Z", error="职工编号应为12位数字")
    )
