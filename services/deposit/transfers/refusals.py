"""What a transfer is refused with: one sentence each."""

from datetime import date

from services.common.errors import Invalid, NotFound, Refusal


def no_transfer() -> NotFound:
    """The person has no transfer of that number."""
    return NotFound("no_such_transfer", "没有查到该笔异地转入。")


def no_letter() -> NotFound:
    """The platform speaks of a letter that this centre never wrote."""
    return NotFound("no_such_letter", "没有查到该联系函。")


def account_not_receiving(label: str) -> Refusal:
    """Money cannot be taken into an account in that state."""
    return Refusal(
        "account_not_receiving",
        f"账户状态为“{label}”，不能办理异地转入；请先到管理部柜台恢复正常状态。",
        rule="转入地个人账户须为正常状态",
        figures={"state": label},
    )


def too_few_months(months: int, required: int, passes_on: date) -> Refusal:
    """The person has not contributed here for long enough."""
    return Refusal(
        "too_few_months",
        f"在本市连续缴存满{required}个月后可申请异地转入，您目前连续缴存{months}个月。",
        rule="在转入地设立账户并稳定缴存后办理转入",
        figures={"months": str(months), "months_required": str(required)},
        passes_on=passes_on,
    )


def closing() -> Refusal:
    """The account is about to be closed by a withdrawal."""
    return Refusal(
        "account_closing",
        "账户正在办理销户提取，不能申请异地转入；销户提取取消后可以申请。",
        rule="转入地个人账户须为正常状态",
    )


def in_flight(number: str, title: str) -> Refusal:
    """One transfer from a centre at a time."""
    return Refusal(
        "transfer_in_flight",
        f"从{title}转入的申请（{number}）正在办理，办结或撤销后方可再次申请。",
        rule="同一转出地中心同时只办理一笔转入",
    )


def transferred_before(number: str) -> Refusal:
    """The money of that account is here already."""
    return Refusal(
        "transferred_before",
        f"该原个人公积金账号已办结转入（{number}），无需重复申请。",
        rule="同一账户只转入一次",
        pointer="/account_number",
    )


def no_such_centre() -> Invalid:
    """The centre is none that a fund may come from."""
    return Invalid("no_such_centre", "请从列表中选择原公积金中心。", pointer="/centre")
