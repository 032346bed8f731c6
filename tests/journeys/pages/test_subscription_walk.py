"""短信定制 from the menu by clicking: an item off and on again, another phone, never without a code."""

import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.api.asserting import DEPOSITING
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, Opening
from tests.journeys.pages.walking import (
    Grounds,
    accessibility_violations,
    come_in,
    overflow_px,
    reach,
    take_code,
)

TITLE, ITEM = "短信定制", "提取变动"


def save(page: Page) -> None:
    page.get_by_role("button", name="保存").last.click()


def fact(page: Page, name: str) -> str:
    return page.locator(f"dt:has-text('{name}') + dd").inner_text()


@pytest.mark.feature("N-01", "N-02", "N-03", "N-04", "N-16")
@pytest.mark.parametrize(
    ("size", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone-script", "desktop-no-script"]
)
def test_items_are_taken_off_and_added_each_time_with_a_code(
    opening: Opening, grounds: Grounds, hall: JourneyHall, size: tuple[int, int], script: bool
) -> None:
    citizen, new = hall.somebody(DEPOSITING), f"1511{secrets.randbelow(10**7):07d}"
    person = citizen.person
    page = come_in(opening(size, script=script), grounds, citizen)
    reach(page, TITLE, "我的")
    expect(page.get_by_label("认证手机号 ")).to_be_checked()
    expect(page.get_by_label(ITEM)).to_be_checked()
    page.get_by_label(ITEM).uncheck()
    save(page)
    expect(page.locator("#error-summary").get_by_text("请获取并输入短信验证码")).to_be_visible()
    hall.pass_time(61)
    take_code(page, grounds, person)
    expect(page.get_by_label(ITEM)).not_to_be_checked()
    if script:
        assert (accessibility_violations(page), overflow_px(page)) == ([], 0)
    save(page)
    expect(page.get_by_text("保存成功，短信定制已生效。")).to_be_visible()
    assert fact(page, "减少的项目") == ITEM
    page.get_by_role("link", name="返回短信定制").click()
    expect(page.get_by_label(ITEM)).not_to_be_checked()
    page.get_by_label(ITEM).check()
    page.get_by_label("其他手机号").check()
    page.get_by_label("新的接收手机号").fill(new)
    hall.pass_time(61)
    take_code(page, grounds, person | {"phone": new})
    save(page)
    expect(page.get_by_text("保存成功，短信定制已生效。")).to_be_visible()
    assert (fact(page, "增加的项目"), fact(page, "接收手机号")) == (ITEM, f"{new[:3]}****{new[-4:]}")
    assert new not in page.content()
