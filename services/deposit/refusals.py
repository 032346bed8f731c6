"""What the deposit service says no with: one sentence each."""

from datetime import date

from services.common import written
from services.common.errors import Invalid, NotFound, Refusal, Stale, WrongState
from services.common.money import yuan


def no_account() -> NotFound:
    """The person has no fund account here."""
    return NotFound("no_account", "没有查到您的公积金账户，请核对职工编号，或者持身份证到管理部柜台查询。")


def being_taken_over() -> Refusal:
    """The account's lines are not all there yet, or not compared with its balance."""
    return Refusal(
        "account_being_taken_over",
        "您的账户资料正在导入核对，完成后方可查询和办理，请稍后再试。",
        rule="账户的查询和办理须依据完整的明细账",
        retry_after_s=600,
    )


def no_hold() -> NotFound:
    """The bill holds no money here under that hold."""
    return NotFound("no_hold", "没有查到该单据的冻结记录。")


def not_paying_out(label: str) -> Refusal:
    """A frozen or closed account pays nothing out."""
    return Refusal(
        "account_not_paying_out",
        f"账户状态为“{label}”，不能办理提取；原因请到管理部柜台查询。",
        rule="冻结或已销户的账户不办理提取",
        figures={"state": label},
    )


def something_held() -> Refusal:
    """A closing bill needs the whole balance, but part of it is held for another bill."""
    return Refusal(
        "money_in_flight",
        "账户有资金正在办理其他提取单据，请先办结或者取消，再办理销户提取。",
        rule="销户提取须无在途业务",
    )


def something_coming() -> Refusal:
    """Money from another centre is on its way to the account."""
    return Refusal(
        "transfer_coming",
        "账户有异地转入正在办理，请在“异地转入”中等待办结或者申请撤销，之后方可销户提取。",
        rule="销户提取须无在途业务",
    )


def contribution_coming() -> Refusal:
    """A contribution is being paid, or was paid and is not booked yet."""
    return Refusal(
        "contribution_coming",
        "账户有缴存单据正在结算或者等待记账，请在“自由职业者缴存”中等待记账或者取消结算，之后方可销户提取。",
        rule="销户提取须无在途业务",
    )


def nothing_to_withdraw() -> Refusal:
    """A closing bill of an empty account would pay nothing."""
    return Refusal(
        "nothing_to_withdraw",
        "账户余额为零，没有可提取的金额；收支记录请在“公积金明细账”中查看。",
        rule="提取金额不超过账户余额",
        figures={"balance": "0.00"},
    )


def wrong_card(sentence: str, pointer: str = "/card_number") -> Invalid:
    """The card cannot be bound."""
    return Invalid("card_refused", sentence, pointer=pointer, rule="收款卡须为五大行本人一类借记卡")


def bank_silent() -> Refusal:
    """The bank did not say whether the card is good: nothing was changed."""
    return Refusal("bank_silent", "银行暂时无法核验该卡，绑定未变更，请稍后再试。", retry_after_s=30)


def not_taking_in(label: str) -> Refusal:
    """A sealed, frozen or closed account takes no contributions."""
    return Refusal(
        "account_not_taking_in",
        f"账户状态为“{label}”，不能办理缴存；请先到管理部柜台恢复正常状态。",
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
        f"目前可缴的月份都已缴存，{written.day(opens_on)} 起可以缴存下一个月。",
        rule="未缴月份按月缴存，可提前缴存的月数以中心规定为准",
        passes_on=opens_on,
    )


def proposal_changed() -> Stale:
    """What was shown before 保存 is no longer what would be registered."""
    return Stale("proposal_changed", "缴存的月份或金额已有变化，请重新核对后保存。", pointer="/amount")


def bill_outdated() -> Stale:
    """The bill was registered by a base that is no longer its months' own, or its months are over."""
    return Stale(
        "bill_outdated",
        "缴存基数已经调整，或单据中的月份已超过可缴存的期限，单据上的月份或金额不再适用，请删除单据后重新登记。",
        rule="按结算时应缴的月份和金额缴存",
    )


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


def malformed(sentence: str, pointer: str) -> Invalid:
    """What was typed is not such a thing."""
    return Invalid("field_malformed", f"{sentence}。", pointer=pointer)


def too_young(age_min: int) -> Invalid:
    """Under age."""
    return Invalid(
        "under_age",
        f"未满{age_min}周岁，不能开立自由职业者账户；年满{age_min}周岁后可以申请。",
        pointer="/id_number",
        rule="自由职业者应为成年人",
        figures={"age_min": str(age_min)},
    )


def too_old(age_below: int) -> Invalid:
    """At or over the retirement age."""
    return Invalid(
        "over_age",
        f"已满{age_below}周岁，达到退休年龄，不能开立自由职业者账户；有疑问的，请到管理部柜台咨询。",
        pointer="/id_number",
        rule="自由职业者应未达到退休年龄",
        figures={"age_below": str(age_below)},
    )


def base_out_of_limits(lower_fen: int, upper_fen: int) -> Invalid:
    """The contribution base lies outside its bounds."""
    return Invalid(
        "base_out_of_limits",
        f"月缴存基数应在 {written.amount(lower_fen)}至 {written.amount(upper_fen)}之间。",
        pointer="/base",
        rule="月缴存基数有上限和下限",
        figures={"base_lower": yuan(lower_fen), "base_upper": yuan(upper_fen)},
    )


def no_such_rate(rates: tuple[int, ...]) -> Invalid:
    """The contribution rate is none of the choices."""
    choices = "、".join(f"{rate}%" for rate in rates)
    return Invalid("rate_unknown", f"缴存比例只能是{choices}之一。", pointer="/rate_percent")


def not_self_paying() -> Refusal:
    """The register does not know this name and number as paying their own insurance (one sentence)."""
    return Refusal(
        "not_self_paying",
        "社会保险登记中没有查到您以个人身份缴费的记录，或者姓名与证件号码不一致，不能开立自由职业者账户。"
        "由单位缴纳社会保险的，请由单位办理开户。",
        pointer="/id_number",
        rule="自由职业者开户只针对没有公积金账户、自己缴纳社保的个人",
    )


def register_silent() -> Refusal:
    """The register gave no answer: nothing was opened."""
    return Refusal(
        "register_silent",
        "社会保险登记暂时无法核验，账户没有开立。填写的内容还在，请稍后再提交。",
        retry_after_s=30,
    )


def has_account() -> Refusal:
    """One person, one account."""
    return Refusal(
        "has_account",
        "该证件号码已有未销户的住房公积金账户，一人只能有一个账户，不能再开立。请直接登录网上营业厅；"
        "账户已封存的，请到管理部办理启封或转入。",
        pointer="/id_number",
        rule="一人只能有一个未销户的个人账户",
    )


def not_a_freelancer() -> Refusal:
    """The account is contributed to by an employer."""
    return Refusal(
        "not_a_freelancer",
        "您的账户由单位缴存，缴存基数由单位在每个缴存年度统一调整；需要调整的，请向单位提出。",
        rule="自由职业者基数调整只针对自由职业者账户",
    )


def account_at_rest(label: str) -> Refusal:
    """A sealed, closed or frozen account has no base to adjust."""
    return Refusal(
        "account_at_rest",
        f"账户状态为“{label}”，不能调整缴存基数；请先到管理部柜台恢复正常状态。",
        rule="正常状态的账户方可调整缴存基数",
        figures={"state": label},
    )


def window_closed(first_on: date, last_on: date) -> Refusal:
    """Bases are adjusted in certain months of the contribution year only."""
    days = f"{written.day(first_on)} 至 {written.day(last_on)}"
    return Refusal(
        "window_closed",
        f"现在不在缴存基数调整期内，请在下一个调整期 {days} 办理。",
        rule="每个缴存年度在规定的月份调整一次缴存基数",
        figures={"window_first": first_on.isoformat(), "window_last": last_on.isoformat()},
        passes_on=first_on,
    )


def adjusted_this_year(effective_on: date) -> Refusal:
    """Once a contribution year."""
    return Refusal(
        "adjusted_this_year",
        f"本缴存年度已经调整过缴存基数（自 {written.month(effective_on)} 起执行），"
        "每个缴存年度只能调整一次；尚未生效的，可以先撤销。",
        rule="每个缴存年度只能调整一次缴存基数",
    )


def base_unchanged() -> Invalid:
    """The base is what it was."""
    return Invalid("base_unchanged", "新的缴存基数与现在的相同，无需调整。", pointer="/base")


def no_adjustment() -> NotFound:
    """The person has no such adjustment."""
    return NotFound("no_adjustment", "没有查到这笔基数调整，请在“自由职业者基数调整”中查看。")


def adjustment_over() -> WrongState:
    """It took effect, or was undone, before."""
    return WrongState(
        "adjustment_over",
        "这笔基数调整已经生效或已经撤销，不能再撤销；需要另行调整的，请在下一个调整期办理。",
    )


def contributed_by_employer() -> Refusal:
    """Whoever has an employer does not pay contributions in the hall."""
    return Refusal(
        "not_a_freelancer",
        "自由职业者缴存由以自由职业者身份开户的缴存人办理；您的公积金由单位缴存，无需自行缴款。",
        rule="自由职业者缴存限自由职业者账户办理",
    )
