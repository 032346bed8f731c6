"""What the API takes in from staff. Pages check their forms with the same schemas."""

from marshmallow import fields

from gateway.api.fields import Body, Choice, Pattern, Text, Truth, Typed
from gateway.api.schemas import CATALOGUE_CODE, PASSWORD_LONGEST, Consent
from gateway.api.windows import Window
from services.common.permissions import ROLES

_ONE_TIME_CODE = r"[0-9]{6}"
_FUND_NUMBER = r"[0-9]{12}"
_PAPER_NUMBER = r"[0-9A-Za-z-]{4,40}"


class StaffSetup(Body):
    """The own password of staff and a first one-time code."""

    code = Pattern(_ONE_TIME_CODE, "动态口令应为 6 位数字。", required=True)
    password = Text(PASSWORD_LONGEST, required=True)


class DisputedAccount(Body):
    """An account on which two computations of its interest disagree."""

    fund_number = Pattern(_FUND_NUMBER, "职工编号应为12位数字。", required=True)


class StaffPassword(Body):
    """Another password of staff."""

    password = Text(PASSWORD_LONGEST, required=True)
    new_password = Text(PASSWORD_LONGEST, required=True)
    code = Pattern(_ONE_TIME_CODE, "动态口令应为 6 位数字。", required=True)


class MemberChange(Body):
    """Whose login it is, in which role, at which office; without one at the centre itself."""

    name = Text(60, required=True)
    role = Choice(*(role.code for role in ROLES), required=True)
    office = Text(10, shortest=0, load_default="")


class NewMember(MemberChange):
    """A login to be made."""

    login_name = Text(40, required=True)


class RefundRetry(Body):
    """What was found about a refund that the bank refused; it stays on record."""

    reason = Text(200, shortest=4, required=True)


class LookWish(Body):
    """Whom to look up, by fund number or ID number, and what for."""

    number = Typed(30, required=True)
    purpose = Pattern(CATALOGUE_CODE, "请选择查询用途。", required=True)


class LooksWish(Window):
    """Which looks: by whom, on which days, at whom. A fund number stands in no address, so this is a body."""

    login_name = Text(40)
    fund_number = Pattern(_FUND_NUMBER, "职工编号应为12位数字。")


class _OnTheCounter(Body):
    """The identity card and the signed paper."""

    look = Text(40, required=True)
    name = Text(60, required=True)
    id_number = Typed(30, required=True)
    paper_number = Pattern(_PAPER_NUMBER, "纸质编号应为 4 至 40 个字母、数字或连字符。", required=True)


class OpeningAtCounter(_OnTheCounter):
    """What lies on the counter (A-24)."""

    consent = fields.Nested(Consent, required=True, error_messages={"required": "此项必填。"})


class OpeningCheck(Body):
    """Whether an opening at the counter was right; what is wrong must be said."""

    right = Truth(required=True)
    remark = Text(200, shortest=0, load_default="")


class ChangeAtCounter(_OnTheCounter):
    """A password reset or a change of phone, as the look's purpose says."""

    new_phone = Typed(20, shortest=0, load_default="")


class ChangeCheck(OpeningCheck):
    """Whether what was entered is what the paper says; a new phone is typed again from it."""

    new_phone = Typed(20, shortest=0, load_default="")


class Lifting(Body):
    """What was corrected."""

    correction = Text(200, required=True)
