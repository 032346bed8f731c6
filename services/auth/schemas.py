"""The shape of what crosses auth's boundary."""

from datetime import UTC, datetime

from marshmallow import ValidationError, validates_schema
from marshmallow.fields import AwareDateTime, Boolean, Integer, List, Nested, String
from marshmallow.validate import Length, OneOf, Range, Regexp

from services.auth.rules import NORMAL, PROFESSIONAL
from services.common.agreements import Consent
from services.common.permissions import LOOK_PURPOSES, ROLES
from services.common.shape import Shape

_ALWAYS = datetime.fromtimestamp(0, UTC)
FUND_NUMBER = Regexp(r"^[0-9]{12}\Z", error="职工编号为12位数字")


def _short(longest: int) -> Length:
    return Length(min=1, max=longest, error=f"长度应为1至{longest}")


class _Captcha(Shape):
    captcha_id = String(required=True, validate=_short(40))
    captcha_answer = String(required=True, validate=_short(20))


class _Place(Shape):
    """Where somebody comes from: the network address and, in coarse words, the device."""

    address = String(required=True, validate=_short(45))
    client = String(load_default="", validate=Length(max=60))


class FirstVisit(_Captcha):
    """Begin a first visit (A-10)."""

    fund_number = String(required=True, validate=FUND_NUMBER)
    address = String(required=True, validate=_short(45))


class OwnPassword(_Place):
    """Complete a first visit (A-13). The length of the password is a rule with a figure, not a shape."""

    first_visit_id = String(required=True, validate=_short(40))
    receipt = String(required=True, validate=_short(2000))
    password = String(required=True, validate=_short(200))


class _NameAndPassword(_Captcha, _Place):
    login_name = String(required=True, validate=_short(40))
    password = String(required=True, validate=_short(200))


class StaffLogin(_NameAndPassword):
    """Log in as staff: with a one-time code, but for the first login."""

    code = String(load_default="", validate=Length(max=10))


class StaffSetup(_Place):
    """The own password of staff, and a first one-time code (首次登录)."""

    code = String(required=True, validate=_short(10))
    password = String(required=True, validate=_short(200))


class StaffPassword(Shape):
    """Another password of staff: the present one and a one-time code prove who asks."""

    password = String(required=True, validate=_short(200))
    new_password = String(required=True, validate=_short(200))
    code = String(required=True, validate=_short(10))


class WhichMember(Shape):
    """A login of staff."""

    login_name = String(required=True, validate=_short(40))


class Member(WhichMember):
    """A login of staff with its person's name, role and office; without an office it is the centre's own."""

    name = String(required=True, validate=_short(60))
    role = String(required=True, validate=OneOf([role.code for role in ROLES], error="请选择角色"))
    office = String(load_default="", validate=Length(max=10))


class LookWish(Shape):
    """Whom to look up, by fund number or ID number, and what for."""

    number = String(required=True, validate=_short(30))
    purpose = String(
        required=True, validate=OneOf([one.code for one in LOOK_PURPOSES], error="请选择查询用途")
    )


class WhichLook(Shape):
    """One look at a person."""

    look = String(required=True, validate=_short(40))


class OpeningAtCounter(WhichLook):
    """What lies on the counter (A-24): the identity card, and the paper that was signed."""

    name = String(required=True, validate=_short(60))
    id_number = String(required=True, validate=_short(30))
    paper_number = String(
        required=True,
        validate=Regexp(r"^[0-9A-Za-z-]{4,40}\Z", error="纸质协议编号应为4至40个字母、数字或连字符"),
    )
    consent = Nested(Consent, required=True)


class OpeningCheck(Shape):
    """Whether an opening at the counter was right, and if not, why."""

    number = String(required=True, validate=_short(40))
    right = Boolean(required=True, truthy={True}, falsy={False})
    remark = String(load_default="", validate=Length(max=200))


class Part(Shape):
    """Which part of a list."""

    cursor = String(load_default=None, allow_none=True, validate=Length(max=40))
    limit = Integer(load_default=20, strict=True, validate=Range(min=1, max=100))


class Login(_NameAndPassword):
    """Log in as a citizen: the edition comes first (A-09)."""

    edition = String(required=True, validate=OneOf([PROFESSIONAL, NORMAL], error="请先选择专业版或普通版"))


class OpeningBegun(Shape):
    """Accept the agreement of the professional edition (A-07)."""

    consent = Nested(Consent, load_default=None, allow_none=True)
    address = String(required=True, validate=_short(45))


class WhichOpening(Shape):
    """An opening, by what only the browser that began it holds."""

    opening_id = String(required=True, validate=_short(40))


class OpeningIdentity(WhichOpening):
    """Who wants the professional edition, and the own password (A-08)."""

    name = String(required=True, validate=_short(60))
    id_number = String(required=True, validate=_short(30))
    password = String(required=True, validate=_short(200))


class OpeningEntry(WhichOpening, _Place):
    """Come in after the opening."""


class WhichText(Shape):
    """An agreement's code."""

    code = String(required=True, validate=Regexp(r"^[a-z_]{1,40}\Z"))


class WhichAgreement(Shape):
    """A signature's number."""

    number = String(required=True, validate=_short(40))


class ApplicationBegun(_Captcha):
    """Begin to open a freelancer's account (D-30)."""

    name = String(required=True, validate=_short(60))
    id_number = String(required=True, validate=_short(30))
    phone = String(required=True, validate=_short(20))
    address = String(required=True, validate=_short(45))


class WhichApplicant(Shape):
    """An application, by what only the browser that began it holds."""

    applicant = String(required=True, validate=_short(40))


class _ProvenApplication(WhichApplicant):
    """An application as the code's receipt names it."""

    receipt = String(required=True, validate=_short(2000))
    name = String(required=True, validate=_short(60))
    id_number = String(required=True, validate=_short(30))
    office = String(required=True, validate=_short(10))
    base_fen = Integer(required=True, strict=True)
    rate_percent = Integer(required=True, strict=True)


class ApplicantPassword(_ProvenApplication):
    """The password typed into the opening form (A-21)."""

    password = String(required=True, validate=_short(200))


class ApplicantEntry(_ProvenApplication, _Place):
    """Come in after the opening (A-22)."""


class OneSession(Shape):
    """Which session to end."""

    session_id = String(required=True, validate=_short(40))


class PhoneWish(Shape):
    """Begin a change of the verified phone: the old and the new one (A-16)."""

    old_phone = String(required=True, validate=_short(20))
    new_phone = String(required=True, validate=_short(20))


class PhoneSaving(Shape):
    """Save the new phone (A-18): the change begun, the code's receipt, the own password once more."""

    phone_change_id = String(required=True, validate=_short(40))
    new_phone = String(required=True, validate=_short(20))
    receipt = String(required=True, validate=_short(2000))
    password = String(required=True, validate=_short(200))


class OnePhoneChange(Shape):
    """Which change of phone."""

    phone_change_id = String(required=True, validate=_short(40))


class Sessions(Shape):
    """Which sessions' devices are asked for."""

    session_ids = List(String(validate=_short(40)), required=True, validate=Length(max=250))


class Since(Shape):
    """From when on, in unix seconds of the technical clock; all that still count without it."""

    since = AwareDateTime(format="timestamp", default_timezone=UTC, load_default=_ALWAYS)


class WhosePhone(Shape):
    """Whose change of phone is asked for."""

    fund_number = String(required=True, validate=FUND_NUMBER)


class Whose(Shape):
    """Whose contact is asked for: a person's, or behind a first visit, an application, a phone change."""

    fund_number = String(validate=FUND_NUMBER)
    first_visit_id = String(validate=_short(40))
    applicant = String(validate=_short(40))
    phone_change_id = String(validate=_short(40))

    @validates_schema
    def _one_of_both(self, values: dict[str, str], **_: object) -> None:
        if len(values) != 1:
            raise ValidationError("职工编号、首次登录编号、申请编号与手机号变更编号须且只须填一项")
