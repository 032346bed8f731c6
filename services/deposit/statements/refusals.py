"""What a statement is refused with: one sentence each."""

from datetime import date

from services.common import written
from services.common.errors import Invalid, NotFound, Refusal, TooMany


def days_out_of_order() -> Invalid:
    """The range ends before it begins."""
    return Invalid("days_out_of_order", "截止日期不能早于开始日期，请重新填写。", pointer="/to_on")


def not_yet(today: date) -> Invalid:
    """The range reaches into the future."""
    return Invalid(
        "day_not_yet", f"截止日期不能晚于今天（{written.day(today)}），请重新填写。", pointer="/to_on"
    )


def before_opening(opened_on: date) -> Invalid:
    """The range ends before the account was opened."""
    return Invalid(
        "day_before_opening",
        f"截止日期不能早于开户日期（{written.day(opened_on)}），请重新填写。",
        pointer="/to_on",
    )


def too_long(most: int) -> Refusal:
    """More lines than one statement holds."""
    return Refusal(
        "statement_too_long",
        f"所选期间的明细超过{most}笔，一份对账单最多{most}笔，请缩短期间后分次打印。",
        rule="一份对账单的明细笔数上限",
        figures={"lines_most": str(most)},
        pointer="/from_on",
    )


def too_many_today(most: int) -> TooMany:
    """The person has made enough statements for a day."""
    return TooMany(
        "statements_today",
        f"每天最多申请{most}份对账单，请明天再试；已生成的可随时重新下载。",
        figures={"statements_most": str(most)},
        retry_after_s=3600,
    )


def no_statement() -> NotFound:
    """The person has no statement of that number."""
    return NotFound("no_such_statement", "没有查到该对账单。")
