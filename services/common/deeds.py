"""The catalogue of deeds: what the log (日志查询, A-20) calls each command done in somebody's name.

A keyed command that has an entry is shown to the person it was done for; one that only prepares or repeats
another stands in `SILENT`. A test compares both with the commands that services offer.
"""

from dataclasses import dataclass
from typing import Final

from services.common.catalogue import Catalogue


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of deed, by which the log is filtered."""

    code: str
    title_zh: str


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One keyed command: `code` is service.method, with the step that is its effect where it has several.

    `refused` tells of somebody who was turned away; its answer keeps device and address. A `noted` one is no
    command of the person's: it is written where it takes effect.
    """

    code: str
    kind: str
    title_zh: str
    refused: bool = False
    noted: bool = False


KINDS: Final = Catalogue(
    "kinds of deeds",
    [
        Kind(code="identity", title_zh="登录与安全"),
        Kind(code="account", title_zh="账户与缴存"),
        Kind(code="withdrawal", title_zh="提取"),
        Kind(code="message", title_zh="短信"),
        Kind(code="staff", title_zh="工作人员查看或代办"),
    ],
)

DEEDS: Final = Catalogue(
    "deeds",
    [
        Deed(code="auth.log_in", kind="identity", title_zh="登录"),
        Deed(code="auth.log_in/failed", kind="identity", title_zh="登录未成功（密码不正确）", refused=True),
        Deed(code="auth.complete_first_visit", kind="identity", title_zh="首次登录并设置密码"),
        Deed(code="auth.enter_opened", kind="identity", title_zh="开户后登录"),
        Deed(code="auth.open_edition", kind="identity", title_zh="在线开通专业版并设置密码", noted=True),
        Deed(code="auth.enter_opening", kind="identity", title_zh="在线开通后登录"),
        Deed(code="auth.log_out", kind="identity", title_zh="退出登录"),
        Deed(code="auth.end_session", kind="identity", title_zh="结束一台设备的登录"),
        Deed(code="auth.end_other_sessions", kind="identity", title_zh="结束其他全部登录"),
        Deed(code="auth.change_phone", kind="identity", title_zh="修改手机号"),
        Deed(code="auth.verify_phone", kind="identity", title_zh="核实新手机号"),
        Deed(code="auth.change_password", kind="identity", title_zh="修改密码"),
        Deed(code="deposit.open_freelancer", kind="account", title_zh="自由职业者住房公积金账户设立"),
        Deed(code="deposit.adjust_base", kind="account", title_zh="自由职业者基数调整"),
        Deed(code="deposit.undo_base_adjustment", kind="account", title_zh="撤销基数调整"),
        Deed(code="deposit.bind_card", kind="account", title_zh="借记卡变更"),
        Deed(code="deposit.register_contribution/effect", kind="account", title_zh="缴存登记"),
        Deed(code="deposit.settle_contribution_by_card/effect", kind="account", title_zh="缴存联名卡结算"),
        Deed(code="deposit.settle_contribution_by_code/effect", kind="account", title_zh="缴存聚合支付"),
        Deed(
            code="deposit.cancel_contribution_by_card/effect", kind="account", title_zh="缴存联名卡结算取消"
        ),
        Deed(code="deposit.cancel_contribution_by_code/effect", kind="account", title_zh="缴存聚合支付取消"),
        Deed(code="deposit.check_contribution/effect", kind="account", title_zh="缴存支付检查"),
        Deed(code="deposit.delete_contribution/effect", kind="account", title_zh="删除缴存单据"),
        Deed(code="deposit.register_transfer", kind="account", title_zh="异地转入申请"),
        Deed(code="deposit.revoke_transfer/effect", kind="account", title_zh="撤销异地转入"),
        Deed(code="deposit.make_statement", kind="account", title_zh="生成缴存对账单"),
        Deed(code="deposit.make_slip/effect", kind="account", title_zh="生成缴存、转入业务回单"),
        Deed(code="withdrawal.register/effect", kind="withdrawal", title_zh="提取登记"),
        Deed(code="withdrawal.pay/effect", kind="withdrawal", title_zh="申请支付"),
        Deed(code="withdrawal.check/effect", kind="withdrawal", title_zh="支付检查"),
        Deed(code="withdrawal.cancel_settlement/effect", kind="withdrawal", title_zh="取消结算"),
        Deed(code="withdrawal.delete/effect", kind="withdrawal", title_zh="删除提取单据"),
        Deed(code="withdrawal.make_slip/effect", kind="withdrawal", title_zh="生成提取业务回单"),
        Deed(code="notify.issue_code", kind="message", title_zh="获取短信验证码"),
        Deed(code="notify.issue_subscription_code", kind="message", title_zh="获取短信定制验证码"),
        Deed(code="notify.subscribe", kind="message", title_zh="短信定制"),
        Deed(code="auth.look_up", kind="staff", title_zh="工作人员查询您的资料"),
        Deed(
            code="auth.refuse_card",
            kind="staff",
            title_zh="柜台出示的身份证与您的登记不一致，未予办理",
            noted=True,
        ),
        Deed(code="auth.open_at_counter", kind="staff", title_zh="柜台为您开通个人专业版"),
        Deed(
            code="auth.suspend_edition", kind="staff", title_zh="柜台开通复核有误，个人专业版暂停", noted=True
        ),
        Deed(code="auth.restore_edition", kind="staff", title_zh="个人专业版恢复", noted=True),
        Deed(code="auth.enter_counter_change", kind="staff", title_zh="柜台为您登记重置密码或者变更手机号"),
        Deed(code="auth.reset_password", kind="staff", title_zh="柜台重置密码（复核后生效）", noted=True),
        Deed(
            code="auth.change_phone_at_counter",
            kind="staff",
            title_zh="柜台变更手机号（复核后生效）",
            noted=True,
        ),
    ],
)

SILENT: Final = frozenset(
    {
        "auth.issue_captcha",
        "auth.begin_first_visit",
        "auth.begin_opening_application",
        "auth.set_applicant_password",
        "auth.begin_phone_change",
        "auth.begin_opening",
        "auth.submit_opening",
        "auth.check_opening",
        "auth.bring_back_opening",
        "auth.confirm_opening",
        "auth.face_callback",
        "auth.renew",
        "auth.staff_log_in",
        "auth.complete_staff_setup",
        "deposit.bank_callback",
        "deposit.transfer_callback",
        "deposit.verify_paper",
        "withdrawal.verify_paper",
        "notify.check_code",
        "notify.delivery_callback",
    }
)


def code_of(service: str, method: str, op_id: str) -> str:
    """The deed's code of a stored operation: its step is what follows the first slash of the key."""
    _, slash, step = op_id.partition("/")
    return f"{service}.{method}{slash}{step}"


def codes_of(kind: str | None) -> list[str]:
    """The codes of a kind's deeds; of all without one."""
    return [deed.code for deed in DEEDS if kind is None or deed.kind == kind]
