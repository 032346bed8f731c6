"""The catalogue of withdrawal reasons (提取情形). A new reason is one entry below, and its worked example.

Nothing else in the code base branches on a reason's code: it asks the entry instead.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marshmallow import fields

from services.common.catalogue import Catalogue
from services.common.money import yuan
from services.withdrawal import forms
from services.withdrawal.rules import account, amounts, registers, retirement
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


def _is(code: str, rule: str, check: account.Check, *sources: str) -> Condition:
    return Condition(code=code, rule=rule, check=check, sources=sources)


_ENDED = "《住房公积金管理条例》第二十四条（三）：完全丧失劳动能力，并与单位终止劳动关系"
_LOAN = "《住房公积金管理条例》第二十四条（五）：偿还购房贷款本息"
_LOCAL_LOAN = "青住金规〔2019〕4号第三十条：还贷提取每12个月一次，不超过实际偿还的本息"
_RENT = "《住房公积金管理条例》第二十四条（六）；青住金规〔2019〕4号租房提取条款"
_UNEMPLOYED = "青住金规〔2019〕4号：与本市单位终止劳动关系，账户封存且未再就业满2年"
_LOW_INCOME = "青住金规〔2019〕4号：享受城镇居民最低生活保障"
_LEFT = "青住金规〔2019〕4号：非本市户籍职工离职且账户封存满半年"

REASONS: Final = Catalogue(
    "withdrawal reasons",
    [
        Reason(
            code="retirement",
            title_zh="退休提取",
            legal_basis=retirement.RETIREMENT_RULE,
            national_code="03",
            manual_section="6.2.1.1",
            conditions=(
                *account.CLOSING,
                Condition(
                    code="retired",
                    rule=retirement.RETIREMENT_RULE,
                    check=retirement.retired,
                    sources=("retirement",),
                    settled=retirement.age_reached,
                ),
            ),
            ceiling=amounts.whole_balance,
            amount=AmountInput.WHOLE_SHOWN,
            closes_account=True,
        ),
        Reason(
            code="fund_loan",
            title_zh="公积金贷款提取",
            legal_basis=_LOAN,
            national_code="06",
            manual_section="6.2.1.2",
            conditions=(
                *account.COMMON,
                _is("interval", _LOCAL_LOAN, account.interval("loan_interval_months")),
                _is("has_fund_loan", _LOAN, registers.has_fund_loan, "loan"),
                _is("loan_regular", _LOCAL_LOAN, registers.fund_loan_regular, "loan"),
                _is("something_repaid", _LOCAL_LOAN, registers.something_repaid("loan"), "loan"),
            ),
            ceiling=amounts.repaid_since_last("loan"),
            spouse_rule="借款人和配偶可各自提取本人的部分，双方合计不超过上次提取以来实际偿还的本息。",
            pot=_fund_loan_pot,
        ),
        Reason(
            code="commercial_loan",
            title_zh="商业贷款提取",
            legal_basis=_LOAN,
            national_code="06",
            manual_section="6.2.1.3",
            conditions=(
                *account.COMMON,
                _is("interval", _LOCAL_LOAN, account.interval("loan_interval_months")),
                _is("loan_signed", _LOAN, registers.commercial_loan_signed, "commercial_loan"),
                _is("loan_regular", _LOCAL_LOAN, registers.commercial_loan_regular, "commercial_loan"),
                _is(
                    "something_repaid",
                    _LOCAL_LOAN,
                    registers.something_repaid("commercial_loan"),
                    "commercial_loan",
                ),
            ),
            ceiling=amounts.repaid_since_last("commercial_loan"),
            spouse_rule="签约时登记的配偶可提取本人的部分，双方合计不超过上次提取以来实际偿还的本息。",
            pot=_commercial_loan_pot,
        ),
        Reason(
            code="total_incapacity",
            title_zh="完全丧失劳动能力与单位终止劳动关系提取",
            legal_basis=_ENDED,
            national_code="04",
            manual_section="6.2.1.4",
            conditions=(
                *account.CLOSING,
                _is("totally_incapable", _ENDED, registers.totally_incapable, "disability"),
                _is("labour_relation_ended", _ENDED, registers.labour_relation_ended, "employment"),
            ),
            ceiling=amounts.whole_balance,
            amount=AmountInput.WHOLE_SHOWN,
            closes_account=True,
        ),
        Reason(
            code="unemployed_two_years",
            title_zh="与本市单位终止劳动关系未再就业2年以上提取",
            legal_basis=_UNEMPLOYED,
            national_code="99",
            manual_section="6.2.1.5",
            conditions=(
                *account.CLOSING,
                _is("sealed_long_enough", _UNEMPLOYED, account.sealed_for("unemployed_sealed_months")),
                _is("age", _UNEMPLOYED, account.unemployed_age),
                _is("left_local_employer", _UNEMPLOYED, registers.left_local_employer, "employment"),
                _is(
                    "not_employed_again",
                    _UNEMPLOYED,
                    registers.not_employed_again("unemployed_sealed_months"),
                    "employment",
                ),
            ),
            ceiling=amounts.whole_balance,
            amount=AmountInput.ABSENT,
            closes_account=True,
        ),
        Reason(
            code="minimum_living",
            title_zh="低保提取",
            legal_basis=_LOW_INCOME,
            national_code="99",
            manual_section="6.2.1.6",
            conditions=(
                *account.COMMON,
                _is("interval", _LOW_INCOME, account.interval("minimum_living_interval_months")),
                _is("on_low_income_register", _LOW_INCOME, registers.on_low_income_register, "low_income"),
            ),
            ceiling=amounts.available,
            details=forms.MINIMUM_LIVING,
        ),
        Reason(
            code="rent_quota",
            title_zh="租赁本市住房（定额{rent_quota_fen_per_year}）提取",
            legal_basis=_RENT,
            national_code="07",
            manual_section="6.2.1.7",
            conditions=(
                *account.COMMON,
                _is("contributing", _RENT, account.contributing),
                _is("continuous_deposit", _RENT, account.continuous_deposit),
                _is("interval", _RENT, account.interval("rent_interval_months")),
                _is("no_home", _RENT, registers.no_home("property", "本人"), "property"),
                Condition(
                    code="marriage_as_registered",
                    rule=_RENT,
                    check=registers.marriage_as_registered,
                    sources=("marriage",),
                    fields=("marital_status",),
                ),
                Condition(
                    code="spouse_no_home",
                    rule=_RENT,
                    check=registers.no_home("spouse_property", "配偶"),
                    sources=("spouse_property",),
                    fields=("spouse_id_number",),
                ),
            ),
            ceiling=amounts.rent_quota,
            asks_settlement=False,
            details=forms.RENT,
            documents=(forms.AFFIDAVIT_IF_SINGLE, forms.COMMITMENT),
            spouse_rule="已婚的，本人及配偶均须在本市无自有住房；定额按人计算，配偶可另按本人定额提取。",
        ),
        Reason(
            code="non_local_sealed",
            title_zh="非本市户籍职工离职且封存满半年提取",
            legal_basis=_LEFT,
            national_code="05",
            manual_section="6.2.1.8",
            conditions=(
                *account.CLOSING,
                _is("hukou_elsewhere", _LEFT, registers.hukou_elsewhere, "hukou"),
                _is("left_the_job", _LEFT, registers.not_at_work_here, "employment"),
                _is("sealed_long_enough", _LEFT, account.sealed_for("non_local_sealed_months")),
                _is("no_deposit_elsewhere", _LEFT, registers.no_deposit_elsewhere, "deposits_elsewhere"),
            ),
            ceiling=amounts.whole_balance,
            amount=AmountInput.ABSENT,
            asks_settlement=False,
            closes_account=True,
        ),
    ],
)
