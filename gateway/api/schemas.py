"""What the API takes in. Pages check their forms with the same schemas."""

from typing import Any

from marshmallow import ValidationError, fields, post_load

from gateway.api.fields import Amount, Body, Choice, Count, Day, Details, Pattern, Text, Typed, messages

_FUND_NUMBER = r"[0-9]{12}"
_SMS_CODE = r"[0-9]{6}"
_MOBILE = r"1[3-9][0-9]{9}"
_NUMBER = r"[A-Za-z0-9_-]{1,40}"
_CARD_NUMBER = r"[0-9]{16,19}"
_BANK_CODE = r"[A-Za-z0-9]{1,20}"
CATALOGUE_CODE = r"[a-z][a-z0-9_]{0,60}"
# More is not even looked at. How long a password may be is policy: auth says so.
PASSWORD_LONGEST = 200


def _mobile(*, required: bool = False) -> Pattern:
    return Pattern(_MOBILE, "手机号码应为 11 位数字，以 1 开头。", required=required)


class _CaptchaAnswer(Body):
    captcha_id = Text(64, required=True)
    captcha_answer = Text(16, required=True)


class SessionOpening(_CaptchaAnswer):
    """Logging in (A-09 to A-11). A login name is a fund number, an ID number or the verified phone."""

    edition = Choice("professional", "normal", required=True)
    login_name = Text(64, required=True)
    password = Text(PASSWORD_LONGEST, required=True)


class StaffSessionOpening(_CaptchaAnswer):
    """Staff logging in: with the one-time code of now, but for the first time."""

    login_name = Text(64, required=True)
    password = Text(PASSWORD_LONGEST, required=True)
    code = Typed(10)


class FirstVisit(_CaptchaAnswer):
    """Starting a first visit with one's fund number (A-10)."""

    fund_number = Pattern(_FUND_NUMBER, "职工编号应为 12 位数字。", required=True)


class FirstPassword(Body):
    """The code of a first visit and the password one chooses (decision 19)."""

    code = Pattern(_SMS_CODE, "短信验证码应为 6 位数字。", required=True)
    password = Text(PASSWORD_LONGEST, required=True)


class PhoneWish(Body):
    """The old and the new phone (A-16)."""

    old_phone = _mobile(required=True)
    new_phone = _mobile(required=True)


class PhoneSaving(Body):
    """The change begun, the code that came to the old phone, the own password once more (A-18)."""

    phone_change_id = Pattern(_NUMBER, "请先获取短信验证码。", required=True)
    new_phone = _mobile(required=True)
    code = Pattern(_SMS_CODE, "短信验证码应为 6 位数字。", required=True)
    password = Text(PASSWORD_LONGEST, required=True)


class PhoneProof(Body):
    """The code that was sent to the registered phone."""

    code = Pattern(_SMS_CODE, "短信验证码应为 6 位数字。", required=True)


class PasswordChange(PhoneProof):
    """The present password, another one, and the code that was sent for it."""

    password = Text(PASSWORD_LONGEST, required=True)
    new_password = Text(PASSWORD_LONGEST, required=True)


class OpeningReturn(Body):
    """The code that the provider gave to the browser in which the face passed."""

    return_code = Pattern(r"[A-Za-z0-9_.~-]{16,200}", "返回的核验结果不完整，请重新核验。", required=True)


class AcceptedText(Body):
    """An agreement in the version and wording that was shown."""

    version = Pattern(r"[0-9A-Za-z.-]{1,20}", "协议版本有误。", required=True)
    digest = Pattern(r"[0-9a-f]{64}", "协议内容有误，请刷新后重新提交。", required=True)


class Consent(AcceptedText):
    """What was shown and accepted of an agreement, as `/agreement-texts/<code>` gave it."""

    code = Pattern(CATALOGUE_CODE, "协议编号有误。", required=True)


class OpeningBegin(Body):
    """Accepting the agreement of the professional edition (A-07)."""

    consent = fields.Nested(Consent, required=True, error_messages=messages("应为 JSON 对象。"))


class OpeningIdentity(Body):
    """Who wants the professional edition, and the own password (A-08, decision 19)."""

    name = Text(30, required=True)
    id_number = Pattern(r"[0-9]{17}[0-9Xx]", "身份证号码应为 18 位，末位可以是 X。", required=True)
    password = Text(PASSWORD_LONGEST, required=True)


class CardBinding(Body):
    """The debit card that is to receive withdrawals (W-34)."""

    bank_code = Pattern(_BANK_CODE, "请选择银行。", required=True)
    card_number = Pattern(_CARD_NUMBER, "银行卡号应为 16 至 19 位数字。", required=True)


class OpeningWish(Body):
    """A freelancer's account as wished (D-30); bounds and rates are the centre's to check."""

    office = Pattern(r"[0-9]{2}", "请选择缴存中心。", required=True)
    name = Text(60, required=True)
    id_number = Typed(30, required=True)
    base = Amount(required=True)
    rate_percent = Count(1, 100, required=True)


class OpeningBegun(OpeningWish, _CaptchaAnswer):
    """Beginning the application: with the phone that the code goes to."""

    phone = Typed(20, required=True)


class OpeningSubmitted(OpeningWish):
    """我已阅知、同意协议并提交申请 (D-31): the code, the own password (A-21), the agreement."""

    code = Pattern(_SMS_CODE, "短信验证码应为 6 位数字。", required=True)
    password = Text(PASSWORD_LONGEST, required=True)
    consent = fields.Nested(AcceptedText, required=True, error_messages={"required": "此项必填。"})


class BaseWish(Body):
    """Another contribution base, in yuan."""

    base = Amount(required=True)


class CodeWish(Body):
    """An SMS code for one registration: this reason and this amount (N-08)."""

    purpose = Choice("withdrawal", required=True)
    reason = Pattern(CATALOGUE_CODE, "请选择提取情形。", required=True)
    amount = Amount()


class SubscriptionChoice(Body):
    """The SMS items wanted and the receiving phone (N-01 to N-03); `version` is that of what was read."""

    items = fields.List(
        Pattern(CATALOGUE_CODE, "短信项目编号有误。"),
        required=True,
        validate=lambda items: _at_most(items, 40),
        error_messages={"invalid": "应为列表。", "null": "此项不能为空。", "required": "此项必填。"},
    )
    receiver = Choice("verified", "kept", "other", required=True)
    phone = _mobile()
    version = fields.Integer(
        required=True,
        strict=True,
        validate=lambda version: _at_least(version, 0),
        error_messages={"invalid": "应为整数。", "null": "此项不能为空。", "required": "此项必填。"},
    )


class SubscriptionSaving(SubscriptionChoice):
    """The same choice with the code that was sent for it (N-04, N-16)."""

    code = Pattern(_SMS_CODE, "短信验证码应为 6 位数字。", required=True)


class AcceptedDocument(Body):
    """A document that was shown and accepted, in the version shown."""

    code = Pattern(CATALOGUE_CODE, "文书编号有误。", required=True)
    version = Text(40, required=True)


class Registration(Body):
    """A withdrawal to be registered; which of the optional members are needed, the reason says."""

    reason = Pattern(CATALOGUE_CODE, "请选择提取情形。", required=True)
    amount = Amount()
    settlement = Text(40)
    details = Details(load_default=dict)
    documents = fields.List(
        fields.Nested(AcceptedDocument),
        load_default=list,
        validate=lambda documents: _at_most(documents, 20),
        error_messages={"invalid": "应为列表。", "null": "此项不能为空。"},
    )
    code = Pattern(_SMS_CODE, "短信验证码应为 6 位数字。", required=True)


class ContributionBill(Body):
    """A contribution bill as the proposal showed it (D-06)."""

    months = fields.List(
        Pattern(r"[0-9]{4}-[0-9]{2}", "月份应为 YYYY-MM。"),
        required=True,
        validate=lambda months: _at_most(months, 48),
        error_messages={"invalid": "应为月份的列表。", "required": "此项必填。", "null": "此项不能为空。"},
    )
    amount = Amount(required=True)


class CardSettlement(Body):
    """联名卡结算; at the first use with consent to its agreement (A-23)."""

    consent = fields.Nested(Consent, allow_none=True)


class TransferApplication(Body):
    """An inbound transfer to be registered (manual 6.4, D-24)."""

    centre = Pattern(r"C[0-9]{14}", "请选择原公积金中心。", required=True)
    employer_name = Text(100, shortest=2, required=True)
    account_number = Pattern(
        r"[0-9A-Za-z]{4,20}", "原个人公积金账号应为 4 至 20 位数字或字母。", required=True
    )


class StatementWish(Body):
    """The days of a statement; empty ones mean the last year up to today."""

    from_on = Day()
    to_on = Day()

    @post_load
    def _as_texts(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: day.isoformat() for name, day in values.items()}


class PaperVerification(Body):
    """The code on a statement or slip and the last four digits of its fund number."""

    code = Pattern(r"[0-9A-Z]{16}", "核验码应为 16 位数字或大写字母。", required=True)
    tail = Pattern(r"[0-9]{4}", "请输入职工编号后 4 位数字。", required=True)


def _at_least(number: int, least: int) -> None:
    if not least <= number < 10**9:
        raise ValidationError(f"应不小于 {least}。")


def _at_most(items: list[Any], most: int) -> None:
    if len(items) > most:
        raise ValidationError(f"最多 {most} 项。")
