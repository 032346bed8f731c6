"""The rules at their boundaries: the day before, the day itself, the day after, and leap days."""

from datetime import date
from typing import Any

import pytest

from services.common.errors import Invalid
from services.common.policy import load_policy
from services.withdrawal.forms import RENT
from services.withdrawal.reasons import REASONS
from services.withdrawal.rules import account, amounts, conditions, registers
from services.withdrawal.rules.amounts import AmountInput
from services.withdrawal.rules.case import Ceiling, Examination, examine
from services.withdrawal.rules.dates import months_after
from services.withdrawal.rules.retirement import retires_on
from tests import examples
from tests.builders import a_case, an_account, figures_on


def looked(code: str, **changes: Any) -> Examination:
    parts = examples.WITHDRAWALS[code].case_parts() | changes
    return examine(REASONS.get(code).conditions, a_case(**parts))


def refused(code: str, **changes: Any) -> list[str]:
    return [finding.code for finding in looked(code, **changes).refusals]


@pytest.mark.parametrize("typed", ["2020-05-20", "２０２０－０５－２０"])
def test_the_day_of_the_marriage_may_be_typed_wide(typed: str) -> None:
    assert RENT["married_on"].deserialize(typed) == date(2020, 5, 20)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_months_end_where_the_month_ends(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


@pytest.mark.parametrize(
    ("scheme", "birth_on", "retires"),
    [
        ("retirement_age_male", date(1964, 12, 31), date(2024, 12, 31)),
        ("retirement_age_male", date(1965, 1, 1), date(2025, 2, 1)),
        ("retirement_age_male", date(1965, 5, 31), date(2025, 7, 31)),
        ("retirement_age_male", date(1976, 8, 31), date(2039, 7, 31)),
        ("retirement_age_male", date(1976, 9, 1), date(2039, 9, 1)),
        ("retirement_age_male", date(1990, 1, 1), date(2053, 1, 1)),
        ("retirement_age_female_at_55", date(1970, 1, 31), date(2025, 2, 28)),
        ("retirement_age_female_at_55", date(1981, 9, 1), date(2039, 9, 1)),
        ("retirement_age_female_at_50", date(1975, 3, 1), date(2025, 5, 1)),
        ("retirement_age_female_at_50", date(1984, 11, 1), date(2039, 11, 1)),
    ],
)
def test_the_retirement_age_rises_step_by_step(scheme: str, birth_on: date, retires: date) -> None:
    assert retires_on(birth_on, figures_on().value(scheme)) == retires


def test_before_the_reform_nothing_was_delayed() -> None:
    old = figures_on(date(2024, 12, 31)).value("retirement_age_male")
    assert retires_on(date(1970, 6, 1), old) == date(2030, 6, 1)


def test_one_day_before_the_statutory_age_the_register_decides() -> None:
    not_retired: dict[str, Any] = {"on": date(2025, 2, 19), "evidence": {"retirement": {"found": False}}}
    (finding,) = looked("retirement", **not_retired).refusals
    assert finding.passes_on == date(2025, 2, 20)
    assert refused("retirement", **not_retired | {"evidence": {"retirement": {"retired": True}}}) == []
    assert refused("retirement", **not_retired | {"on": date(2025, 2, 20)}) == []


@pytest.mark.parametrize(
    ("on", "codes"), [(date(2026, 11, 21), ["sealed_long_enough"]), (date(2026, 11, 22), [])]
)
def test_half_a_year_sealed_counts_to_the_day(on: date, codes: list[str]) -> None:
    assert refused("non_local_sealed", on=on) == codes


@pytest.mark.parametrize(
    ("on", "codes"), [(date(2026, 11, 21), ["sealed_long_enough"]), (date(2026, 11, 22), [])]
)
def test_two_years_sealed_count_to_the_day(on: date, codes: list[str]) -> None:
    assert refused("unemployed_two_years", on=on) == codes


def test_sealed_on_a_leap_day_passes_on_the_28th() -> None:
    sealed = an_account(state="sealed", sealed_on=date(2024, 2, 29), last_contribution_on=None)
    check = account.sealed_for("unemployed_sealed_months")
    assert check(a_case(on=date(2026, 2, 28), account=sealed)) is None
    no = check(a_case(on=date(2026, 2, 27), account=sealed))
    assert no is not None and no.passes_on == date(2026, 2, 28)


def test_a_contribution_after_sealing_starts_the_time_anew() -> None:
    late = an_account(state="sealed", sealed_on=date(2024, 1, 1), last_contribution_on=date(2026, 6, 30))
    no = account.sealed_for("non_local_sealed_months")(a_case(account=late))
    assert no is not None and no.passes_on == date(2026, 12, 30)


@pytest.mark.parametrize(("last_on", "codes"), [(date(2025, 11, 22), []), (date(2025, 11, 23), ["interval"])])
def test_the_rent_quota_comes_once_in_twelve_months(last_on: date, codes: list[str]) -> None:
    assert refused("rent_quota", last_on=last_on) == codes


def test_a_refusal_names_figures_and_the_first_day_on_which_it_would_pass() -> None:
    (finding,) = looked("rent_quota", last_on=date(2026, 1, 31)).refusals
    assert finding.passes_on == date(2027, 1, 31)
    assert finding.figures["起算日期"] == "2026-01-31"
    assert "青住金规〔2019〕4号" in finding.rule


@pytest.mark.parametrize(("months", "codes"), [(2, ["continuous_deposit"]), (3, [])])
def test_three_months_of_deposit_are_asked_of_a_renter(months: int, codes: list[str]) -> None:
    assert refused("rent_quota", account=an_account(continuous_months=months)) == codes


def test_a_renter_short_of_one_month_is_told_the_next_month() -> None:
    (finding,) = looked("rent_quota", account=an_account(continuous_months=2)).refusals
    assert finding.passes_on == date(2026, 12, 1)


@pytest.mark.parametrize("code", [reason.code for reason in REASONS])
def test_frozen_closed_empty_and_cardless_accounts_are_refused_for_every_reason(code: str) -> None:
    bad = an_account(state="closed", frozen=True, available_fen=0, has_card=False)
    assert {"account_open", "account_not_frozen", "something_to_draw", "card_bound"} <= set(
        refused(code, account=bad)
    )


def test_a_sealed_account_may_not_draw_for_rent() -> None:
    sealed = an_account(state="sealed", sealed_on=date(2026, 10, 1))
    assert "contributing" in refused("rent_quota", account=sealed)


def test_a_held_amount_keeps_the_account_open() -> None:
    held = an_account(birth_on=date(1960, 1, 1), held_fen=100)
    assert refused("retirement", account=held) == ["nothing_held"]


@pytest.mark.parametrize("coming", ["transfer_coming", "contribution_coming"])
def test_money_on_its_way_keeps_the_account_open(coming: str) -> None:
    waiting = an_account(birth_on=date(1960, 1, 1), **{coming: True})
    assert refused("retirement", account=waiting) == ["nothing_coming"]
    assert refused("rent_quota", account=an_account(**{coming: True})) == refused("rent_quota")


@pytest.mark.parametrize("source", ["property", "spouse_property"])
def test_a_home_of_either_spouse_refuses_the_renter(source: str) -> None:
    evidence = {
        "property": {"homes": 0},
        "spouse_property": {"homes": 0},
        "marriage": {"spouse_id_number": examples.SPOUSE_ID_NUMBER, "married_on": "2020-05-20"},
    }
    assert len(refused("rent_quota", evidence=evidence, details=MARRIED)) == 0
    assert len(refused("rent_quota", evidence=evidence | {source: {"homes": 1}}, details=MARRIED)) == 1


MARRIED = {
    "marital_status": "married",
    "spouse_id_number": examples.SPOUSE_ID_NUMBER,
    "married_on": date(2020, 5, 20),
}


@pytest.mark.feature("W-17")
@pytest.mark.parametrize(
    ("details", "record"),
    [
        ({"marital_status": "single"}, {"spouse_id_number": examples.SPOUSE_ID_NUMBER}),
        (MARRIED, {"found": False}),
        (MARRIED, {"spouse_id_number": "370202199201010044"}),
        (
            MARRIED | {"married_on": date(2020, 5, 21)},
            {"spouse_id_number": examples.SPOUSE_ID_NUMBER, "married_on": "2020-05-20"},
        ),
    ],
)
def test_what_is_said_of_the_marriage_must_agree_with_the_register(
    details: dict[str, Any], record: dict[str, Any]
) -> None:
    assert (
        registers.marriage_as_registered(a_case(details=details, evidence={"marriage": record})) is not None
    )


def test_before_the_form_is_filled_in_the_spouse_is_not_asked_about() -> None:
    assert looked("rent_quota", details={}, evidence={"property": {"homes": 0}}).waiting == ()


def test_arrears_and_an_emptied_pot_refuse_a_loan_withdrawal() -> None:
    loan = {"loan": {"contract_number": "L1", "in_arrears": True, "repaid_fen": 1_000_000}}
    assert refused("fund_loan", evidence=loan) == ["loan_regular", "something_repaid"]
    assert refused("fund_loan", evidence={"loan": {"contract_number": None}})[0] == "has_fund_loan"


def test_an_unsigned_commercial_loan_is_refused() -> None:
    assert refused("commercial_loan", evidence={"commercial_loan": {"found": False}})[0] == "loan_signed"


def test_new_work_refuses_the_unemployed() -> None:
    evidence = {"employment": {"employed": True, "employer_local": True}}
    assert refused("unemployed_two_years", evidence=evidence) == ["not_employed_again"]


def test_an_employer_elsewhere_is_not_of_this_city() -> None:
    evidence = {"employment": {"employed": False, "employer_local": False, "ended_on": "2024-01-01"}}
    assert refused("unemployed_two_years", evidence=evidence) == ["left_local_employer"]


@pytest.mark.parametrize(
    ("code", "refusals"),
    [
        ("unemployed_two_years", ["left_local_employer", "not_employed_again"]),
        ("total_incapacity", ["labour_relation_ended"]),
    ],
)
def test_whom_the_labour_register_does_not_know_has_not_shown_that_work_ended(
    code: str, refusals: list[str]
) -> None:
    evidence = dict(examples.WITHDRAWALS[code].evidence) | {"employment": {"found": False}}
    found = looked(code, evidence=evidence)
    assert ([one.code for one in found.refusals], found.waiting) == (refusals, ())
    assert all("没有您的相关记录" in one.sentence for one in found.refusals)


@pytest.mark.parametrize(
    ("missing", "code"), [("employer_local", "left_local_employer"), ("ended_on", "not_employed_again")]
)
def test_a_record_that_leaves_out_what_has_to_be_shown_refuses(missing: str, code: str) -> None:
    record = {
        "found": True,
        "employed": False,
        "employer_local": True,
        "ended_on": "2024-01-01",
        missing: None,
    }
    assert refused("unemployed_two_years", evidence={"employment": record}) == [code]


def test_a_first_day_is_told_once() -> None:
    evidence = {"employment": {"employed": False, "employer_local": True, "ended_on": "2026-01-01"}}
    told = [
        *looked("unemployed_two_years", evidence=evidence).refusals,
        *looked("rent_quota", last_on=date(2026, 1, 31)).refusals,
    ]
    assert len(told) == 2
    for finding in told:
        assert finding.passes_on is not None
        assert finding.passes_on.isoformat() not in finding.figures.values()


def test_the_older_age_rule_is_off_until_it_is_adopted() -> None:
    young = a_case(account=an_account(birth_on=date(1996, 1, 1)))
    age = next(one for one in conditions.UNEMPLOYED_TWO_YEARS if one.code == "age")
    assert examine((age,), young).refusals == ()
    adopted = load_policy("qingdao").adopting(unemployed_age_limit_applies=(date(2026, 1, 1), True))
    (no,) = examine((age,), _with_policy(young, adopted)).refusals
    assert no.passes_on == date(2046, 1, 1)


def _with_policy(case: Any, policy: Any) -> Any:
    from dataclasses import replace

    return replace(case, figures=figures_on(case.on, policy))


@pytest.mark.parametrize(
    ("source", "record", "code"),
    [
        ("hukou", {"found": True, "local": True}, "hukou_elsewhere"),
        ("hukou", {"found": False}, "hukou_elsewhere"),
        ("employment", {"employed": True, "employer_local": True}, "left_the_job"),
        ("deposits_elsewhere", {"has": True}, "no_deposit_elsewhere"),
    ],
)
def test_each_register_can_refuse_the_non_local(source: str, record: dict[str, Any], code: str) -> None:
    evidence = dict(examples.WITHDRAWALS["non_local_sealed"].evidence) | {source: record}
    assert refused("non_local_sealed", evidence=evidence) == [code]


def test_incapacity_asks_for_appraisal_and_ended_work() -> None:
    evidence = {"disability": {"total": False}, "employment": {"employed": True}}
    assert refused("total_incapacity", evidence=evidence) == ["totally_incapable", "labour_relation_ended"]


def test_minimum_living_asks_for_the_register() -> None:
    assert refused("minimum_living", evidence={"low_income": {"found": False}}) == ["on_low_income_register"]


def test_a_silent_register_waits_and_a_failing_rule_still_refuses() -> None:
    seen = looked("rent_quota", evidence={"property": None, "marriage": None}, last_on=date(2026, 10, 1))
    assert [finding.code for finding in seen.refusals] == ["interval"]
    assert seen.waiting == ("property", "marriage")


@pytest.mark.parametrize(
    ("kind", "asked_fen", "code"),
    [
        (AmountInput.ENTERED, None, "amount_missing"),
        (AmountInput.ENTERED, 0, "amount_not_positive"),
        (AmountInput.ENTERED, -1, "amount_not_positive"),
        (AmountInput.ENTERED, 840_001, "amount_above_ceiling"),
        (AmountInput.ABSENT, 840_000, "amount_not_asked"),
        (AmountInput.WHOLE_SHOWN, 839_999, "amount_not_whole"),
    ],
)
def test_an_amount_that_does_not_fit_is_refused(kind: AmountInput, asked_fen: int | None, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        amounts.accepted_fen(kind, asked_fen, Ceiling(840_000, "定额"))
    assert (refusal.value.code, refusal.value.pointer) == (code, "/amount")


@pytest.mark.feature("W-14")
def test_the_quota_may_be_lowered_and_reached_but_not_passed() -> None:
    case = a_case(**examples.WITHDRAWALS["rent_quota"].case_parts())
    ceiling = amounts.rent_quota(case)
    assert [amounts.accepted_fen(AmountInput.ENTERED, fen, ceiling) for fen in (1, 840_000)] == [1, 840_000]
    assert amounts.rent_quota(a_case(account=an_account(available_fen=500))).amount_fen == 500


def test_the_whole_is_taken_whether_shown_or_not() -> None:
    whole = Ceiling(5_029_792, "全部")
    assert amounts.accepted_fen(AmountInput.ABSENT, None, whole) == 5_029_792
    assert amounts.accepted_fen(AmountInput.WHOLE_SHOWN, 5_029_792, whole) == 5_029_792
