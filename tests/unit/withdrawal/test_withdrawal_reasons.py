"""The catalogue of reasons is complete, says what the manual says, and each worked example comes out."""

from datetime import date

import pytest
from marshmallow import fields

from services.common.agreements import load_agreements
from services.common.policy import load_policy
from services.withdrawal.documents import DOCUMENTS
from services.withdrawal.forms import IdNumber
from services.withdrawal.reasons import REASONS, Reason
from services.withdrawal.rules.amounts import AmountInput
from services.withdrawal.rules.case import examine
from services.withdrawal.rules.evidence import QUESTIONS
from services.withdrawal.views import conditions_shown
from tests import examples
from tests.builders import TODAY, a_case, figures_on

EACH = pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)

TITLES = [
    "退休提取",
    "公积金贷款提取",
    "商业贷款提取",
    "完全丧失劳动能力与单位终止劳动关系提取",
    "与本市单位终止劳动关系未再就业2年以上提取",
    "低保提取",
    "租赁本市住房（定额8400）提取",
    "非本市户籍职工离职且封存满半年提取",
]


@EACH
def test_a_reason_is_complete(reason: Reason) -> None:
    assert reason.code in examples.WITHDRAWALS, "add a worked example to tests/examples.py"
    assert set(reason.evidence) <= {question.code for question in QUESTIONS}
    assert {asked.code for asked in reason.documents} <= {document.code for document in DOCUMENTS}
    assert reason.national_code in {"03", "04", "05", "06", "07", "99"}


def test_every_document_has_a_text_under_its_title() -> None:
    texts = load_agreements("qingdao")
    assert all(texts.on(one.code, TODAY).title_zh == one.title_zh for one in DOCUMENTS)


@EACH
def test_every_answer_of_a_form_says_how_it_is_drawn(reason: Reason) -> None:
    for asked in reason.details.values():
        assert isinstance(asked, fields.Field)
        assert {"kind", "label"} <= set(asked.metadata)


@EACH
def test_the_worked_example_passes_and_comes_to_its_amount(reason: Reason) -> None:
    example = examples.WITHDRAWALS[reason.code]
    case = a_case(**example.case_parts())
    assert examine(reason.conditions, case).refusals == ()
    assert examine(reason.conditions, case).waiting == ()
    assert reason.ceiling(case).amount_fen == example.ceiling_fen


@EACH
def test_every_condition_says_what_must_hold_and_where_its_evidence_comes_from(reason: Reason) -> None:
    for told in conditions_shown(reason, figures_on()):
        assert told["title"] and "{" not in told["title"]
        assert told["evidence_from"] and told["rule"]
    asked = {QUESTIONS.get(code).title_zh for code in reason.evidence}
    named = " ".join(source for one in reason.conditions for source in one.evidence_from)
    assert {title for title in asked if title not in named} == set()


def test_the_sources_of_a_condition_are_the_registers_and_their_keepers() -> None:
    told = {
        one["code"]: (one["title"], one["evidence_from"])
        for one in conditions_shown(REASONS.get("rent_quota"), figures_on())
    }
    assert told["account_not_frozen"] == ("个人账户未冻结", ["本中心账簿"])
    assert told["continuous_deposit"] == ("连续足额缴存满3个月", ["本中心账簿"])
    assert told["no_home"] == ("本人在本市无自有住房", ["不动产登记（不动产登记机构）"])
    assert told["marriage_as_registered"][1] == ["婚姻登记（民政部门）"]
    retired = conditions_shown(REASONS.get("retirement"), figures_on())[-1]
    assert retired["evidence_from"] == ["本中心账簿", "退休登记（人力资源社会保障部门）"]


def test_a_condition_that_is_switched_off_is_not_shown() -> None:
    shown = conditions_shown(REASONS.get("unemployed_two_years"), figures_on())
    assert "age" not in {one["code"] for one in shown}


@EACH
def test_a_worked_example_without_evidence_waits_and_is_not_refused(reason: Reason) -> None:
    parts = examples.WITHDRAWALS[reason.code].case_parts() | {"evidence": {}}
    looked = examine(reason.conditions, a_case(**parts))
    assert looked.refusals == ()
    assert looked.waiting or reason.code == "retirement"


@pytest.mark.feature("W-06", "W-07", "W-08", "W-09", "W-10", "W-11", "W-13", "W-14", "W-21")
def test_the_titles_are_the_manuals_and_in_its_order() -> None:
    assert [reason.title(figures_on()) for reason in REASONS] == TITLES


@pytest.mark.feature("W-05", "W-12", "W-20", "W-22")
def test_each_form_has_the_inputs_the_manual_names() -> None:
    inputs = {r.code: (r.amount is not AmountInput.ABSENT, r.asks_settlement) for r in REASONS}
    assert inputs.pop("unemployed_two_years") == (False, True)
    assert inputs.pop("rent_quota") == (True, False)
    assert inputs.pop("non_local_sealed") == (False, False)
    assert set(inputs.values()) == {(True, True)}


@pytest.mark.feature("W-16")
def test_only_a_single_renter_signs_the_affidavit() -> None:
    affidavit = REASONS.get("rent_quota").documents[0]
    assert affidavit.code == "single_status_affidavit"
    assert affidavit.applies({"marital_status": "single"})
    assert not affidavit.applies({"marital_status": "married"})


def test_whoever_takes_all_closes_the_account() -> None:
    closing = {reason.code for reason in REASONS if reason.closes_account}
    assert closing == {"retirement", "total_incapacity", "unemployed_two_years", "non_local_sealed"}
    assert all((REASONS.get(code).amount is not AmountInput.ENTERED) for code in closing)


def test_adopting_the_later_quota_changes_figure_and_title() -> None:
    reason, later = REASONS.get("rent_quota"), (date(2026, 12, 1), 1_680_000)
    adopted = load_policy("qingdao").adopting(rent_quota_fen_per_year=later)
    before, after = figures_on(TODAY, adopted), figures_on(date(2026, 12, 1), adopted)
    assert (reason.title(before), reason.title(after)) == (
        "租赁本市住房（定额8400）提取",
        "租赁本市住房（定额16800）提取",
    )
    assert (before.whole("rent_quota_fen_per_year"), after.whole("rent_quota_fen_per_year")) == (
        840_000,
        1_680_000,
    )


def test_a_spouses_number_may_be_typed_on_a_wide_keyboard() -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in examples.SPOUSE_ID_NUMBER)
    assert IdNumber().deserialize(wide) == examples.SPOUSE_ID_NUMBER
