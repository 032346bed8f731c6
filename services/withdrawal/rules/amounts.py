"""How much may be drawn and which amount a form may carry. Pure; amounts in fen."""

from collections.abc import Callable
from enum import StrEnum

from services.common import written
from services.common.errors import Invalid
from services.common.money import yuan
from services.withdrawal.rules.case import Case, Ceiling
from services.withdrawal.rules.cautions import RULE as CAUTION_RULE
from services.withdrawal.rules.cautions import Caution
from services.withdrawal.rules.registers import repaid_fen


class AmountInput(StrEnum):
    """What a form does with the amount: typed, shown as a whole that cannot be changed, or not there."""

    ENTERED = "entered"
    WHOLE_SHOWN = "whole_shown"
    ABSENT = "absent"


def whole_balance(case: Case) -> Ceiling:
    """Closing withdrawals pay the balance with interest to the day (销户提取: 本金加结算到当日的利息)."""
    return Ceiling(
        case.account.balance_fen + case.account.interest_to_date_fen,
        "账户全部余额及结算到当日的利息，提取后账户销户",
    )


def available(case: Case) -> Ceiling:
    """What the account can spare: the available balance less what must remain."""
    return Ceiling(_spare_fen(case), "不超过账户可用余额")


def rent_quota(case: Case) -> Ceiling:
    """The yearly quota per person, at most the available balance (decision 9: never raised)."""
    quota = case.figures.whole("rent_quota_fen_per_year")
    return Ceiling(min(quota, _spare_fen(case)), f"不超过每人每年定额 {written.amount(quota)}与账户可用余额")


def repaid_since_last(source: str) -> Callable[[Case], Ceiling]:
    """Own available balance, and for the couple together what was repaid since the last withdrawal.

    Without an answer from `source` only the balance bounds it; the bill then waits and is judged again.
    """

    def ceiling(case: Case) -> Ceiling:
        if case.evidence.get(source) is None:
            return available(case)
        left = max(0, repaid_fen(case, source) - case.pot_used_fen)
        return Ceiling(
            min(_spare_fen(case), left),
            "不超过账户可用余额，且夫妻双方合计不超过上次提取以来实际偿还的贷款本息",
        )

    return ceiling


def lowered(ceiling: Ceiling, caution: Caution | None) -> Ceiling:
    """The ceiling of a withdrawal that leaves the account open, no higher than a caution leaves."""
    if caution is None or ceiling.amount_fen <= caution.left_fen:
        return ceiling
    return Ceiling(caution.left_fen, caution.sentence, caution.figures, caution.passes_on)


def _spare_fen(case: Case) -> int:
    return max(0, case.account.available_fen - case.figures.whole("remaining_fen_min"))


def accepted_fen(kind: AmountInput, asked_fen: int | None, ceiling: Ceiling) -> int:
    """The amount to draw: the one asked for, or the whole. Raises Invalid naming both figures."""
    if kind is AmountInput.ABSENT and asked_fen is not None:
        raise Invalid("amount_not_asked", "本业务按账户全部本息提取，不需要填写金额。", pointer="/amount")
    if kind is AmountInput.ENTERED:
        return _entered(asked_fen, ceiling)
    if asked_fen is not None and asked_fen != ceiling.amount_fen:
        raise _not_the_whole(asked_fen, ceiling)
    return ceiling.amount_fen


def _entered(asked_fen: int | None, ceiling: Ceiling) -> int:
    if asked_fen is None:
        raise Invalid("amount_missing", "请输入提取金额。", pointer="/amount")
    if asked_fen <= 0:
        raise Invalid("amount_not_positive", "提取金额应大于0。", pointer="/amount")
    if asked_fen > ceiling.amount_fen:
        most, because = written.amount(ceiling.amount_fen), ceiling.because.removesuffix("。")
        raise Invalid(
            "amount_above_ceiling",
            f"提取金额应不超过可提取额 {most}：{because}。",
            pointer="/amount",
            rule=CAUTION_RULE if ceiling.passes_on else ceiling.because,
            figures=_compared(asked_fen, ceiling),
            passes_on=ceiling.passes_on,
        )
    return asked_fen


def _not_the_whole(asked_fen: int, ceiling: Ceiling) -> Invalid:
    return Invalid(
        "amount_not_whole",
        f"本业务须一次提取全部本息 {written.amount(ceiling.amount_fen)}。",
        pointer="/amount",
        rule=ceiling.because,
        figures=_compared(asked_fen, ceiling),
    )


def _compared(asked_fen: int, ceiling: Ceiling) -> dict[str, str]:
    return {"申请金额": yuan(asked_fen), "可提取额": yuan(ceiling.amount_fen), **ceiling.figures}
