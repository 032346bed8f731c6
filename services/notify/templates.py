"""The catalogue of SMS texts: one entry per code purpose and per event, never per withdrawal reason.

The wording is ours (the manual names the messages, not their words). A changed text gets the next version;
messages keep the text they were sent with.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from services.common.catalogue import Catalogue
from services.common.money import yuan

Facts = Mapping[str, Any]
BLANK = "●●●●●●"


@dataclass(frozen=True, kw_only=True)
class Template:
    """One text. `parameters` gives, for each name in `text`, how it is read from the facts."""

    code: str
    version: int
    title_zh: str
    text: str
    parameters: Mapping[str, Callable[[Facts], str]]

    def __post_init__(self) -> None:
        named = {name for _, name, _, _ in Formatter().parse(self.text) if name is not None}
        if named != set(self.parameters):
            raise ValueError(f"{self.code}: the text names {sorted(named)}, not {sorted(self.parameters)}")

    def render(self, facts: Facts, signature: str) -> str:
        """The text with its signature; KeyError when a fact is missing, so that nothing half-said is sent."""
        values = {name: read(facts) for name, read in self.parameters.items()}
        return f"【{signature}】{self.text.format(**values)}"


def _reason(facts: Facts) -> str:
    return str(facts["reason_title"])


def _number(facts: Facts) -> str:
    return str(facts["number"])


def _amount(facts: Facts) -> str:
    return yuan(facts["amount_fen"])


def _account_tail(facts: Facts) -> str:
    return str(facts["fund_number"])[-4:]


def _effective_month(facts: Facts) -> str:
    year, month, _ = str(facts["effective_on"]).split("-")
    return f"{year}年{int(month)}月"


def _code_blank(facts: Facts) -> str:
    """The code never stands in a stored text: it is put in its place on the way to the provider."""
    return BLANK


def _life(facts: Facts) -> str:
    return str(facts["life_s"] // 60)


_CODE = {"code": _code_blank, "life": _life}
_BILL = {"reason": _reason, "number": _number, "amount": _amount}

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
            code="withdrawal.paid",
            version=1,
            title_zh="提取支付通知",
            text="您办理的“{reason}”（业务号{number}）已支付{amount}元，正在等待记账，请稍后通过银行查询资金是否到账。",
            parameters=_BILL,
        ),
        Template(
            code="withdrawal.booked",
            version=1,
            title_zh="提取记账通知",
            text="您办理的“{reason}”（业务号{number}）{amount}元已完成记账，可登录网上营业厅查看明细。",
            parameters=_BILL,
        ),
        Template(
            code="withdrawal.payment_failed",
            version=1,
            title_zh="提取支付失败通知",
            text="您办理的“{reason}”（业务号{number}）{amount}元支付未成功，该款项仍在您的公积金账户内。"
            "请登录网上营业厅点[取消结算]，之后可重新点[申请支付]，或点[删除]。",
            parameters=_BILL,
        ),
        Template(
            code="account.opened",
            version=1,
            title_zh="开户通知",
            text="您尾号{account_tail}的住房公积金个人账户（自由职业者）已开立，个人专业版网上营业厅已开通，"
            "可登录网上营业厅办理缴存登记。如非本人操作，请立即联系管理部。",
            parameters={"account_tail": _account_tail},
        ),
        Template(
            code="base.registered",
            version=1,
            title_zh="基数调整登记通知",
            text="您已登记调整住房公积金缴存基数，自{month}起执行，生效前可登录网上营业厅撤销。非本人操作请立即联系管理部。",
            parameters={"month": _effective_month},
        ),
        Template(
            code="base.undone",
            version=1,
            title_zh="基数调整撤销通知",
            text="您原定自{month}起执行的住房公积金缴存基数调整已撤销，仍按原基数缴存。",
            parameters={"month": _effective_month},
        ),
        Template(
            code="base.adjusted",
            version=1,
            title_zh="基数调整生效通知",
            text="您的住房公积金缴存基数调整已生效，自{month}起按新基数缴存，可登录网上营业厅查看月缴存额。",
            parameters={"month": _effective_month},
        ),
        Template(
            code="account.closed",
            version=1,
            title_zh="销户通知",
            text="您尾号{account_tail}的住房公积金个人账户已结清本息并销户，可登录网上营业厅查看明细。",
            parameters={"account_tail": _account_tail},
        ),
    ],
)


def on_the_way(text: str, code: str | None) -> str:
    """The text as the phone gets it: the code, if there is one, in its place."""
    return text if code is None else text.replace(BLANK, code)
