"""What can become of a first visit, an applicant and a session: small tables."""

from services.common.machine import Machine, Step

BEGUN = "begun"
COMPLETED = "completed"
OPENED = "opened"
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
