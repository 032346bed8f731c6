"""The texts: complete, signed, and without a code in what is stored."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from services.notify.items import ITEMS
from services.notify.purposes import PURPOSES, Purpose
from services.notify.templates import BLANK, TEMPLATES, Template, on_the_way

FACTS = {
    "life_s": 300,
    "reason_title": "租房提取",
    "number": "W20261122000001",
    "amount_fen": 840000,
    "fund_number": "037000012345",
    "at": "2026-11-22T09:00:00+08:00",
    "phone_masked": "139****1111",
    "months": ["2026-10", "2026-11"],
    "centre_title": "济南住房公积金管理中心",
    "effective_on": "2026-08-01",
    "settles_on": "2027-06-30",
}
RELEASED = Path(__file__).with_name("released_texts.txt")
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


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.code)
def test_a_text_belongs_to_an_item_there_is_or_to_nobodys_choice(template: Template) -> None:
    assert template.item is None or template.item in ITEMS
    assert not (template.item and template.code.startswith("code."))


def test_one_month_is_named_and_several_from_the_first_to_the_last() -> None:
    booked = TEMPLATES.get("contribution.booked")
    assert "您 2026-10 至 2026-11 的" in booked.render(FACTS, "s")
    assert "您 2026-11 的" in booked.render({**FACTS, "months": ["2026-11"]}, "s")


def test_a_new_version_keeps_the_texts_before_it() -> None:
    with pytest.raises(ValueError, match="without the texts before it"):
        Template(code="x", version=2, title_zh="x", text="new", parameters={})
    second = Template(code="x", version=2, title_zh="x", text="new", parameters={}, earlier={1: "old"})
    assert second.render({}, "s") == "【s】new"


def test_a_released_text_does_not_change_without_a_new_version() -> None:
    kept = dict(line.split() for line in RELEASED.read_text(encoding="utf-8").splitlines())
    now = {
        f"{template.code}@{version}": sha256(text.encode()).hexdigest()
        for template in TEMPLATES
        for version, text in {**template.earlier, template.version: template.text}.items()
    }
    assert {name: now.get(name) for name in kept} == kept


def test_a_paid_notice_names_the_reason_the_bill_and_the_amount() -> None:
    text = TEMPLATES.get("withdrawal.paid").render(FACTS, "青岛公积金")
    assert {"租房提取", "W20261122000001", "8,400.00 元"} <= set(
        re.findall(r"租房提取|W\d+|[\d,.]+ 元", text)
    )


def test_a_missing_fact_stops_the_text() -> None:
    with pytest.raises(KeyError):
        TEMPLATES.get("withdrawal.paid").render({"number": "W1"}, "青岛公积金")


def test_a_text_that_names_what_is_not_given_is_refused_when_written() -> None:
    with pytest.raises(ValueError, match="the text names"):
        Template(code="x", version=1, title_zh="x", text="{amount}", parameters={})
