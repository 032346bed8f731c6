"""The texts: complete, signed, and without a code in what is stored."""

import re

import pytest

from services.notify.purposes import PURPOSES, Purpose
from services.notify.templates import BLANK, TEMPLATES, Template, on_the_way

FACTS = {
    "life_s": 300,
    "reason_title": "租房提取",
    "number": "W20261122000001",
    "amount_fen": 840000,
    "fund_number": "037000012345",
    "effective_on": "2027-08-01",
}
NOTICES = [template for template in TEMPLATES if not template.code.startswith("code.")]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.code)
def test_a_text_is_whole_and_signed(template: Template) -> None:
    text = template.render(FACTS, "青岛公积金")
    assert text.startswith("【青岛公积金】")
    assert not re.search(r"[{}]", text)
    assert template.version >= 1
    assert template.title_zh


@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.code)
@pytest.mark.feature("N-08")
def test_every_purpose_has_its_text(purpose: Purpose) -> None:
    template = TEMPLATES.get(purpose.template)
    stored = template.render(FACTS, "青岛公积金")
    assert re.findall(r"\d{4,}", stored) == []
    assert re.findall(r"\d{4,}", on_the_way(stored, "042137")) == ["042137"]
    assert "5分钟内有效" in stored


@pytest.mark.parametrize("template", NOTICES, ids=lambda template: template.code)
def test_a_notice_carries_no_code_and_no_whole_account(template: Template) -> None:
    text = template.render(FACTS, "青岛公积金")
    assert BLANK not in text
    assert FACTS["fund_number"] not in text
    assert on_the_way(text, None) == text


def test_a_paid_notice_names_the_reason_the_bill_and_the_amount() -> None:
    text = TEMPLATES.get("withdrawal.paid").render(FACTS, "青岛公积金")
    assert {"租房提取", "W20261122000001", "8400.00元"} <= set(re.findall(r"租房提取|W\d+|[\d.]+元", text))


def test_a_missing_fact_stops_the_text() -> None:
    with pytest.raises(KeyError):
        TEMPLATES.get("withdrawal.paid").render({"number": "W1"}, "青岛公积金")


def test_a_text_that_names_what_is_not_given_is_refused_when_written() -> None:
    with pytest.raises(ValueError, match="the text names"):
        Template(code="x", version=1, title_zh="x", text="{amount}", parameters={})
