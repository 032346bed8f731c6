"""What the deposit service says no with: one sentence each."""

from datetime import date

from services.common.errors import Invalid, NotFound, Refusal, Stale


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


def nothing_to_withdraw() -> Refusal:
    """A closing bill of an empty account would pay nothing."""
    return Refusal("nothing_to_withdraw", "账户余额为零，没有可提取的金额。", figures={"balance": "0.00"})


def wrong_card(sentence: str, pointer: str = "/card_number") -> Invalid:
    """The card cannot be bound."""
    return Invalid("card_refused", sentence, pointer=pointer, rule="收款卡须为五大行本人一类借记卡")


def bank_silent() -> Refusal:
    """The bank did not say whether the card is good: nothing was changed."""
    return Refusal("bank_silent", "银行暂时无法核验该卡，绑定未变更，请稍后再试。", retry_after_s=30)


def not_a_freelancer() -> Refusal:
    """Whoever has an employer does not pay contributions in the hall."""
    return Refusal(
        "not_a_freelancer",
        "自由职业者缴存由以自由职业者身份开户的缴存人办理；您的公积金由单位缴存，无需自行缴款。",
        rule="自由职业者缴存限自由职业者账户办理",
    )


def not_taking_in(label: str) -> Refusal:
    """A sealed, frozen or closed account takes no contributions."""
    return Refusal(
        "account_not_taking_in",
        f"账户状态为“{label}”，不能办理缴存。",
        rule="正常状态的账户方可缴存",
        figures={"state": label},
    )


def account_closing() -> Refusal:
    """A withdrawal of everything is under way."""
    return Refusal(
        "account_closing",
        "您的账户正在办理销户提取，不能缴存；销户提取取消后可以继续缴存。",
        rule="办理销户提取期间不办理缴存",
    )


def contribution_open(number: str) -> Refusal:
    """One bill at a time, so that no month is asked for twice."""
    return Refusal(
        "contribution_open",
        f"您还有未办完的缴存单据{number}，请先完成结算、等待记账，或取消结算后删除。",
        rule="同一缴存人同时只能有一张在办的缴存单据",
        figures={"number": number},
    )


def all_contributed(opens_on: date) -> Refusal:
    """Everything that may be paid now is paid."""
    return Refusal(
        "all_contributed",
        f"目前可缴的月份都已缴存，{opens_on.year}年{opens_on.month}月{opens_on.day}日起可以缴存下一个月。",
        rule="未缴月份按月缴存，可提前缴存的月数以中心规定为准",
        passes_on=opens_on,
    )


def proposal_changed() -> Stale:
    """What was shown before 保存 is no longer what would be registered."""
    return Stale("proposal_changed", "缴存的月份或金额已有变化，请重新核对后保存。", pointer="/amount")


def months_contributed() -> Refusal:
    """A month of the bill has been contributed in another way."""
    return Refusal(
        "months_contributed",
        "单据中的月份已经缴存，不能重复结算，请删除单据后重新登记。",
        rule="同一月份只缴存一次",
    )


def no_card_to_debit() -> Refusal:
    """联名卡结算 needs a bound card."""
    return Refusal(
        "no_card",
        "您还没有绑定借记卡，请先在“借记卡变更”中绑定本人一类借记卡，或改用聚合支付。",
        rule="联名卡结算须绑定本人一类借记卡",
    )
