"""自由职业者缴存 from the menu by clicking: what is due, the bill in the list, its deletion."""

import pytest
from playwright.sync_api import expect

from ops.demo.citizen import Citizen
from tests.journeys.contributing import PAYING, booking_held_back, order_of, registered
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, Opening
from tests.journeys.pages.walking import Grounds, come_in, reach

TITLE = "自由职业者缴存"
BOOKED_MS = 60_000


@pytest.fixture(scope="module")
def citizen(hall: JourneyHall) -> Citizen:
    """A freelancer with months to pay for."""
    return hall.somebody(PAYING)


@pytest.mark.feature("D-04", "D-05", "D-06", "D-07", "D-08", "D-13")
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_bill_is_registered_from_the_menu_listed_and_deleted(
    opening: Opening, grounds: Grounds, citizen: Citizen, size: tuple[int, int], script: bool
) -> None:
    page = come_in(opening(size, script=script), grounds, citizen)
    reach(page, TITLE)
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name="缴存登记")).to_be_visible()
    amount = page.locator(".verdict-amount .amount").inner_text()
    assert page.locator("main input:visible, main select, main textarea").count() == 0
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").filter(has_text="缴存登记操作成功")).to_be_visible()
    number = page.url.split("?")[0].rpartition("/")[2]
    page.get_by_role("link", name="返回缴存单据").click()
    row = page.get_by_role("row").filter(has_text=number)
    expect(row.get_by_text("登记完成，待结算")).to_be_visible()
    expect(row.get_by_text(amount.removesuffix("元").strip())).to_be_visible()
    row.get_by_role("link", name="删除").click()
    page.get_by_role("button", name="确定删除").click()
    expect(page.get_by_role("row").filter(has_text=number)).to_have_count(0)


@pytest.mark.feature("D-17", "D-18")
def test_the_page_of_a_scanned_bill_says_that_the_centre_has_yet_to_book(
    opening: Opening, grounds: Grounds, hall: JourneyHall
) -> None:
    citizen = hall.somebody(PAYING)
    number = registered(citizen)["number"]
    page = come_in(opening(PHONE), grounds, citizen)
    page.goto(f"{grounds.hall}/contribute/{number}")
    page.get_by_role("main").get_by_role("link", name="聚合支付").click()
    page.get_by_role("button", name="确定聚合支付").click()
    expect(page.get_by_alt_text("付款二维码")).to_be_visible()
    state = page.get_by_role("status")
    with booking_held_back(hall):
        hall.outside.pay_code(order_of(hall, number))
        expect(state.get_by_text("等待中心记账", exact=True)).to_be_visible(timeout=BOOKED_MS)
    expect(state.get_by_text("缴存已记账", exact=True)).to_be_visible(timeout=BOOKED_MS)
