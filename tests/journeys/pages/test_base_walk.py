"""自由职业者基数调整 from the menu by clicking, in its months: filed within the limits, and undone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.api.test_freelancers import IN_THE_WINDOW, OUTSIDE_THE_WINDOW
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, Opening
from tests.journeys.pages.walking import Grounds, accessibility_violations, come_in, overflow_px, reach

TITLE = "自由职业者基数调整"


@pytest.mark.feature("D-22")
@pytest.mark.parametrize(
    ("size", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone-script", "desktop-no-script"]
)
def test_a_base_is_filed_and_undone(
    opening: Opening, grounds: Grounds, hall: JourneyHall, size: tuple[int, int], script: bool
) -> None:
    with hall.in_month(IN_THE_WINDOW):
        page = come_in(opening(size, script=script), grounds, hall.citizen("freelancer"))
        reach(page, TITLE)
        page.get_by_label("新的月缴存基数").fill("4999.99")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#base-error")).to_contain_text("5,000.00 元至 30,000.00 元")
        page.get_by_label("新的月缴存基数").fill("9000")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("status").filter(has_text="缴存基数调整已登记")).to_be_visible()
        expect(page.get_by_role("button", name="保存")).to_have_count(0)
        filed = page.locator("article").filter(has_text="待生效")
        expect(filed.get_by_text("9,000.00 元")).to_be_visible()
        if script:
            assert (accessibility_violations(page), overflow_px(page)) == ([], 0)
        filed.get_by_role("link", name="撤销").click()
        page.get_by_role("button", name="确定撤销").click()
        expect(page.get_by_role("status").filter(has_text="缴存基数调整已撤销")).to_be_visible()
        expect(page.locator("article").filter(has_text="待生效")).to_have_count(0)


@pytest.mark.feature("D-22")
def test_outside_its_months_the_page_names_them_and_has_no_form(
    opening: Opening, grounds: Grounds, hall: JourneyHall
) -> None:
    with hall.in_month(OUTSIDE_THE_WINDOW):
        page = come_in(opening(PHONE), grounds, hall.citizen("freelancer"))
        reach(page, TITLE)
        expect(page.get_by_role("heading", name="现在的缴存基数")).to_be_visible()
        expect(page.get_by_text("调整期").first).to_be_visible()
        expect(page.get_by_role("button", name="保存")).to_have_count(0)
        assert (accessibility_violations(page), overflow_px(page)) == ([], 0)
