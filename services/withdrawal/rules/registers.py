"""Conditions whose evidence is a register outside or the loan contract. Pure.

A person whom a register does not know has none of what it lists: no home, no marriage, no employer here. What
has to be shown by a record is then not shown, and is refused with a sentence. Only silence is waited for.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from services.common import written
from services.common.money import yuan
from services.withdrawal.rules.case import Case, No
from services.withdrawal.rules.dates import months_after

Check = Callable[[Case], No | None]


def day_of(value: Any) -> date | None:
    """A register's day as a date; registers send ISO text."""
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def no_home(source: str, whose: str) -> Check:
    """No home in the city for the person the question `source` is about (本人及配偶在本市无自有住房)."""

    def check(case: Case) -> No | None:
        homes = int(case.register(source).get("homes") or 0)
        if homes == 0:
            return None
        return No(
            f"租房提取要求本人及配偶在本市无自有住房，登记显示{whose}名下有住房{homes}套；"
            "登记有误的，请先到不动产登记机构更正。",
            {"住房套数": str(homes)},
        )

    return check


def marriage_as_registered(case: Case) -> No | None:
    """What the person says about the marriage agrees with the marriage register (W-15 to W-17)."""
    record = case.register("marriage")
    spouse = record.get("spouse_id_number")
    if case.details["marital_status"] == "single":
        return No("婚姻登记显示您已婚，请选择“已婚”并填写配偶信息。") if spouse else None
    if not spouse:
        return No("婚姻登记中没有您的婚姻记录，请选择“单身”并签署单身具结书，或先核对登记。")
    return _same_marriage(case.details, spouse, day_of(record.get("married_on")))


def _same_marriage(details: Mapping[str, Any], spouse: str, married_on: date | None) -> No | None:
    if spouse.upper() != str(details.get("spouse_id_number")).upper():
        return No("填写的配偶身份证号码与婚姻登记不一致，请核对后重填；登记有误的，请先到婚姻登记机关更正。")
    if married_on is not None and details.get("married_on") != married_on:
        return No("填写的结婚登记日期与婚姻登记不一致，请核对后重填；登记有误的，请先到婚姻登记机关更正。")
    return None


def has_fund_loan(case: Case) -> No | None:
    """A current provident-fund loan stands behind the withdrawal."""
    if case.register("loan").get("contract_number"):
        return None
    return No(
        "没有查到您的公积金贷款合同，本情形由借款人或者共同借款人办理；已经签订合同的，请到管理部柜台核对。"
    )


def fund_loan_regular(case: Case) -> No | None:
    """No instalment may be overdue."""
    return (
        No("您的公积金贷款有逾期，请先还清逾期本息和罚息再办理。")
        if case.register("loan").get("in_arrears")
        else None
    )


def commercial_loan_signed(case: Case) -> No | None:
    """The commercial loan is signed for withdrawals (商贷自助签约, W-08 with W-91)."""
    if case.register("commercial_loan").get("signed"):
        return None
    return No("没有查到您已签约的商业住房贷款，请先到管理部柜台办理商业贷款签约。")


def commercial_loan_regular(case: Case) -> No | None:
    """No instalment may be overdue at the bank."""
    return (
        No("您的商业住房贷款有逾期，请先还清逾期再办理。")
        if case.register("commercial_loan").get("in_arrears")
        else None
    )


def something_repaid(source: str) -> Check:
    """Something was repaid since the last withdrawal that nobody of the couple has drawn yet."""

    def check(case: Case) -> No | None:
        repaid = repaid_fen(case, source)
        if repaid > case.pot_used_fen:
            return None
        return No(
            "上次提取以来实际偿还的贷款本息已提取完，还款后可再次办理。",
            {"已偿还本息": yuan(repaid), "家庭已提取": yuan(case.pot_used_fen)},
        )

    return check


def repaid_fen(case: Case, source: str) -> int:
    """Principal and interest actually repaid since the last withdrawal, in fen."""
    answer = case.evidence.get(source) or {}
    return int(answer.get("repaid_fen") or 0)


def totally_incapable(case: Case) -> No | None:
    """An appraisal of total incapacity to work (完全丧失劳动能力鉴定)."""
    if case.register("disability").get("total"):
        return None
    return No(
        "没有查到您完全丧失劳动能力的鉴定结论，请先申请劳动能力鉴定；已有结论的，请携带结论到管理部柜台办理。"
    )


def _knows(record: Mapping[str, Any]) -> bool:
    return bool(record.get("found", True))


def _not_shown(what: str) -> No:
    """It has answered and does not show what has to be shown: asking again would not help."""
    return No(f"劳动就业登记中没有您的相关记录，无法核实{what}，请携带材料到管理部柜台办理。")


def labour_relation_ended(case: Case) -> No | None:
    """The labour relation is ended (与单位终止劳动关系, W-10)."""
    record = case.register("employment")
    if not _knows(record):
        return _not_shown("与单位终止劳动关系")
    return No("劳动就业登记显示您仍在职，须与单位终止劳动关系后办理。") if record.get("employed") else None


def left_local_employer(case: Case) -> No | None:
    """Ended with an employer of the city (与本市单位终止劳动关系, W-11)."""
    record = case.register("employment")
    if record.get("employed"):
        return None  # `not_employed_again` says so
    if not _knows(record) or record.get("employer_local") is None:
        return _not_shown("与本市单位终止劳动关系")
    if record["employer_local"]:
        return None
    return No("劳动就业登记显示您终止劳动关系的单位不在本市，请向该单位所在地的公积金中心申请。")


def not_employed_again(figure: str) -> Check:
    """Without work for the months of `figure` since the labour relation ended."""

    def check(case: Case) -> No | None:
        record = case.register("employment")
        if record.get("employed"):
            return No("劳动就业登记显示您已就业，本情形要求未再就业；登记有误的，请先到登记机构更正。")
        ended_on = day_of(record.get("ended_on"))
        if not _knows(record) or ended_on is None:
            return _not_shown("终止劳动关系的时间和未再就业")
        return _long_enough(case, ended_on, case.figures.whole(figure))

    return check


def _long_enough(case: Case, ended_on: date, months: int) -> No | None:
    day = months_after(ended_on, months)
    if case.on >= day:
        return None
    return No(
        f"终止劳动关系须满{months}个月且未再就业，{written.day(day)} 起可以办理。",
        {"终止劳动关系日期": ended_on.isoformat(), "申请日期": case.on.isoformat()},
        day,
    )


def not_at_work_here(case: Case) -> No | None:
    """Left the job (离职, W-21): no employer of the city on the register."""
    record = case.register("employment")
    if record.get("employed") and record.get("employer_local") is not False:
        return No("劳动就业登记显示您仍在本市单位就业，离职并办理登记后可以申请。")
    return None


def on_low_income_register(case: Case) -> No | None:
    """On the city's register of minimum living allowance (最低生活保障)."""
    if case.register("low_income").get("listed"):
        return None
    return No("没有查到您的最低生活保障登记，请先向民政部门申请；已经登记的，请携带证件到管理部柜台办理。")


def hukou_elsewhere(case: Case) -> No | None:
    """Household registration outside the city (非本市户籍)."""
    record = case.register("hukou")
    if not record.get("found", True):
        return No("没有查到您的户籍登记，请携带户口簿到管理部柜台办理。")
    return (
        No("户籍登记显示您为本市户籍，本情形只适用于非本市户籍，请选择其他提取情形。")
        if record.get("local")
        else None
    )


def no_deposit_elsewhere(case: Case) -> No | None:
    """No provident-fund account in another city: that money is to be moved there instead (异地转移接续)."""
    if case.register("deposits_elsewhere").get("has"):
        return No("登记显示您已在其他城市缴存住房公积金，请办理异地转移接续。")
    return None
