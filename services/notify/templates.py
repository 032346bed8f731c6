"""The catalogue of SMS texts: one entry per code purpose and per event, never per withdrawal reason.

The wording is ours (the manual names the messages, not their words). A changed text gets the next version and
the former one stands in `earlier`; messages keep the text they were sent with, its code and version.
"""

from services.common.catalogue import Catalogue
from services.notify.deposit_texts import DEPOSIT_TEXTS
from services.notify.wording import (
    BLANK,
    Facts,
    Template,
    account_tail,
    amount,
    at,
    code_blank,
    life,
    number,
    on_the_way,
    phone_masked,
    reason,
)

__all__ = ["BLANK", "TEMPLATES", "Facts", "Template", "on_the_way"]

_CODE = {"code": code_blank, "life": life}
_BILL = {"reason": reason, "number": number, "amount": amount}

TEMPLATES: Catalogue[Template] = Catalogue(
    "SMS texts",
    [
        Template(
            code="code.first_visit",
            version=1,
            title_zh="首次登录验证码",
            text="验证码：{code}。您正在首次登录网上营业厅并设置密码，{life}分钟内有效。"
            "非本人操作请忽略，切勿将验证码告诉他人。",
            parameters=_CODE,
        ),
        Template(
            code="code.edition_opening",
            version=1,
            title_zh="在线开通专业版验证码",
            text="验证码：{code}。有人正以您的身份在网上营业厅开通个人专业版并设置登录密码，{life}分钟内有效。"
            "只有您本人正在办理时才可填写；非本人操作切勿将验证码告诉任何人。",
            parameters=_CODE,
        ),
        Template(
            code="code.freelancer_opening",
            version=1,
            title_zh="自由职业者开户验证码",
            text="验证码：{code}。您正在申请开立自由职业者住房公积金账户，{life}分钟内有效，仅可用于本次填写的内容。"
            "非本人操作请忽略，切勿将验证码告诉他人。",
            parameters=_CODE,
        ),
        Template(
            code="code.withdrawal",
            version=1,
            title_zh="提取登记验证码",
            text="验证码：{code}。您正在办理住房公积金提取登记，{life}分钟内有效，仅可用于本次填写的情形和金额。"
            "非本人操作请勿理会，切勿将验证码告诉他人。",
            parameters=_CODE,
        ),
        Template(
            code="code.sms_subscription",
            version=1,
            title_zh="短信定制验证码",
            text="验证码：{code}。您正在办理住房公积金短信定制，{life}分钟内有效，仅可用于保存本次选择的项目和接收手机号。"
            "非本人操作请勿理会，切勿将验证码告诉他人。",
            parameters=_CODE,
        ),
        Template(
            code="subscription.phone_changed",
            version=1,
            title_zh="短信接收手机号变更提醒",
            text="您的住房公积金业务短信接收手机号已变更为{phone_masked}。如非本人操作，请立即登录网上营业厅改回并修改密码。",
            parameters={"phone_masked": phone_masked},
        ),
        Template(
            code="edition.opened",
            version=2,
            title_zh="专业版开通通知",
            text="您的住房公积金网上营业厅个人专业版已开通，可在网上办理业务。如非本人操作，请立即持身份证到任一管理部柜台。",
            parameters={},
            earlier={
                1: "您的住房公积金网上营业厅个人专业版已开通，可在网上办理业务。"
                "如非本人操作，请立即持身份证到任一管理处窗口。"
            },
        ),
        Template(
            code="edition.suspended",
            version=1,
            title_zh="专业版暂停通知",
            text="您在柜台开通的网上营业厅个人专业版经复核有误，已暂停使用，普通版不受影响。"
            "请持身份证到开通的管理部柜台更正，更正后恢复。",
            parameters={},
        ),
        Template(
            code="edition.restored",
            version=1,
            title_zh="专业版恢复通知",
            text="您的网上营业厅个人专业版已恢复使用，可用原密码登录。如有疑问请拨打12329。",
            parameters={},
        ),
        Template(
            code="code.password_change",
            version=1,
            title_zh="修改密码验证码",
            text="验证码：{code}。您正在修改网上营业厅的登录密码，{life}分钟内有效。"
            "非本人操作切勿将验证码告诉他人，并请登录网厅结束其他设备的登录。",
            parameters=_CODE,
        ),
        Template(
            code="password.changed",
            version=2,
            title_zh="密码修改通知",
            text="您的网上营业厅登录密码已于 {at} 修改，其他设备上的登录已全部退出。如非本人操作，"
            "请立即持身份证到任一管理部柜台重置密码，并拨打12329。",
            parameters={"at": at},
            earlier={
                1: "您的网上营业厅登录密码已于{at}修改，其他设备上的登录已全部退出。如非本人操作，"
                "请立即持身份证到任一管理部柜台重置密码，并拨打12329。",
            },
        ),
        Template(
            code="password.reset",
            version=2,
            title_zh="密码重置通知",
            text="您的网上营业厅登录密码已于 {at} 在柜台重置，请在网厅办理首次登录，设置新密码。"
            "如非本人办理，请立即持身份证到任一管理部柜台，并拨打12329。",
            parameters={"at": at},
            earlier={
                1: "您的网上营业厅登录密码已于{at}在柜台重置，请在网厅办理首次登录，设置新密码。"
                "如非本人办理，请立即持身份证到任一管理部柜台，并拨打12329。",
            },
        ),
        Template(
            code="code.phone_verification",
            version=1,
            title_zh="核实手机号验证码",
            text="验证码：{code}。您正在核实网上营业厅的认证手机号，{life}分钟内有效，核实后可用本手机号登录。"
            "非本人操作请勿理会，切勿将验证码告诉他人。",
            parameters=_CODE,
        ),
        Template(
            code="code.phone_change",
            version=1,
            title_zh="修改手机号验证码",
            text="验证码：{code}。您正在修改网上营业厅的认证手机号，{life}分钟内有效，保存后原手机号不再接收公积金短信。"
            "非本人操作切勿将验证码告诉他人，并请登录网厅结束其他设备的登录。",
            parameters=_CODE,
        ),
        Template(
            code="phone.changed",
            version=2,
            title_zh="手机号变更通知",
            text="您的网上营业厅认证手机号已于 {at} 变更为新手机号，其他设备上的登录已全部退出。"
            "为保障资金安全，变更后一段时间内提取限额降低，详见网厅提示。",
            parameters={"at": at},
            earlier={
                1: "您的网上营业厅认证手机号已于{at}变更为新手机号，其他设备上的登录已全部退出。"
                "为保障资金安全，变更后一段时间内提取限额降低，详见网厅提示。",
            },
        ),
        Template(
            code="phone.changed.former",
            version=3,
            title_zh="手机号变更通知（原手机号）",
            text="您的网上营业厅认证手机号已于 {at} 变更，原手机号不再接收公积金短信。如非本人操作，"
            "请立即持身份证到任一管理部柜台，并拨打12329。",
            parameters={"at": at},
            earlier={
                1: "您的网上营业厅认证手机号已于{at}变更，原手机号不再接收公积金短信。如非本人操作，"
                "请立即持身份证到任一管理处窗口，并拨打12329。",
                2: "您的网上营业厅认证手机号已于{at}变更，原手机号不再接收公积金短信。如非本人操作，"
                "请立即持身份证到任一管理部柜台，并拨打12329。",
            },
        ),
        Template(
            code="card.changed",
            version=3,
            title_zh="借记卡变更通知",
            text="您的住房公积金收款借记卡已于 {at} 变更。为保障资金安全，变更后一段时间内提取限额降低，"
            "详见网厅提示。如非本人操作，请立即持身份证到任一管理部柜台，并拨打12329。",
            parameters={"at": at},
            earlier={
                1: "您的住房公积金收款借记卡已于{at}变更。为保障资金安全，变更后一段时间内提取限额降低，"
                "详见网厅提示。如非本人操作，请立即持身份证到任一管理处窗口，并拨打12329。",
                2: "您的住房公积金收款借记卡已于{at}变更。为保障资金安全，变更后一段时间内提取限额降低，"
                "详见网厅提示。如非本人操作，请立即持身份证到任一管理部柜台，并拨打12329。",
            },
        ),
        Template(
            code="withdrawal.paid",
            version=2,
            item="withdrawal",
            title_zh="提取支付通知",
            text="您办理的“{reason}”（业务号{number}）已支付 {amount}，正在等待记账，"
            "请稍后通过银行查询资金是否到账。",
            parameters=_BILL,
            earlier={
                1: "您办理的“{reason}”（业务号{number}）已支付{amount}元，正在等待记账，"
                "请稍后通过银行查询资金是否到账。",
            },
        ),
        Template(
            code="withdrawal.booked",
            version=2,
            item="withdrawal",
            title_zh="提取记账通知",
            text="您办理的“{reason}”（业务号{number}）{amount}已完成记账，可登录网上营业厅查看明细。",
            parameters=_BILL,
            earlier={
                1: "您办理的“{reason}”（业务号{number}）{amount}元已完成记账，可登录网上营业厅查看明细。",
            },
        ),
        Template(
            code="withdrawal.payment_failed",
            version=2,
            item="withdrawal",
            title_zh="提取支付失败通知",
            text="您办理的“{reason}”（业务号{number}）{amount}支付未成功，该款项仍在您的公积金账户内。"
            "请登录网上营业厅点[取消结算]，之后可重新点[申请支付]，或点[删除]。",
            parameters=_BILL,
            earlier={
                1: "您办理的“{reason}”（业务号{number}）{amount}元支付未成功，该款项仍在您的公积金账户内。"
                "请登录网上营业厅点[取消结算]，之后可重新点[申请支付]，或点[删除]。",
            },
        ),
        Template(
            code="account.opened",
            version=1,
            item="account",
            title_zh="开户通知",
            text="您尾号{account_tail}的住房公积金个人账户（自由职业者）已开立，个人专业版网上营业厅已开通，"
            "可登录网上营业厅办理缴存登记。如非本人操作，请立即联系管理部。",
            parameters={"account_tail": account_tail},
        ),
        Template(
            code="account.closed",
            version=1,
            item="account",
            title_zh="销户通知",
            text="您尾号{account_tail}的住房公积金个人账户已结清本息并销户，可登录网上营业厅查看明细。",
            parameters={"account_tail": account_tail},
        ),
        *DEPOSIT_TEXTS,
    ],
)
