"""The SMS texts of what happens in the account: contributions, transfers, base, interest."""

from services.notify.wording import (
    Template,
    amount,
    centre,
    each_with_an_amount,
    effective_month,
    months,
    number,
    settlement_day,
)

_CONTRIBUTION = {"number": number, "months": months, "amount": amount}
_MONEY_BACK = {"number": number, "amount": amount}
_TRANSFER = {"centre": centre, "number": number}

CONTRIBUTION_TEXTS = (
    Template(
        code="contribution.settled",
        version=2,
        title_zh="缴存扣款通知",
        item="contribution",
        text="您 {months} 的住房公积金缴存（业务号{number}）已从联名卡扣款 {amount}，"
        "记账前可登录网上营业厅取消。",
        parameters=_CONTRIBUTION,
        earlier={
            1: "您{months}的住房公积金缴存（业务号{number}）已从联名卡扣款{amount}元，"
            "记账前可登录网上营业厅取消。",
        },
    ),
    Template(
        code="contribution.paid",
        version=2,
        title_zh="缴存支付通知",
        item="contribution",
        text="您 {months} 的住房公积金缴存（业务号{number}）已支付 {amount}，等待中心记账，约10分钟。",
        parameters=_CONTRIBUTION,
        earlier={
            1: "您{months}的住房公积金缴存（业务号{number}）已支付{amount}元，等待中心记账，约10分钟。",
        },
    ),
    Template(
        code="contribution.payment_failed",
        version=2,
        title_zh="缴存扣款失败通知",
        item="contribution",
        text="您 {months} 的住房公积金缴存（业务号{number}）{amount}扣款未成功，"
        "请检查联名卡后登录网上营业厅重新结算。",
        parameters=_CONTRIBUTION,
        earlier={
            1: "您{months}的住房公积金缴存（业务号{number}）{amount}元扣款未成功，"
            "请检查联名卡后登录网上营业厅重新结算。",
        },
    ),
    Template(
        code="contribution.booked",
        version=2,
        title_zh="缴存记账通知",
        item="contribution",
        text="您 {months} 的住房公积金缴存（业务号{number}）{amount}已记入个人账户，"
        "可登录网上营业厅查看明细。",
        parameters=_CONTRIBUTION,
        earlier={
            1: "您{months}的住房公积金缴存（业务号{number}）{amount}元已记入个人账户，"
            "可登录网上营业厅查看明细。",
        },
    ),
    Template(
        code="contribution.refunded",
        version=2,
        title_zh="缴存退款通知",
        item="contribution",
        text="您的住房公积金缴存款 {amount}已原路退回（退款号{number}），到账时间以银行为准。",
        parameters=_MONEY_BACK,
        earlier={
            1: "您的住房公积金缴存款{amount}元已原路退回（退款号{number}），到账时间以银行为准。",
        },
    ),
)

TRANSFER_TEXTS = (
    Template(
        code="transfer.accepted",
        version=1,
        title_zh="异地转入受理通知",
        item="transfer",
        text="您从{centre}转入住房公积金的申请（业务号{number}）已受理，联系函已发往原中心，办理进度可登录网上营业厅查询。",
        parameters=_TRANSFER,
    ),
    Template(
        code="transfer.refused",
        version=2,
        title_zh="异地转入退回通知",
        item="transfer",
        text="您从{centre}转入住房公积金的申请（业务号{number}），原中心审核未通过，说明可登录网上营业厅查看；平台办结后再通知您。",
        parameters=_TRANSFER,
        earlier={
            1: "您从{centre}转入住房公积金的申请（业务号{number}）未能办理，原因请登录网上营业厅查看。",
        },
    ),
    Template(
        code="transfer.negotiated",
        version=1,
        title_zh="异地转入协商通知",
        item="transfer",
        text="您从{centre}转入住房公积金的申请（业务号{number}），两地中心正在协商，结果将另行告知，您无需操作。",
        parameters=_TRANSFER,
    ),
    Template(
        code="transfer.revoked",
        version=1,
        title_zh="异地转入撤销通知",
        item="transfer",
        text="您从{centre}转入住房公积金的申请（业务号{number}）已撤销。需要时可登录网上营业厅重新申请。",
        parameters=_TRANSFER,
    ),
    Template(
        code="transfer.completed",
        version=2,
        title_zh="异地转入到账通知",
        item="transfer",
        text="从{centre}转入的住房公积金 {amount}（业务号{number}）已记入您的个人账户，"
        "可登录网上营业厅查看明细。",
        parameters={**_TRANSFER, "amount": amount},
        earlier={
            1: "从{centre}转入的住房公积金{amount}元（业务号{number}）已记入您的个人账户，"
            "可登录网上营业厅查看明细。",
        },
    ),
    Template(
        code="transfer.failed",
        version=1,
        title_zh="异地转入失败通知",
        item="transfer",
        text="您从{centre}转入住房公积金的申请（业务号{number}）办理失败，请登录网上营业厅查看原因后重新申请。",
        parameters=_TRANSFER,
    ),
)

BASE_TEXTS = (
    Template(
        code="base.registered",
        version=2,
        title_zh="基数调整登记通知",
        item="base",
        text="您已登记住房公积金缴存基数调整（业务号{number}），自 {month} 起执行，"
        "执行前可登录网上营业厅撤销。",
        parameters={"number": number, "month": effective_month},
        earlier={
            1: "您已登记住房公积金缴存基数调整（业务号{number}），自{month}起执行，"
            "执行前可登录网上营业厅撤销。",
        },
    ),
    Template(
        code="base.adjusted",
        version=2,
        title_zh="基数调整生效通知",
        item="base",
        text="您的住房公积金缴存基数已按登记（业务号{number}）自 {month} 起调整，"
        "新的月缴存额可登录网上营业厅查看。",
        parameters={"number": number, "month": effective_month},
        earlier={
            1: "您的住房公积金缴存基数已按登记（业务号{number}）自{month}起调整，"
            "新的月缴存额可登录网上营业厅查看。",
        },
    ),
    Template(
        code="base.undone",
        version=1,
        title_zh="基数调整撤销通知",
        item="base",
        text="您登记的住房公积金缴存基数调整（业务号{number}）已撤销，缴存基数不变。",
        parameters={"number": number},
    ),
)

INTEREST_TEXTS = (
    Template(
        code="interest.settled",
        version=3,
        title_zh="年度结息通知",
        item="interest",
        text="您的住房公积金账户已于 {day} 结息，利息 {amount}已转为本金，可登录网上营业厅查看明细。",
        parameters={"day": settlement_day, "amount": amount},
        people=each_with_an_amount,
        earlier={
            1: "您的住房公积金账户已于{year}年6月30日结息，利息{amount}元已转为本金，"
            "可登录网上营业厅查看明细。",
            2: "您的住房公积金账户已于{day}结息，利息{amount}元已转为本金，可登录网上营业厅查看明细。",
        },
    ),
)

DEPOSIT_TEXTS = (*CONTRIBUTION_TEXTS, *TRANSFER_TEXTS, *BASE_TEXTS, *INTEREST_TEXTS)
