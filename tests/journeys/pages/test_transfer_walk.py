"""异地转入申请 from the menu by clicking: registered, listed with its state, taken back and still listed."""

import pytest
from playwright.sync_api import expect

from tests.journeys.api.asserting import DEPOSITING
from tests.journeys.api.test_transfers import JINAN, settled
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, Opening
from tests.journeys.pages.walking import Grounds, accessibility_violations, come_in, overflow_px, reach

TITLE, EMPLOYER = "异地转入申请", JINAN["employer_name"]


@pytest.mark.feature("D-23", "D-24", "D-25", "D-26", "D-27")
@pytest.mark.parametrize(
    ("size", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone-script", "desktop-no-script"]
)
def test_a_transfer_is_registered_listed_and_taken_back(
    opening: Opening, grounds: Grounds, hall: JourneyHall, size: tuple[int, int], script: bool
) -> None:
    citizen = hall.somebody(DEPOSITING)
    page = come_in(opening(size, script=script), grounds, citizen)
    reach(page, TITLE)
    page.get_by_role("main").get_by_role("link", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name="异地转入登记")).to_be_visible()
    page.get_by_role("button", name="登记").click()
    for problem in ("请选择原公积金中心", "请填写原单位名称", "请填写原个人公积金账号"):
        expect(page.locator("#error-summary").get_by_text(problem)).to_be_visible()
    page.get_by_label("原公积金中心").select_option(JINAN["centre"])
    page.get_by_label("原单位名称").fill(EMPLOYER)
    page.get_by_label("原个人公积金账号").fill(JINAN["account_number"])
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("联系函编号")).to_be_visible()
    settled(citizen, page.url.rpartition("/")[2], "联系函复核通过")
    page.get_by_role("link", name="返回转入申请").click()
    row = page.get_by_role("row").filter(has_text=EMPLOYER)
    expect(row.locator(".tag")).to_have_text("联系函复核通过")
    if script:
        assert (accessibility_violations(page), overflow_px(page)) == ([], 0)
    row.get_by_role("link", name="申请撤销").click()
    page.get_by_role("button", name="确定申请撤销").click()
    expect(page.get_by_text("业务被撤销", exact=True).first).to_be_visible()
    expect(page.get_by_role("link", name="申请撤销")).to_have_count(0)
    page.get_by_role("link", name="返回转入申请").click()
    row = page.get_by_role("row").filter(has_text=EMPLOYER)
    expect(row.locator(".tag")).to_have_text("业务被撤销")
    expect(row.get_by_role("link", name="申请撤销")).to_have_count(0)
