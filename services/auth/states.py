"""What can become of a first visit, an opening, an applicant and a session: small tables."""

from services.common.machine import Machine, Step

BEGUN = "begun"
COMPLETED = "completed"
DRAFTED = "drafted"
VERIFYING = "verifying"
OPENED = "opened"
FAILED = "failed"
EXPIRED = "expired"
ACTIVE = "active"
ENDED = "ended"

# The first visit is the forced change of the manual's first login (manual 3.2, A-13, A-14): until it is
# completed there is no login, and so no session that could do anything else.
FIRST_VISIT = Machine(
    name="first_visit",
    start=BEGUN,
    steps=(Step(BEGUN, "complete", COMPLETED, actor="citizen"),),
    final=frozenset({COMPLETED}),
    labels={BEGUN: "待设置密码", COMPLETED: "密码设置成功"},
)

# The agreement is accepted when it is drafted. Only the provider's own word leads out of `verifying`:
# what it has not finished is closed there first, so that nobody passes after the hall has given up.
OPENING = Machine(
    name="opening",
    start=DRAFTED,
    steps=(
        Step(DRAFTED, "submit", VERIFYING, actor="citizen"),
        Step(DRAFTED, "expire", EXPIRED, actor="system"),
        Step(VERIFYING, "open", OPENED, actor="provider"),
        Step(VERIFYING, "fail", FAILED, actor="provider"),
        Step(VERIFYING, "expire", EXPIRED, actor="system"),
    ),
    final=frozenset({OPENED, FAILED, EXPIRED}),
    labels={
        DRAFTED: "已同意协议",
        VERIFYING: "人脸核验中",
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
