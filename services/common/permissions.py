"""Who of the centre's staff may do what: the one table of roles and permissions, and what it keeps apart.

The system's running, the staff's logins and the records are three people's business (GB/T 22239-2019 8.1.4:
system, security and audit administration are separated); who makes is not who checks; who administers logins
has nothing to do with citizens' business. A permission's name is the set of roles that have it, as `query`
and `command` take it: `@query(roles=SEE_RUNNING)`.
"""

from dataclasses import dataclass

from services.common.catalogue import Catalogue


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role. `at_office` says that its people work at a management department (管理部)."""

    code: str
    title_zh: str
    duty_zh: str
    at_office: bool = False


CLERK, REVIEWER, SUPERVISOR = "clerk", "reviewer", "supervisor"
AUDITOR, OPERATOR, ADMINISTRATOR = "auditor", "operator", "administrator"

ROLES = Catalogue(
    "roles",
    [
        Role(code=CLERK, title_zh="柜面经办", duty_zh="在管理部窗口受理职工业务", at_office=True),
        Role(code=REVIEWER, title_zh="业务复核", duty_zh="复核他人经办的业务", at_office=True),
        Role(code=SUPERVISOR, title_zh="业务主管", duty_zh="查看业务、员工与运行情况，决定结息差异与退款"),
        Role(code=AUDITOR, title_zh="审计", duty_zh="只查看，不办理任何业务"),
        Role(code=OPERATOR, title_zh="系统运维", duty_zh="维护系统运行，不办理职工业务，不查看职工账户"),
        Role(code=ADMINISTRATOR, title_zh="账号管理", duty_zh="管理员工账号，不接触职工业务"),
    ],
)

# What a permission is about: looking only, citizens' business, the system's running, the staff's logins.
LOOKING, BUSINESS, RUNNING, LOGINS = "looking", "business", "running", "logins"


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One thing that staff may do, and the roles that may."""

    code: str
    title_zh: str
    about: str
    roles: frozenset[str]


def _permission(code: str, title_zh: str, about: str, *roles: str) -> Permission:
    return Permission(code=code, title_zh=title_zh, about=about, roles=frozenset(roles))


PERMISSIONS = Catalogue(
    "permissions",
    [
        _permission("look_up_people", "查询职工资料（写明用途，逐次留痕）", BUSINESS, CLERK),
        _permission("open_at_counter", "柜台开通个人专业版", BUSINESS, CLERK),
        _permission("check_openings", "复核柜台开通", BUSINESS, REVIEWER),
        _permission("see_openings", "查看柜台开通记录", LOOKING, CLERK, REVIEWER, SUPERVISOR, AUDITOR),
        _permission("lift_suspensions", "恢复因复核有误暂停的个人专业版", BUSINESS, SUPERVISOR),
        _permission("enter_counter_changes", "登记柜台重置密码、变更手机号", BUSINESS, CLERK),
        _permission("check_counter_changes", "复核柜台重置密码、变更手机号", BUSINESS, REVIEWER),
        _permission(
            "see_counter_changes",
            "查看柜台重置密码、变更手机号记录",
            LOOKING,
            CLERK,
            REVIEWER,
            SUPERVISOR,
            AUDITOR,
        ),
        _permission("see_looks", "查看职工资料查询记录", LOOKING, SUPERVISOR, AUDITOR),
        _permission(
            "see_running", "查看待处理单据、未投递消息、试算平衡", LOOKING, SUPERVISOR, AUDITOR, OPERATOR
        ),
        _permission("settle_letters", "重放或者放弃未投递消息", RUNNING, OPERATOR),
        _permission("retry_refunds", "核实后让银行拒绝的退款再退一次", BUSINESS, SUPERVISOR),
        _permission(
            "see_interest_accounts", "查看年终结息中计算不符和暂缓的账户", LOOKING, SUPERVISOR, AUDITOR
        ),
        _permission("decide_interest", "核查结息差异，让停下的年终结息继续", BUSINESS, SUPERVISOR),
        _permission("see_staff", "查看员工、机构与权限", LOOKING, SUPERVISOR, AUDITOR, ADMINISTRATOR),
        _permission("manage_staff", "新增、变更、停用、重置员工账号", LOGINS, ADMINISTRATOR),
    ],
)

# What the first makes the second checks: no role has both, and no person checks what the same person made.
MAKERS_AND_CHECKERS = (
    ("open_at_counter", "check_openings"),
    ("check_openings", "lift_suspensions"),
    ("open_at_counter", "lift_suspensions"),
    ("enter_counter_changes", "check_counter_changes"),
)


def who_may(permission: str) -> frozenset[str]:
    """The roles that have the permission."""
    return PERMISSIONS.get(permission).roles


STAFF_ROLES = frozenset(role.code for role in ROLES)
ANYBODY_LOGGED_IN = STAFF_ROLES | {"citizen"}
LOOK_UP_PEOPLE = who_may("look_up_people")
OPEN_AT_COUNTER = who_may("open_at_counter")
CHECK_OPENINGS = who_may("check_openings")
SEE_OPENINGS = who_may("see_openings")
LIFT_SUSPENSIONS = who_may("lift_suspensions")
ENTER_COUNTER_CHANGES = who_may("enter_counter_changes")
CHECK_COUNTER_CHANGES = who_may("check_counter_changes")
SEE_COUNTER_CHANGES = who_may("see_counter_changes")
SEE_LOOKS = who_may("see_looks")
SEE_RUNNING = who_may("see_running")
SETTLE_LETTERS = who_may("settle_letters")
RETRY_REFUNDS = who_may("retry_refunds")
SEE_INTEREST = SEE_RUNNING
SEE_INTEREST_ACCOUNTS = who_may("see_interest_accounts")
DECIDE_INTEREST = who_may("decide_interest")
SEE_STAFF = who_may("see_staff")
MANAGE_STAFF = who_may("manage_staff")


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What a person may be looked up for; it stands on record with each look."""

    code: str
    title_zh: str


COUNTER_OPENING = "counter_opening"
COUNTER_RESET, COUNTER_PHONE = COUNTER_CHANGES = ("counter_reset", "counter_phone")
LOOK_PURPOSES = Catalogue(
    "purposes of looks",
    [
        Purpose(code=COUNTER_OPENING, title_zh="柜台开通个人专业版"),
        Purpose(code=COUNTER_RESET, title_zh="柜台重置网厅密码"),
        Purpose(code=COUNTER_PHONE, title_zh="柜台变更登记手机号"),
        Purpose(code="enquiry", title_zh="答复职工本人咨询"),
        Purpose(code="complaint", title_zh="核查投诉或者差错"),
    ],
)
