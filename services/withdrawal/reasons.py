"""The catalogue of withdrawal reasons (提取情形). A new reason is an entry, its conditions, and an example.

Nothing else in the code base branches on a reason's code: it asks the entry instead.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marshmallow import fields

from services.common.catalogue import Catalogue
from services.common.money import yuan
from services.withdrawal import forms
from services.withdrawal.rules import amounts, conditions, retirement
from services.withdrawal.rules.amounts import AmountInput
from services.withdrawal.rules.case import Case, Ceiling, Condition, Evidence, Figures


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason to draw. `title_zh` may name a figure in braces; `pot` names what a couple shares."""

    code: str
    title_zh: str
    legal_basis: str
    national_code: str
    manual_section: str
    conditions: tuple[Condition, ...]
    ceiling: Callable[[Case], Ceiling]
    amount: AmountInput = AmountInput.ENTERED
    asks_settlement: bool = True
    details: Mapping[str, fields.Field[Any]] = field(default_factory=dict)
    documents: tuple[forms.DocumentAsked, ...] = (forms.COMMITMENT,)
    spouse_rule: str = ""
    closes_account: bool = False
    pot: Callable[[Mapping[str, Evidence | None]], str | None] = field(default=lambda evidence: None)

    def title(self, figures: Figures) -> str:
        """The title on the day of the figures, a money figure in it as whole yuan (定额8400)."""
        return self.title_zh.format_map(_FiguresInYuan(figures))

    @property
    def evidence(self) -> tuple[str, ...]:
        """The questions its conditions need answered, each once."""
        return tuple(dict.fromkeys(source for condition in self.conditions for source in condition.sources))


class _FiguresInYuan(dict[str, str]):
    def __init__(self, figures: Figures) -> None:
        super().__init__()
        self._figures = figures

    def __missing__(self, name: str) -> str:
        return yuan(self._figures.whole(name)).removesuffix(".00")


def _fund_loan_pot(evidence: Mapping[str, Evidence | None]) -> str | None:
    number = (evidence.get("loan") or {}).get("contract_number")
    return f"fund-loan:{number}" if number else None


def _commercial_loan_pot(evidence: Mapping[str, Evidence | None]) -> str | None:
    number = (evidence.get("commercial_loan") or {}).get("contract_number")
    return f"commercial-loan:{number}" if number else None


REASONS: Final = Catalogue(
    "withdrawal reasons",
    [
        Reason(
            code="retirement",
            title_zh="退休提取",
            legal_basis=retirement.RETIREMENT_RULE,
            national_code="03",
            manual_section="6.2.1.1",
            conditions=conditions.RETIREMENT,
            ceiling=amounts.whole_balance,
            amount=AmountInput.WHOLE_SHOWN,
            closes_account=True,
        ),
        Reason(
            code="fund_loan",
            title_zh="公积金贷款提取",
            legal_basis=conditions.LOAN_RULE,
            national_code="06",
            manual_section="6.2.1.2",
            conditions=conditions.FUND_LOAN,
            ceiling=amounts.repaid_since_last("loan"),
            spouse_rule="借款人和配偶可各自提取本人的部分，双方合计不超过上次提取以来实际偿还的本息。",
            pot=_fund_loan_pot,
        ),
        Reason(
            code="commercial_loan",
            title_zh="商业贷款提取",
            legal_basis=conditions.LOAN_RULE,
            national_code="06",
            manual_section="6.2.1.3",
            conditions=conditions.COMMERCIAL_LOAN,
            ceiling=amounts.repaid_since_last("commercial_loan"),
            spouse_rule="签约时登记的配偶可提取本人的部分，双方合计不超过上次提取以来实际偿还的本息。",
            pot=_commercial_loan_pot,
        ),
        Reason(
            code="total_incapacity",
            title_zh="完全丧失劳动能力与单位终止劳动关系提取",
            legal_basis=conditions.ENDED_RULE,
            national_code="04",
            manual_section="6.2.1.4",
            conditions=conditions.TOTAL_INCAPACITY,
            ceiling=amounts.whole_balance,
            amount=AmountInput.WHOLE_SHOWN,
            closes_account=True,
        ),
        Reason(
            code="unemployed_two_years",
            title_zh="与本市单位终止劳动关系未再就业2年以上提取",
            legal_basis=conditions.UNEMPLOYED_RULE,
            national_code="99",
            manual_section="6.2.1.5",
            conditions=conditions.UNEMPLOYED_TWO_YEARS,
            ceiling=amounts.whole_balance,
            amount=AmountInput.ABSENT,
            closes_account=True,
        ),
        Reason(
            code="minimum_living",
            title_zh="低保提取",
            legal_basis=conditions.LOW_INCOME_RULE,
            national_code="99",
            manual_section="6.2.1.6",
            conditions=conditions.MINIMUM_LIVING,
            ceiling=amounts.available,
            details=forms.MINIMUM_LIVING,
        ),
        Reason(
            code="rent_quota",
            title_zh="租赁本市住房（定额{rent_quota_fen_per_year}）提取",
            legal_basis=conditions.RENT_RULE,
            national_code="07",
            manual_section="6.2.1.7",
            conditions=conditions.RENT_QUOTA,
            ceiling=amounts.rent_quota,
            asks_settlement=False,
            details=forms.RENT,
            documents=(forms.AFFIDAVIT_IF_SINGLE, forms.COMMITMENT),
            spouse_rule=(
                "已婚的，本人及配偶均须在本市无自有住房。定额按人计算；同一套住房由多人承租的合用一份限额，"
                "夫妻只能就一套租房提取。登记时不填写租住的房屋，请如实申请。"
            ),
        ),
        Reason(
            code="non_local_sealed",
            title_zh="非本市户籍职工离职且封存满半年提取",
            legal_basis=conditions.LEFT_RULE,
            national_code="05",
            manual_section="6.2.1.8",
            conditions=conditions.NON_LOCAL_SEALED,
            ceiling=amounts.whole_balance,
            amount=AmountInput.ABSENT,
            asks_settlement=False,
            closes_account=True,
        ),
    ],
)
