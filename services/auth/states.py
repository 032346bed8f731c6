"""What can become of what auth keeps: visits, openings, changes, sessions, suspensions, logins of staff."""

from services.common.machine import Machine, Step

BEGUN = "begun"
COMPLETED = "completed"
DRAFTED = "drafted"
VERIFYING = "verifying"
PASSED = "passed"
OPENED = "opened"
FAILED = "failed"
EXPIRED = "expired"
ACTIVE = "active"
ENDED = "ended"
INVITED = "invited"
IN_USE = "in_use"
DISABLED = "disabled"
ENTERED = "entered"
CONFIRMED = "confirmed"
REFUSED = "refused"
IN_FORCE = "in_force"
LIFTED = "lifted"

# The first visit is the forced change of the manual's first login (manual 3.2, A-13, A-14): until it is
# completed there is no login, and so no session that could do anything else.
FIRST_VISIT = Machine(
    name="first_visit",
    start=BEGUN,
    steps=(Step(BEGUN, "complete", COMPLETED, actor="citizen"),),
    final=frozenset({COMPLETED}),
    labels={BEGUN: "待设置密码", COMPLETED: "密码设置成功"},
)

# Until it is completed the old phone stays; one that lapses has changed nothing and is thrown away.
PHONE_CHANGE = Machine(
    name="phone_change",
    start=BEGUN,
    steps=(
        Step(BEGUN, "complete", COMPLETED, actor="citizen", event="phone.changed"),
        Step(BEGUN, "complete_at_counter", COMPLETED, actor="reviewer", event="phone.changed"),
    ),
    final=frozenset({COMPLETED}),
    labels={BEGUN: "待保存", COMPLETED: "已变更"},
)

# The agreement is accepted when it is drafted. Only the provider's own word leads out of `verifying`:
# what it has not finished is closed there first, so that nobody passes after the hall has given up. A face
# that passed opens nothing yet: the browser that began must prove to be that person's. At the counter a clerk
# has person, identity card and signed paper in front of them: nothing is waited for.
OPENING = Machine(
    name="opening",
    start=DRAFTED,
    steps=(
        Step(DRAFTED, "submit", VERIFYING, actor="citizen"),
        Step(DRAFTED, "open_at_counter", OPENED, actor="clerk"),
        Step(DRAFTED, "expire", EXPIRED, actor="system"),
        Step(VERIFYING, "pass", PASSED, actor="provider"),
        Step(VERIFYING, "fail", FAILED, actor="provider"),
        Step(VERIFYING, "expire", EXPIRED, actor="system"),
        Step(PASSED, "open", OPENED, actor="citizen"),
        Step(PASSED, "fail", FAILED, actor="system"),
        Step(PASSED, "expire", EXPIRED, actor="system"),
    ),
    final=frozenset({OPENED, FAILED, EXPIRED}),
    labels={
        DRAFTED: "已同意协议",
        VERIFYING: "人脸核验中",
        PASSED: "核验通过，待本人确认",
        OPENED: "已开通",
        FAILED: "未能开通",
        EXPIRED: "已超时",
    },
)

# Deposit opens the account and says so; until then the applicant can only try again.
APPLICANT = Machine(
    name="applicant",
    start=BEGUN,
    steps=(Step(BEGUN, "open", OPENED, actor="deposit"),),
    final=frozenset({OPENED}),
    labels={BEGUN: "待提交", OPENED: "已开户"},
)

# A session that merely expires stays active here: its last token ends by itself, nothing is announced.
SESSION = Machine(
    name="session",
    start=ACTIVE,
    steps=(
        Step(ACTIVE, "log_out", ENDED, actor="holder", event="session.revoked"),
        Step(ACTIVE, "end", ENDED, actor="holder", event="session.revoked"),
    ),
    final=frozenset({ENDED}),
    labels={ACTIVE: "在线", ENDED: "已退出"},
)

# A login of staff waits for its owner's first visit: own password and second factor. Whoever has lost either
# begins there again, with a password that an administrator hands over.
STAFF_LOGIN = Machine(
    name="staff_login",
    start=INVITED,
    steps=(
        Step(INVITED, "set_up", IN_USE, actor="holder"),
        Step(IN_USE, "change_password", IN_USE, actor="holder"),
        Step(INVITED, "change", INVITED, actor="administrator"),
        Step(IN_USE, "change", IN_USE, actor="administrator"),
        Step(INVITED, "reset", INVITED, actor="administrator"),
        Step(IN_USE, "reset", INVITED, actor="administrator"),
        Step(INVITED, "disable", DISABLED, actor="administrator"),
        Step(IN_USE, "disable", DISABLED, actor="administrator"),
        Step(DISABLED, "enable", INVITED, actor="administrator"),
    ),
    final=frozenset(),
    labels={INVITED: "待首次登录", IN_USE: "在用", DISABLED: "已停用"},
)

# What a clerk enters at the counter takes effect when somebody else has compared it with the paper.
COUNTER_CHANGE = Machine(
    name="counter_change",
    start=ENTERED,
    steps=(
        Step(ENTERED, "confirm", CONFIRMED, actor="reviewer"),
        Step(ENTERED, "refuse", REFUSED, actor="reviewer"),
        Step(ENTERED, "expire", EXPIRED, actor="system"),
    ),
    final=frozenset({CONFIRMED, REFUSED, EXPIRED}),
    labels={
        ENTERED: "待复核",
        CONFIRMED: "复核无误，已生效",
        REFUSED: "复核有误，未生效",
        EXPIRED: "已超过复核时限，未生效",
    },
)

# An opening at the counter was found wrong: the edition is shut until a supervisor has seen it corrected.
EDITION_SUSPENSION = Machine(
    name="edition_suspension",
    start=IN_FORCE,
    steps=(Step(IN_FORCE, "lift", LIFTED, actor="supervisor", event="edition.restored"),),
    final=frozenset({LIFTED}),
    labels={IN_FORCE: "已暂停", LIFTED: "已恢复"},
)
