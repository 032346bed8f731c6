"""Conditions on the account itself and on what was drawn before; the own ledger is their evidence. Pure."""

from collections.abc import Callable
from datetime import date

from services.common import written
from services.common.money import yuan
from services.withdrawal.rules.case import Case, Condition, No
from services.withdrawal.rules.cautions import RULE as CAUTION_RULE
from services.withdrawal.rules.dates import months_after, years_after
from services.withdrawal.rules.evidence import OWN_RECORDS

Check = Callable[[Case], No | None]

NO_CARD = "您还没有绑定借记卡，请先在“借记卡变更”中绑定本人的一类卡。"

OPEN_STATES = ("normal", "sealed")


def not_frozen(case: Case) -> No | None:
    """A frozen account refuses every withdrawal (冻结)."""
    return (
        No("您的个人账户已冻结，解除冻结后方可提取；冻结的原因请到管理部柜台查询。")
        if case.account.frozen
        else None
    )


def account_open(case: Case) -> No | None:
    """A closed or transferred account has nothing to draw from."""
    return (
        None
        if case.account.state in OPEN_STATES
        else No("您的个人账户已销户，没有可提取的余额；记录请在“公积金明细账”中查看。")
    )


def card_bound(case: Case) -> No | None:
    """Money goes to the bound class-I card of one of the five banks only (manual 6.3, W-30 to W-32)."""
    return None if case.account.has_card else No(NO_CARD)


def something_to_draw(case: Case) -> No | None:
    """An empty account has nothing to draw."""
    if case.account.available_fen > 0:
        return None
    return No(
        "您的账户没有可提取的余额，请查看在办的单据和“公积金明细账”。",
        {"账户余额": yuan(case.account.balance_fen), "可用余额": yuan(case.account.available_fen)},
    )


def nothing_held(case: Case) -> No | None:
    """A closing withdrawal takes all, so nothing may be held by another bill."""
    if case.account.held_fen == 0:
        return None
    return No(
        "您还有在办的单据预留了账户余额，请先办结或者取消，再办理销户提取。",
        {"预留金额": yuan(case.account.held_fen)},
    )


def nothing_coming(case: Case) -> No | None:
    """A closing withdrawal leaves no account that money on its way could still reach."""
    if case.account.transfer_coming:
        return No("您有正在办理的异地转入，办结或者撤销之后方可销户提取；进度请在“异地转入”中查看。")
    if case.account.contribution_coming:
        return No(
            "您有正在结算或者等待记账的缴存单据，记账或者取消结算之后方可销户提取；进度请在“自由职业者缴存”中查看。"
        )
    return None


def contributing(case: Case) -> No | None:
    """A sealed account no longer contributes (账户状态须为正常)."""
    if case.account.state == "normal":
        return None
    return No(
        "您的账户已封存，租房提取要求账户正常缴存；恢复缴存并连续足额缴存满规定月数后可以办理。",
        {"账户状态": "封存"},
    )


def continuous_deposit(case: Case) -> No | None:
    """Continuous full deposit up to the case, for the months of `rent_continuous_deposit_months`."""
    needed = case.figures.whole("rent_continuous_deposit_months")
    months = case.account.continuous_months
    if months >= needed:
        return None
    return No(
        f"租房提取要求连续足额缴存满{needed}个月，您目前连续缴存{months}个月，缴满后可以办理。",
        {"要求月数": str(needed), "连续缴存月数": str(months)},
        months_after(case.on.replace(day=1), needed - months) if case.account.state == "normal" else None,
    )


def sealed_for(figure: str) -> Check:
    """Sealed for at least the whole-number figure `figure` in months, with no contribution since."""

    def check(case: Case) -> No | None:
        needed = case.figures.whole(figure)
        start = _sealed_since(case)
        if start is None:
            return No(
                f"本情形要求账户封存满{needed}个月，您的账户尚未封存；请先由原单位办理封存，自封存之日起算。",
                {"要求封存月数": str(needed)},
            )
        return _not_before(case, months_after(start, needed), f"账户封存须满{needed}个月", start)

    return check


def _sealed_since(case: Case) -> date | None:
    """The day the sealed time counts from: a later contribution starts it anew."""
    account = case.account
    if account.state != "sealed" or account.sealed_on is None:
        return None
    return max(account.sealed_on, account.last_contribution_on or account.sealed_on)


def _not_before(case: Case, day: date, asked: str, start: date) -> No | None:
    if case.on >= day:
        return None
    return No(
        f"{asked}，自 {written.day(start)} 起算，{written.day(day)} 起可以办理。",
        {"起算日期": start.isoformat(), "申请日期": case.on.isoformat()},
        day,
    )


def interval(figure: str) -> Check:
    """Not again for the same reason within the months of `figure`, counted from the last registration."""

    def check(case: Case) -> No | None:
        if case.last_on is None:
            return None
        needed = case.figures.whole(figure)
        return _not_before(
            case, months_after(case.last_on, needed), f"同一情形每{needed}个月限提取一次", case.last_on
        )

    return check


def unemployed_age(case: Case) -> No | None:
    """An older text also asked for an age; its condition is off unless that text is adopted."""
    years = case.figures.whole(f"unemployed_age_years_{case.account.sex}")
    day = years_after(case.account.birth_on, years)
    return _not_before(case, day, f"须年满{years}周岁", case.account.birth_on)


def caution_leaves_something(case: Case) -> No | None:
    """After a change of phone or card only so much may be drawn for some hours."""
    if case.caution is None or case.caution.left_fen > 0:
        return None
    return No(case.caution.sentence, case.caution.figures, case.caution.passes_on)


def caution_leaves_the_whole(case: Case) -> No | None:
    """A closing withdrawal takes all, and waits until the lowered limit is lifted."""
    whole_fen = case.account.balance_fen + case.account.interest_to_date_fen
    if case.caution is None or whole_fen <= case.caution.left_fen:
        return None
    figures = {"账户全部本息": yuan(whole_fen), **case.caution.figures}
    return No(case.caution.sentence, figures, case.caution.passes_on)


REGULATION = "《住房公积金管理条例》第二十四条"
CARD_RULE = "网厅办理规则：收款须为本人绑定的五大行一类借记卡"

COMMON = (
    Condition(code="account_open", title_zh="个人账户未销户", rule=REGULATION, check=account_open),
    Condition(code="account_not_frozen", title_zh="个人账户未冻结", rule=REGULATION, check=not_frozen),
    Condition(code="something_to_draw", title_zh="账户有可用余额", rule=REGULATION, check=something_to_draw),
    Condition(
        code="card_bound",
        title_zh="已绑定本人一类借记卡",
        rule=CARD_RULE,
        check=card_bound,
        own_zh=OWN_RECORDS,
    ),
    Condition(
        code="caution",
        title_zh="变更手机号或借记卡后的限额未用完",
        rule=CAUTION_RULE,
        check=caution_leaves_something,
        own_zh=OWN_RECORDS,
    ),
)
CLOSING = (
    *COMMON,
    Condition(
        code="nothing_held",
        title_zh="没有在办单据预留余额",
        rule="销户提取须账户无预留金额",
        check=nothing_held,
    ),
    Condition(
        code="nothing_coming",
        title_zh="没有在途的异地转入和缴存",
        rule="销户提取须无在途业务",
        check=nothing_coming,
        own_zh=OWN_RECORDS,
    ),
    Condition(
        code="caution_of_the_whole",
        title_zh="变更手机号或借记卡后的限额内可付清全部本息",
        rule=CAUTION_RULE,
        check=caution_leaves_the_whole,
        own_zh=OWN_RECORDS,
    ),
)
