"""The life of one SMS as a table: from the commit that wrote it to the provider's word."""

from services.common.machine import Machine, Step

QUEUED = "queued"
SENDING = "sending"
UNKNOWN = "unknown"
ACCEPTED = "accepted"
FAILED = "failed"
WITHHELD = "withheld"
ABANDONED = "abandoned"

# `unknown` is asked again under the same number, by which the provider knows it: never two on the phone.
MESSAGE = Machine(
    name="message",
    start=QUEUED,
    steps=(
        Step(QUEUED, "take", SENDING, actor="sender"),
        Step(UNKNOWN, "take", SENDING, actor="sender"),
        Step(SENDING, "accept", ACCEPTED, actor="provider"),
        Step(SENDING, "reject", FAILED, actor="provider"),
        Step(SENDING, "lose", UNKNOWN, actor="sender"),
        Step(SENDING, "postpone", QUEUED, actor="sender"),
        Step(SENDING, "withhold", WITHHELD, actor="sender"),
        Step(QUEUED, "abandon", ABANDONED, actor="sender"),
        Step(UNKNOWN, "abandon", ABANDONED, actor="sender"),
    ),
    final=frozenset({ACCEPTED, FAILED, WITHHELD, ABANDONED}),
    labels={
        QUEUED: "待发送",
        SENDING: "发送中",
        UNKNOWN: "发送结果待确认",
        ACCEPTED: "已发送",
        FAILED: "发送失败",
        WITHHELD: "未登记手机号，未发送",
        ABANDONED: "已放弃发送",
    },
)
