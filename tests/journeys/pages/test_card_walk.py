"""借记卡变更 submitted in a browser: a wrong card told at its field, the new one shown as bound."""

import pytest
from playwright.sync_api import expect

from services.common.identifiers import mask_card
from tests.journeys.api.asserting import DEPOSITING
from tests.journeys.api.test_cards import GOOD, WRONG
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, Opening
from tests.journeys.pages.walking import Grounds, accessibility_violations, come_in, overflow_px, reach

BANKS = ["中国工商银行", "中国农业银行", "中国银行", "中国建设银行", "交通银行"]


@pytest.mark.feature("W-30", "W-31", "W-32", "W-33", "W-34", "W-35")
@pytest.mark.parametrize(
    ("size", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone-script", "desktop-no-script"]
)
def test_another_card_is_submitted_and_shown_as_bound(
    opening: Opening, grounds: Grounds, hall: JourneyHall, size: tuple[int, int], script: bool
) -> None:
    citizen = hall.somebody(DEPOSITING)
    old = mask_card(citizen.person["card"]["card_number"])
    page = come_in(opening(size, script=script), grounds, citizen)
    reach(page, "借记卡变更")
    bound = page.locator(".bank-card")
    expect(bound.locator(".bank-number")).to_have_text(old)
    offered = page.locator("#bank_code").locator("option").all_inner_texts()
    assert [one for one in offered if one != "请选择"] == BANKS
    page.locator("#bank_code").select_option(label=BANKS[1])
    page.get_by_label("借记卡号").fill(WRONG["class_two"][1])
    page.get_by_role("button", name="提交修改").click()
    expect(page.locator("#card_number-error")).to_be_visible()
    expect(bound.locator(".bank-number")).to_have_text(old)
    if script:
        assert (accessibility_violations(page), overflow_px(page)) == ([], 0)
    page.get_by_label("借记卡号").fill(f"{GOOD[:4]} {GOOD[4:]}")
    page.get_by_role("button", name="提交修改").click()
    expect(page.get_by_role("status").filter(has_text="提交修改成功")).to_be_visible()
    expect(bound).to_have_count(1)
    expect(bound.locator(".bank-name")).to_have_text(BANKS[1])
    expect(bound.locator(".bank-number")).to_have_text(mask_card(GOOD))
    assert GOOD not in page.content()
