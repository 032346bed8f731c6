"""The state table of a direct withdrawal (个人提取): what may follow what, by whom, in which words."""

from typing import Final

from services.common.machine import Machine, Step

CITIZEN: Final = "citizen"
BANK: Final = "bank"
SYSTEM: Final = "system"

_STEPS: Final = (
    Step("registered", "await_evidence", "awaiting_evidence", SYSTEM),
    Step("registered", "pay", "registered", CITIZEN),
    Step("registered", "hold", "held", SYSTEM),
    Step("registered", "cancel_settlement", "settlement_cancelled", CITIZEN, "withdrawal.cancelled"),
    Step("awaiting_evidence", "check", "awaiting_evidence", CITIZEN),
    Step("awaiting_evidence", "verify", "registered", SYSTEM, "withdrawal.registered"),
    Step("awaiting_evidence", "decline", "settlement_cancelled", SYSTEM, "withdrawal.cancelled"),
    Step("awaiting_evidence", "cancel_settlement", "settlement_cancelled", CITIZEN, "withdrawal.cancelled"),
    Step("held", "pay", "held", CITIZEN),
    Step("held", "send", "sent", SYSTEM),
    Step("held", "cancel_settlement", "settlement_cancelled", CITIZEN, "withdrawal.cancelled"),
    Step("sent", "check", "sent", CITIZEN),
    Step("sent", "confirm", "paid", BANK, "withdrawal.paid"),
    Step("sent", "fail", "payment_failed", BANK, "withdrawal.payment_failed"),
    Step("sent", "doubt", "payment_unknown", BANK),
    Step("payment_unknown", "check", "payment_unknown", CITIZEN),
    Step("payment_unknown", "confirm", "paid", BANK, "withdrawal.paid"),
    Step("payment_unknown", "fail", "payment_failed", BANK, "withdrawal.payment_failed"),
    Step("paid", "check", "paid", CITIZEN),
    Step("paid", "book", "booked", SYSTEM, "withdrawal.booked"),
    Step("payment_failed", "cancel_settlement", "settlement_cancelled", CITIZEN, "withdrawal.cancelled"),
    Step("settlement_cancelled", "pay", "registered", CITIZEN, "withdrawal.registered"),
    Step("settlement_cancelled", "delete", "deleted", CITIZEN),
)

CANCELLED: Final = "settlement_cancelled"

LABELS: Final = {
    "registered": "登记完成",
    "awaiting_evidence": "待核验",
    "held": "登记完成，待支付",
    "sent": "支付处理中",
    "payment_unknown": "支付结果待确认",
    "payment_failed": "支付失败",
    "paid": "支付完成",
    "booked": "已记账",
    "settlement_cancelled": "结算已取消",
    "deleted": "已删除",
}

WITHDRAWAL: Final = Machine(
    name="withdrawal",
    start="registered",
    steps=_STEPS,
    final=frozenset({"booked", "deleted"}),
    labels=LABELS,
    owner_acts_in=frozenset({"registered", "held", "payment_failed", "settlement_cancelled"}),
)

IN_FLIGHT: Final = frozenset(WITHDRAWAL.states - {"booked", "settlement_cancelled", "deleted"})
"""One bill of a person and reason may be in one of these (domain rule: 同一人同一事项一件在办)."""

DRIVEN: Final = frozenset({"registered", "awaiting_evidence", "held", "sent", "payment_unknown", "paid"})
"""From these the hall goes on by itself; from the others only a person does."""

LEFT_TO_OWNERS: Final = frozenset({"registered", "payment_failed"})
"""At rest in these a bill is unpaid, and waits for its owner for as long as it takes."""

UNPAID: Final = "登记完成，请及时点[申请支付]完成结算操作"
PAID: Final = "支付完成，请等待记账！稍后可登录个人网银查看资金是否到账"
BOOKED: Final = "支付完成，已记账！可登录个人网银查看资金是否到账"

NOTICES: Final = {
    "registered": UNPAID,
    "held": UNPAID,
    "awaiting_evidence": "登记完成，部分信息暂时无法核验，核验完成后自动支付，无需重复申请。",
    "sent": "支付处理中，如资金没有到账，可点[支付检查]查询，无需重复申请。",
    "payment_unknown": "银行尚未给出支付结果，可点[支付检查]查询，无需重复申请。",
    "payment_failed": "支付失败，资金未划出。可点[取消结算]，之后重新[申请支付]或[删除]。",
    "paid": PAID,
    "booked": BOOKED,
    "settlement_cancelled": "结算已取消，可重新[申请支付]或[删除]。",
    "deleted": "单据已删除。",
}
"""What the person reads after registering or paying, by state (manual 6.2.2, 6.2.3; W-24, W-26)."""

HISTORY: Final = {
    "register": "申请登记",
    "await_evidence": "等待核验",
    "verify": "核验通过",
    "decline": "核验未通过",
    "pay": "申请支付",
    "check": "支付检查",
    "hold": "余额已预留",
    "send": "已提交银行支付",
    "confirm": "银行确认已支付",
    "fail": "银行支付失败",
    "doubt": "银行未给出结果，继续查询",
    "book": "已记账",
    "cancel_settlement": "取消结算",
    "delete": "删除单据",
}
"""What each step is called in the bill's history."""
