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

    `command` is what the page is for, where it is for one: business, the normal edition only sees.
    """

    title: str
    href: str
    icon: str = ""
    leads_to: tuple[str, ...] = ()
    command: str = ""

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
    base = url_for("pages.base_adjustment")
    business = Group(
        "归集业务办理",
        [
            Link(
                "自由职业者缴存",
                url_for("pages.contribute"),
                leads_to=("/contribute/",),
                command="deposit.register_contribution",
            ),
            Link("自由职业者基数调整", base, leads_to=(f"{base}/",), command="deposit.adjust_base"),
            Link(
                "异地转入申请",
                url_for("pages.transfers"),
                leads_to=("/transfers/",),
                command="deposit.register_transfer",
            ),
            Link("借记卡变更", url_for("pages.card"), command="deposit.bind_card"),
        ],
    )
    business.links += [_reason(entry) for entry in reasons]
    business.missing = "" if reasons else "提取业务暂时无法使用"
    service = Group(
        "客户服务",
        [
            Link("修改手机号", url_for("pages.phone"), leads_to=("/phone/",), command="auth.change_phone"),
            Link("修改密码", url_for("pages.password"), command="auth.change_password"),
            Link(
                "短信定制",
                url_for("pages.subscription"),
                leads_to=(url_for("pages.subscription") + "/",),
                command="notify.subscribe",
            ),
            Link("协议管理", url_for("pages.agreements"), leads_to=("/agreements/",)),
            Link("日志查询", url_for("pages.operation_log")),
            Link("资料查询记录", url_for("pages.looks")),
            Link("我的消息", url_for("pages.messages")),
            Link("登录设备", url_for("pages.sessions")),
        ],
    )
    return [queries, business, service]


def _reason(entry: dict[str, Any]) -> Link:
    href = url_for("pages.reason", code=entry["code"])
    return Link(entry["title"], href, leads_to=(f"{href}/",), command="withdrawal.register")


def citizen_tabs() -> list[Link]:
    """The five places a thumb reaches on a phone."""
    return [
        Link("首页", url_for("pages.home"), "home"),
        Link("账户", url_for("pages.account"), "account", ("/contributions", "/ledger")),
        Link("办理", url_for("pages.reasons"), "list", ("/withdrawals/new/", "/card")),
        Link("提取", url_for("pages.withdrawals"), "withdraw", BILLS),
        Link("我的", url_for("pages.own"), "me", OWN),
    ]
