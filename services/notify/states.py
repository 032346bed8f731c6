"""The life of one SMS as a table: from the commit that wrote it to the provider's last word."""

from services.common.machine import Machine, Step

QUEUED = "queued"
SENDING = "sending"
UNKNOWN = "unknown"
ACCEPTED = "accepted"
DELIVERED = "delivered"
UNDELIVERED = "undelivered"
EXPIRED = "expired"
UNREPORTED = "unreported"
FAILED = "failed"
WITHHELD = "withheld"
ABANDONED = "abandoned"


def _reported(source: str) -> tuple[Step, ...]:
    """A provider's report may come before its own answer, or instead of it."""
    return (
        Step(source, "deliver", DELIVERED, actor="provider"),
        Step(source, "bounce", UNDELIVERED, actor="provider"),
        Step(source, "expire", EXPIRED, actor="provider"),
        Step(source, "pass_on", QUEUED, actor="provider"),
    )


# `unknown` is asked again of the same provider under the same number: never two on the phone. Only a
# definite no, or the report that nothing arrived, passes a message on to the other provider.
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
        *_reported(SENDING),
        *_reported(UNKNOWN),
        *_reported(ACCEPTED),
        Step(ACCEPTED, "stop_waiting", UNREPORTED, actor="sender"),
    ),
    final=frozenset({DELIVERED, UNDELIVERED, EXPIRED, UNREPORTED, FAILED, WITHHELD, ABANDONED}),
    labels={
        QUEUED: "待发送",
        SENDING: "发送中",
        UNKNOWN: "发送结果待确认",
        ACCEPTED: "已发送，待回执",
        DELIVERED: "已送达",
        UNDELIVERED: "未送达",
        EXPIRED: "手机长时间无法接收，未送达",
        UNREPORTED: "已发送，无回执",
        FAILED: "发送失败",
        WITHHELD: "未登记手机号，未发送",
        ABANDONED: "已放弃发送",
    },
)
