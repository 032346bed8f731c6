"""The menu and the tabs: only what is built; withdrawal titles come from the catalogue and are remembered."""

import threading
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from flask import url_for

from gateway.calls import Missing
from gateway.hall import Hall
from gateway.visitor import Visitor
from services.common.editions import is_business
from services.common.errors import Refusal

FRESH_S = 600.0
RETRY_S = 15.0
BILLS = ("/withdrawals/W",)
HANDLED = ("/withdrawals/new/", "/card", "/contribute", "/base-adjustment", "/transfers")
OWN = (
    "/messages",
    "/sessions",
    "/phone",
    "/password",
    "/operation-log",
    "/agreements",
    "/sms-subscription",
    "/looks",
)


@dataclass(frozen=True)
class Link:
    """One entry of the menu; `leads_to` are the beginnings of the addresses that lie behind it.

    `command` is what the page is for, where it is for one: what is business, the normal edition only sees.
    `note` says it in a line.
    """

    title: str
    href: str
    icon: str = ""
    leads_to: tuple[str, ...] = ()
    command: str = ""
    note: str = ""

    @property
    def professional(self) -> bool:
        """Is it business, for which the normal edition is not enough?"""
        return bool(self.command) and is_business(self.command)

    def current(self, path: str) -> str:
        """The value of `aria-current` on the page at `path`; empty where the page lies elsewhere."""
        if path == self.href:
            return "page"
        return "true" if path.startswith(self.leads_to) else ""


@dataclass
class Group:
    """A group of the menu; `missing` says what it cannot show at the moment."""

    title: str
    links: list[Link] = field(default_factory=list)
    missing: str = ""


class Titles:
    """Codes and titles of the withdrawal reasons, asked seldom; the last known ones outlive the service."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: list[dict[str, Any]] = []
        self._ask_again_at = 0.0

    def known(self, hall: Hall, visitor: Visitor) -> list[dict[str, Any]]:
        """The reasons in the order of the catalogue, or nothing while they were never heard."""
        with self._lock:
            due = monotonic() >= self._ask_again_at
            self._ask_again_at = monotonic() + RETRY_S if due else self._ask_again_at
        if due:
            self._ask(hall, visitor)
        return self._known

    def _ask(self, hall: Hall, visitor: Visitor) -> None:
        try:
            self._known = hall.reasons(visitor)["items"]
        except (Missing, Refusal):
            return  # the menu says so, and asks again after RETRY_S
        self._ask_again_at = monotonic() + FRESH_S


def citizen_menu(reasons: list[dict[str, Any]]) -> list[Group]:
    """The groups of this hall (G-02, W-03, W-102): queries, business, customer service."""
    queries = Group(
        "归集业务查询",
        [
            Link("个人公积金资料", url_for("pages.account")),
            Link("公积金缴存信息", url_for("pages.contributions"), leads_to=("/ledger",)),
            Link(
                "账户对账单",
                url_for("pages.statements"),
                leads_to=("/statements/",),
                command="deposit.make_statement",
            ),
            Link("个人提取信息", url_for("pages.withdrawals"), leads_to=BILLS),
        ],
    )
    business = Group("归集业务办理", matters() + [_reason(entry) for entry in reasons])
    business.missing = "" if reasons else "提取业务暂时无法使用"
    return [queries, business, Group("客户服务", services())]


def matters() -> list[Link]:
    """What can be done besides withdrawals."""
    base = url_for("pages.base_adjustment")
    return [
        Link(
            "自由职业者缴存",
            url_for("pages.contribute"),
            leads_to=("/contribute/",),
            command="deposit.register_contribution",
            note="登记后用联名卡扣款或扫码支付",
        ),
        Link(
            "自由职业者基数调整",
            base,
            leads_to=(f"{base}/",),
            command="deposit.adjust_base",
            note="每年的调整期内办理",
        ),
        Link(
            "异地转入申请",
            url_for("pages.transfers"),
            leads_to=("/transfers/",),
            command="deposit.register_transfer",
            note="把其他城市的住房公积金转到本市账户",
        ),
        Link(
            "借记卡变更",
            url_for("pages.card"),
            command="deposit.bind_card",
            note="绑定或更换提取收款卡，只能绑定一张",
        ),
    ]


def services() -> list[Link]:
    """客户服务: what a citizen sets and looks up about the own access."""
    subscription = url_for("pages.subscription")
    return [
        Link(
            "修改手机号",
            url_for("pages.phone"),
            leads_to=("/phone/",),
            command="auth.change_phone",
            note="接收验证码和短信的认证手机号",
        ),
        Link(
            "修改密码",
            url_for("pages.password"),
            command="auth.change_password",
            note="用原密码和短信验证码换一个登录密码",
        ),
        Link(
            "短信定制",
            subscription,
            leads_to=(f"{subscription}/",),
            command="notify.subscribe",
            note="选择收到哪些业务短信、发到哪个手机",
        ),
        Link(
            "协议管理",
            url_for("pages.agreements"),
            leads_to=("/agreements/",),
            note="已签的协议和承诺，查看原文",
        ),
        Link("日志查询", url_for("pages.operation_log"), note="以您的名义办理过的每一项，可以导出"),
        Link("资料查询记录", url_for("pages.looks"), note="哪个机构的工作人员为什么查询过您的资料"),
        Link("我的消息", url_for("pages.messages"), note="本网厅发给您的短信"),
        Link("登录设备", url_for("pages.sessions"), note="查看并结束正在登录的设备"),
    ]


def _reason(entry: dict[str, Any]) -> Link:
    href = url_for("pages.reason", code=entry["code"])
    return Link(entry["title"], href, leads_to=(f"{href}/",), command="withdrawal.register")


def citizen_tabs() -> list[Link]:
    """The five places a thumb reaches on a phone."""
    return [
        Link("首页", url_for("pages.home"), "home"),
        Link("账户", url_for("pages.account"), "account", ("/contributions", "/ledger", "/statements")),
        Link("办理", url_for("pages.reasons"), "list", HANDLED),
        Link("提取", url_for("pages.withdrawals"), "withdraw", BILLS),
        Link("我的", url_for("pages.own"), "me", OWN),
    ]
