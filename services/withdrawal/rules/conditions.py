"""What must hold for each withdrawal reason: title, rule, check, and where its evidence comes from. Pure."""

from typing import Final

from services.withdrawal.rules import account, registers, retirement
from services.withdrawal.rules.case import Condition
from services.withdrawal.rules.evidence import OWN_LEDGER, OWN_RECORDS

ENDED_RULE = "《住房公积金管理条例》第二十四条（三）：完全丧失劳动能力，并与单位终止劳动关系"
LOAN_RULE = "《住房公积金管理条例》第二十四条（五）：偿还购房贷款本息"
LOCAL_LOAN_RULE = "青住金规〔2019〕4号第三十条：还贷提取每12个月一次，不超过实际偿还的本息"
RENT_RULE = "《住房公积金管理条例》第二十四条（六）；青住金规〔2019〕4号租房提取条款"
UNEMPLOYED_RULE = "青住金规〔2019〕4号：与本市单位终止劳动关系，账户封存且未再就业满2年"
LOW_INCOME_RULE = "青住金规〔2019〕4号：享受城镇居民最低生活保障"
LEFT_RULE = "青住金规〔2019〕4号：非本市户籍职工离职且账户封存满半年"


def _is(
    code: str, title_zh: str, rule: str, check: account.Check, *sources: str, own_zh: str = ""
) -> Condition:
    return Condition(code=code, title_zh=title_zh, rule=rule, check=check, sources=sources, own_zh=own_zh)


def _interval(rule: str, figure: str) -> Condition:
    title = f"距上次同一情形提取满{{{figure}}}个月"
    return _is("interval", title, rule, account.interval(figure), own_zh=OWN_RECORDS)


RETIREMENT: Final = (
    *account.CLOSING,
    Condition(
        code="retired",
        title_zh="达到法定退休年龄或者已退休",
        own_zh=OWN_LEDGER,
        rule=retirement.RETIREMENT_RULE,
        check=retirement.retired,
        sources=("retirement",),
        settled=retirement.age_reached,
    ),
)

FUND_LOAN: Final = (
    *account.COMMON,
    _interval(LOCAL_LOAN_RULE, "loan_interval_months"),
    _is("has_fund_loan", "有在还的公积金贷款", LOAN_RULE, registers.has_fund_loan, "loan"),
    _is("loan_regular", "贷款没有逾期", LOCAL_LOAN_RULE, registers.fund_loan_regular, "loan"),
    _is(
        "something_repaid",
        "上次提取以来偿还的本息未提取完",
        LOCAL_LOAN_RULE,
        registers.something_repaid("loan"),
        "loan",
        own_zh=OWN_RECORDS,
    ),
)

COMMERCIAL_LOAN: Final = (
    *account.COMMON,
    _interval(LOCAL_LOAN_RULE, "loan_interval_months"),
    _is(
        "loan_signed",
        "商业住房贷款已签约",
        LOAN_RULE,
        registers.commercial_loan_signed,
        "commercial_loan",
    ),
    _is(
        "loan_regular",
        "贷款没有逾期",
        LOCAL_LOAN_RULE,
        registers.commercial_loan_regular,
        "commercial_loan",
    ),
    _is(
        "something_repaid",
        "上次提取以来偿还的本息未提取完",
        LOCAL_LOAN_RULE,
        registers.something_repaid("commercial_loan"),
        "commercial_loan",
        own_zh=OWN_RECORDS,
    ),
)

TOTAL_INCAPACITY: Final = (
    *account.CLOSING,
    _is(
        "totally_incapable",
        "经鉴定完全丧失劳动能力",
        ENDED_RULE,
        registers.totally_incapable,
        "disability",
    ),
    _is(
        "labour_relation_ended",
        "已与单位终止劳动关系",
        ENDED_RULE,
        registers.labour_relation_ended,
        "employment",
    ),
)

UNEMPLOYED_TWO_YEARS: Final = (
    *account.CLOSING,
    _is(
        "sealed_long_enough",
        "账户封存满{unemployed_sealed_months}个月",
        UNEMPLOYED_RULE,
        account.sealed_for("unemployed_sealed_months"),
    ),
    Condition(
        code="age",
        title_zh="达到规定的年龄",
        rule=UNEMPLOYED_RULE,
        check=account.unemployed_age,
        only_if="unemployed_age_limit_applies",
    ),
    _is(
        "left_local_employer",
        "终止劳动关系的是本市单位",
        UNEMPLOYED_RULE,
        registers.left_local_employer,
        "employment",
    ),
    _is(
        "not_employed_again",
        "终止劳动关系后未再就业满{unemployed_sealed_months}个月",
        UNEMPLOYED_RULE,
        registers.not_employed_again("unemployed_sealed_months"),
        "employment",
    ),
)

MINIMUM_LIVING: Final = (
    *account.COMMON,
    _interval(LOW_INCOME_RULE, "minimum_living_interval_months"),
    _is(
        "on_low_income_register",
        "享受最低生活保障",
        LOW_INCOME_RULE,
        registers.on_low_income_register,
        "low_income",
    ),
)

RENT_QUOTA: Final = (
    *account.COMMON,
    _is("contributing", "账户正常缴存", RENT_RULE, account.contributing),
    _is(
        "continuous_deposit",
        "连续足额缴存满{rent_continuous_deposit_months}个月",
        RENT_RULE,
        account.continuous_deposit,
    ),
    _interval(RENT_RULE, "rent_interval_months"),
    _is(
        "no_home",
        "本人在本市无自有住房",
        RENT_RULE,
        registers.no_home("property", "本人"),
        "property",
    ),
    Condition(
        code="marriage_as_registered",
        title_zh="婚姻情况与登记一致",
        rule=RENT_RULE,
        check=registers.marriage_as_registered,
        sources=("marriage",),
        fields=("marital_status",),
    ),
    Condition(
        code="spouse_no_home",
        title_zh="已婚的，配偶在本市无自有住房",
        rule=RENT_RULE,
        check=registers.no_home("spouse_property", "配偶"),
        sources=("spouse_property",),
        fields=("spouse_id_number",),
    ),
)

NON_LOCAL_SEALED: Final = (
    *account.CLOSING,
    _is("hukou_elsewhere", "非本市户籍", LEFT_RULE, registers.hukou_elsewhere, "hukou"),
    _is("left_the_job", "已离职", LEFT_RULE, registers.not_at_work_here, "employment"),
    _is(
        "sealed_long_enough",
        "账户封存满{non_local_sealed_months}个月",
        LEFT_RULE,
        account.sealed_for("non_local_sealed_months"),
    ),
    _is(
        "no_deposit_elsewhere",
        "在其他城市没有缴存",
        LEFT_RULE,
        registers.no_deposit_elsewhere,
        "deposits_elsewhere",
    ),
)
