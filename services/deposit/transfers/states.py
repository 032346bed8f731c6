"""The state table of an inbound transfer: the national states of its contact letter (联系函状态). Pure.

Codes and titles are those of the national platform for moving a fund between centres.
"""

from typing import Final

from services.common.machine import Machine, Step

CITIZEN: Final = "citizen"
SYSTEM: Final = "system"
PLATFORM: Final = "platform"

_STEPS: Final = (
    Step("registered", "revoke", "revoked", CITIZEN, "transfer.revoked"),
    Step("registered", "send", "sent", SYSTEM),
    Step("sent", "revoke", "revoking", CITIZEN),
    Step("sent", "accept", "accepted", PLATFORM, "transfer.accepted"),
    Step("accepted", "revoke", "revoking", CITIZEN),
    Step("accepted", "cancel", "revoked", PLATFORM, "transfer.revoked"),
    Step("accepted", "receive", "received", PLATFORM),
    Step("accepted", "refuse", "refused", PLATFORM, "transfer.refused"),
    Step("revoking", "accept", "revoking", PLATFORM),
    Step("revoking", "cancel", "revoked", PLATFORM, "transfer.revoked"),
    Step("revoking", "receive", "received", PLATFORM),
    Step("revoking", "refuse", "refused", PLATFORM, "transfer.refused"),
    Step("received", "agree", "agreed", PLATFORM),
    Step("received", "refuse", "refused", PLATFORM, "transfer.refused"),
    Step("received", "negotiate", "negotiating", PLATFORM, "transfer.negotiated"),
    Step("agreed", "negotiate", "negotiating", PLATFORM, "transfer.negotiated"),
    Step("agreed", "refuse", "refused", PLATFORM, "transfer.refused"),
    Step("agreed", "complete", "completed", PLATFORM, "transfer.completed"),
    Step("negotiating", "refuse", "refused", PLATFORM, "transfer.refused"),
    Step("negotiating", "conclude", "concluded", PLATFORM, "transfer.completed"),
    Step("refused", "fail", "failed", PLATFORM, "transfer.failed"),
)

LABELS: Final = {
    "registered": "已登记",
    "sent": "已登记，联系函发送中",
    "accepted": "联系函复核通过",
    "revoking": "撤销申请已提交",
    "revoked": "业务被撤销",
    "received": "联系函确认接收",
    "agreed": "账户信息复核通过",
    "negotiating": "协商中",
    "refused": "转出审核不通过",
    "completed": "正常办结",
    "concluded": "协商后办结",
    "failed": "失败办结",
}

TRANSFER: Final = Machine(
    name="transfer",
    start="registered",
    steps=_STEPS,
    final=frozenset({"revoked", "completed", "concluded", "failed"}),
    labels=LABELS,
)

NATIONAL_CODES: Final = {
    "accepted": "01",
    "received": "02",
    "revoked": "05",
    "negotiating": "06",
    "agreed": "08",
    "refused": "13",
    "completed": "00",
    "concluded": "20",
    "failed": "40",
}
"""The platform's code of a state; a letter that was not accepted yet has none."""

ACTIONS: Final = {
    "01": "accept",
    "02": "receive",
    "05": "cancel",
    "06": "negotiate",
    "08": "agree",
    "13": "refuse",
    "00": "complete",
    "20": "conclude",
    "40": "fail",
}
"""What the platform's word does to a transfer here."""

NATIONAL_TITLES: Final = {code: LABELS[state] for state, code in NATIONAL_CODES.items()}
"""What people read where the platform gives a code."""

BRINGS_MONEY: Final = frozenset({"00", "20"})

IN_FLIGHT: Final = frozenset(TRANSFER.states - TRANSFER.final)
"""In one of these the account must stay open, and no second transfer from the same centre begins."""

NOTICES: Final = {
    "registered": "登记成功。联系函即将发往转出地中心；信息填写有误时，可点[申请撤销]。",
    "sent": "登记成功，正在向转出地中心发送联系函，无需重复申请。",
    "accepted": "联系函已发往转出地中心，等待对方确认接收。对方确认前，信息填写有误时可点[申请撤销]。",
    "revoking": "撤销申请已提交，等待全国转移接续平台答复。",
    "revoked": "本次转入已撤销，需要时可重新登记。",
    "received": "转出地中心已确认接收联系函，正在核对账户，不能再撤销。",
    "agreed": "转出地中心已复核账户信息，等待资金划入。",
    "negotiating": "转出地中心提出协商，两地中心正在联系，无需您操作。",
    "refused": "转出地中心审核不通过，等待平台办结。",
    "completed": "资金已转入您的个人账户。",
    "concluded": "经两地中心协商，资金已转入您的个人账户。",
    "failed": "转入未能办理，资金仍在原账户。核对信息后可重新登记。",
}
"""What the person reads on a transfer, by state."""

HISTORY: Final = {
    "register": "登记",
    "send": "发送联系函",
    "accept": "联系函复核通过",
    "revoke": "申请撤销",
    "cancel": "业务被撤销",
    "receive": "转出地中心确认接收",
    "agree": "转出地中心复核账户信息",
    "negotiate": "转出地中心提出协商",
    "refuse": "转出地中心审核不通过",
    "complete": "资金到账，正常办结",
    "conclude": "资金到账，协商后办结",
    "fail": "失败办结",
}
"""What each step is called in the transfer's history."""
