"""What the deposit service says no with: one sentence each."""

from services.common.errors import Invalid, NotFound, Refusal


def no_account() -> NotFound:
    """The person has no fund account here."""
    return NotFound("no_account", "没有查到您的公积金账户。")


def no_hold() -> NotFound:
    """The bill holds no money here under that hold."""
    return NotFound("no_hold", "没有查到该单据的冻结记录。")


def not_paying_out(label: str) -> Refusal:
    """A frozen or closed account pays nothing out."""
    return Refusal(
        "account_not_paying_out",
        f"账户状态为“{label}”，不能办理提取。",
        rule="冻结或已销户的账户不办理提取",
        figures={"state": label},
    )


def something_held() -> Refusal:
    """A closing bill needs the whole balance, but part of it is held for another bill."""
    return Refusal(
        "money_in_flight",
        "账户有资金正在办理其他业务，办结后方可销户提取。",
        rule="销户提取须无在途业务",
    )


def something_coming() -> Refusal:
    """Money from another centre is on its way to the account."""
    return Refusal(
        "transfer_in_flight",
        "账户有异地转入正在办理，办结或撤销后方可销户提取。",
        rule="销户提取须无在途业务",
    )


def nothing_to_withdraw() -> Refusal:
    """A closing bill of an empty account would pay nothing."""
    return Refusal("nothing_to_withdraw", "账户余额为零，没有可提取的金额。", figures={"balance": "0.00"})


def wrong_card(sentence: str, pointer: str = "/card_number") -> Invalid:
    """The card cannot be bound."""
    return Invalid("card_refused", sentence, pointer=pointer, rule="收款卡须为五大行本人一类借记卡")


def bank_silent() -> Refusal:
    """The bank did not say whether the card is good: nothing was changed."""
    return Refusal("bank_silent", "银行暂时无法核验该卡，绑定未变更，请稍后再试。", retry_after_s=30)
