"""State tables of a contribution bill (缴存单据) and of a refund (退款): what may follow what. Pure."""

from typing import Final

from services.common.machine import Machine, Step

CITIZEN: Final = "citizen"
BANK: Final = "bank"
SYSTEM: Final = "system"
STAFF: Final = "staff"

_BY_CARD: Final = (
    Step("registered", "settle_by_card", "debit_due", CITIZEN),
    Step("debit_due", "send", "debiting", SYSTEM),
    Step("debiting", "check", "debiting", CITIZEN),
    Step("debiting", "confirm", "settled", BANK, "contribution.settled"),
    Step("debiting", "fail", "registered", BANK, "contribution.payment_failed"),
    Step("debiting", "doubt", "debit_unknown", BANK),
    Step("debit_unknown", "check", "debit_unknown", CITIZEN),
    Step("debit_unknown", "confirm", "settled", BANK, "contribution.settled"),
    Step("debit_unknown", "fail", "registered", BANK, "contribution.payment_failed"),
    Step("settled", "cancel_card", "refunding", CITIZEN, "contribution.cancelled"),
)
_BY_CODE: Final = (
    Step("registered", "settle_by_code", "code_due", CITIZEN),
    Step("code_due", "open", "awaiting_scan", BANK),
    Step("code_due", "reject", "registered", BANK),
    Step("code_due", "cancel_code", "code_closing", CITIZEN),
    Step("awaiting_scan", "check", "awaiting_scan", CITIZEN),
    Step("awaiting_scan", "pay", "paid", BANK, "contribution.paid"),
    Step("awaiting_scan", "cancel_code", "code_closing", CITIZEN),
    Step("awaiting_scan", "expire", "code_closing", SYSTEM),
    Step("awaiting_scan", "misfit", "code_closing", BANK),
    Step("awaiting_scan", "close", "registered", BANK, "contribution.cancelled"),
    Step("code_closing", "pay", "paid", BANK, "contribution.paid"),
    Step("code_closing", "close", "registered", BANK, "contribution.cancelled"),
)
_AFTERWARDS: Final = (
    Step("settled", "book", "booked", SYSTEM, "contribution.booked"),
    Step("paid", "book", "booked", SYSTEM, "contribution.booked"),
    Step("settled", "give_back", "refunding", SYSTEM, "contribution.cancelled"),
    Step("paid", "give_back", "refunding", SYSTEM, "contribution.cancelled"),
    Step("refunding", "refund", "registered", BANK),
    Step("registered", "delete", "deleted", CITIZEN, "contribution.deleted"),
)

LABELS: Final = {
    "registered": "登记完成，待结算",
    "debit_due": "准备扣款",
    "debiting": "扣款处理中",
    "debit_unknown": "扣款结果待确认",
    "settled": "联名卡结算成功",
    "code_due": "正在生成付款码",
    "awaiting_scan": "等待扫码支付",
    "code_closing": "正在取消付款码",
    "paid": "等待中心记账",
    "refunding": "退款处理中",
    "booked": "缴存已记账",
    "deleted": "缴存单据已删除",
}

CONTRIBUTION: Final = Machine(
    name="contribution",
    start="registered",
    steps=(*_BY_CARD, *_BY_CODE, *_AFTERWARDS),
    final=frozenset({"booked", "deleted"}),
    labels=LABELS,
    owner_acts_in=frozenset({"registered", "awaiting_scan"}),
)

OPEN: Final = frozenset(CONTRIBUTION.states - CONTRIBUTION.final)
"""A person has one bill in these at most, so that no month is asked for twice."""

DRIVEN: Final = frozenset(
    {"debit_due", "debiting", "debit_unknown", "code_due", "awaiting_scan", "code_closing"}
)
"""From these the hall goes on by itself with the bank."""

PAYABLE_BY_CODE: Final = frozenset({"awaiting_scan", "code_closing"})
"""A payment by code of the right amount pays the bill in these; in any other it is given back."""

HOLDING_MONEY: Final = frozenset({"settled", "paid"})
"""The money is in and waits for its booking."""

MONEY_IN_FLIGHT: Final = OPEN - {"registered"}
"""Money may be on its way in or out: meanwhile the account cannot be closed."""

NOTICES: Final = {
    "registered": "单据已登记，请选择[联名卡结算]或[聚合支付]完成缴存；不需要时可以[删除]。",
    "debit_due": "正在从联名卡扣款，请勿重复结算。",
    "debiting": "正在从联名卡扣款，请勿重复结算；可点[支付检查]查询结果。",
    "debit_unknown": "银行尚未给出扣款结果，网厅会持续查询，请勿重复缴款；可点[支付检查]立即查询。",
    "settled": "联名卡结算成功，等待中心记账，一般10分钟之内记账。记账前可点[联名卡结算取消]，款项原路退回。",
    "code_due": "正在向银行申请付款码，请稍候。",
    "awaiting_scan": "请用微信或建行龙支付扫码支付。没有支付成功的，可点[聚合支付取消]，改用联名卡结算。",
    "code_closing": "正在向银行取消付款码，取消后可以重新结算；如果其实已经支付，单据会转为等待中心记账。",
    "paid": "支付成功，等待中心记账，一般10分钟之内记账。",
    "refunding": "款项正在原路退回，退回后单据可以重新结算或[删除]。",
    "booked": "缴存已记入您的公积金账户，可在公积金明细账中查看。",
    "deleted": "单据已删除。",
}
"""What the person reads in each state (manual 6.1)."""

HISTORY: Final = {
    "register": "缴存登记",
    "settle_by_card": "联名卡结算",
    "send": "已向银行提交扣款",
    "confirm": "银行确认已扣款",
    "fail": "银行未能扣款",
    "doubt": "银行未给出结果，继续查询",
    "check": "支付检查",
    "cancel_card": "联名卡结算取消",
    "settle_by_code": "聚合支付",
    "open": "付款码已生成",
    "reject": "银行未能生成付款码",
    "cancel_code": "聚合支付取消",
    "pay": "扫码支付成功",
    "expire": "付款码已到期",
    "misfit": "收到的金额与单据不符",
    "close": "付款码已关闭",
    "book": "中心已记账",
    "give_back": "账户不能入账，退回款项",
    "refund": "款项已退回",
    "delete": "删除单据",
}
"""What each step is called in the bill's history."""

REFUND: Final = Machine(
    name="refund",
    start="due",
    steps=(
        Step("due", "send", "sent", SYSTEM),
        Step("sent", "confirm", "refunded", BANK, "contribution.refunded"),
        Step("sent", "doubt", "unknown", BANK),
        Step("sent", "fail", "failed", BANK),
        Step("unknown", "confirm", "refunded", BANK, "contribution.refunded"),
        Step("unknown", "fail", "failed", BANK),
        Step("failed", "send_again", "due", SYSTEM),
        Step("failed", "retry", "failed", STAFF),
    ),
    final=frozenset({"refunded"}),
    labels={
        "due": "等待退款",
        "sent": "退款已提交银行",
        "unknown": "退款结果待确认",
        "failed": "退款未成功，将再次退款",
        "refunded": "已退款",
    },
)

CAUSES: Final = {
    "cancelled": "联名卡结算取消",
    "paid_again": "同一单据重复支付",
    "after_cancel": "付款码失效之后到账",
    "wrong_amount": "支付金额与单据不符",
    "account_not_open": "账户状态不能入账",
}
"""Why money is given back, in the words people read."""
