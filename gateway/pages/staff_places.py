"""The console's pages: title, group and permission of each; menu, tabs and the door read this table."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from gateway.pages.menu import Group, Link
from services.common.permissions import (
    CHECK_COUNTER_CHANGES,
    CHECK_OPENINGS,
    DECIDE_INTEREST,
    ENTER_COUNTER_CHANGES,
    LIFT_SUSPENSIONS,
    LOOK_UP_PEOPLE,
    MANAGE_STAFF,
    OPEN_AT_COUNTER,
    RETRY_REFUNDS,
    SEE_COUNTER_CHANGES,
    SEE_INTEREST,
    SEE_LOOKS,
    SEE_OPENINGS,
    SEE_RUNNING,
    SEE_STAFF,
    SETTLE_LETTERS,
    STAFF_ROLES,
)

COUNTER, RUNNING, STAFF, OWN = "柜台业务", "运行查看", "员工与机构", "本人"
TABS_MOST = 5


@dataclass(frozen=True, kw_only=True)
class Place:
    """A page of the menu, and the roles that may open it."""

    name: str
    title: str
    group: str
    roles: frozenset[str]
    short: str
    icon: str


PLACES = (
    Place(
        name="staff_counter",
        title="职工查询与柜台办理",
        group=COUNTER,
        roles=LOOK_UP_PEOPLE,
        short="柜台",
        icon="me",
    ),
    Place(
        name="staff_openings",
        title="柜台开通记录",
        group=COUNTER,
        roles=SEE_OPENINGS,
        short="开通记录",
        icon="list",
    ),
    Place(
        name="staff_counter_changes",
        title="重置密码与变更手机号",
        group=COUNTER,
        roles=SEE_COUNTER_CHANGES,
        short="密码手机",
        icon="list",
    ),
    Place(
        name="staff_looks",
        title="资料查询记录",
        group=COUNTER,
        roles=SEE_LOOKS,
        short="查询记录",
        icon="wait",
    ),
    Place(
        name="staff_stuck", title="待处理单据", group=RUNNING, roles=SEE_RUNNING, short="待处理", icon="list"
    ),
    Place(
        name="staff_stuck_contributions",
        title="待处理缴存与退款",
        group=RUNNING,
        roles=SEE_RUNNING,
        short="缴存退款",
        icon="list",
    ),
    Place(
        name="staff_dead_letters",
        title="未投递消息",
        group=RUNNING,
        roles=SEE_RUNNING,
        short="未投递",
        icon="stop",
    ),
    Place(
        name="staff_trial_balance",
        title="试算平衡",
        group=RUNNING,
        roles=SEE_RUNNING,
        short="试算平衡",
        icon="account",
    ),
    Place(
        name="staff_interest",
        title="年终结息",
        group=RUNNING,
        roles=SEE_INTEREST,
        short="结息",
        icon="account",
    ),
    Place(name="staff_sms", title="短信发送", group=RUNNING, roles=SEE_RUNNING, short="短信", icon="list"),
    Place(name="staff_members", title="员工管理", group=STAFF, roles=SEE_STAFF, short="员工", icon="me"),
    Place(name="staff_offices", title="机构管理", group=STAFF, roles=SEE_STAFF, short="机构", icon="home"),
    Place(
        name="staff_permissions", title="角色与权限", group=STAFF, roles=SEE_STAFF, short="权限", icon="list"
    ),
    Place(name="staff_profile", title="我的账号", group=OWN, roles=STAFF_ROLES, short="我的", icon="me"),
)

# What lies behind the pages of the menu.
BEHIND = {
    "staff": STAFF_ROLES,
    "staff_password": STAFF_ROLES,
    "staff_end_session": STAFF_ROLES,
    "staff_end_other_sessions": STAFF_ROLES,
    "staff_look": LOOK_UP_PEOPLE,
    "staff_open": OPEN_AT_COUNTER,
    "staff_check": CHECK_OPENINGS,
    "staff_lift_suspension": LIFT_SUSPENSIONS,
    "staff_enter_change": ENTER_COUNTER_CHANGES,
    "staff_check_change": CHECK_COUNTER_CHANGES,
    "staff_settle_letter": SETTLE_LETTERS,
    "staff_retry_refund": RETRY_REFUNDS,
    "staff_resume_interest": DECIDE_INTEREST,
    "staff_set_aside_interest": DECIDE_INTEREST,
    "staff_member": SEE_STAFF,
    "staff_new_member": MANAGE_STAFF,
    "staff_change_member": MANAGE_STAFF,
    "staff_settle_member": MANAGE_STAFF,
}


def who_may_open(name: str) -> frozenset[str]:
    """The roles that may open a page of the console; nobody for one that does not stand here."""
    for place in PLACES:
        if place.name == name:
            return place.roles
    return BEHIND.get(name, frozenset())


def open_to(role: str) -> Iterator[Place]:
    """The pages of the menu that the role may open, in order."""
    return (place for place in PLACES if role in place.roles)


def first_place(role: str) -> str:
    """Where the role's work begins."""
    return f"pages.{next(open_to(role)).name}"


def staff_menu(role: str) -> list[Group]:
    """The groups of pages that the role may open."""
    groups: dict[str, Group] = {}
    for place in open_to(role):
        href = url_for(f"pages.{place.name}")
        link = Link(place.title, href, leads_to=(f"{href}/",))
        groups.setdefault(place.group, Group(place.group)).links.append(link)
    return list(groups.values())


def staff_tabs(role: str) -> list[Link]:
    """The first of them for a thumb, and the own login."""
    *places, own = open_to(role)
    return [
        Link(place.short, url_for(f"pages.{place.name}"), place.icon, (url_for(f"pages.{place.name}") + "/",))
        for place in [*places[: TABS_MOST - 1], own]
    ]
