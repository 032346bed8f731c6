"""自由职业者缴存 in a real browser: every state accessible, a code that notices its payment."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from gateway.pages.contributing import OFFERS
from ops.demo.cast import FREELANCER, Part
from ops.demo.outside import Outside
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, SMALL, Opening
from tests.journeys.pages.walking import Grounds, accessibility_violations, overflow_px, watched

Enter = Callable[[BrowserContext, str | Part], Page]
Look = Callable[[Page], None]
DISPLAYS = [
    pytest.param(PHONE, {}, id="phone"),
    pytest.param(DESKTOP, {"theme": "contrast"}, id="desktop-contrast"),
    pytest.param(SMALL, {"mode": "elder"}, id="elder"),
]
BOOKED_WITHIN_S = 60.0
PATHS = {offer.title: offer.path for offer in OFFERS.values()}
QUESTIONS = {offer.title: offer.question for offer in OFFERS.values() if offer.confirmed}
OPEN_BILL = ".rows .button:has-text('查看')"


def sound(page: Page) -> None:
    assert (page.url, accessibility_violations(page), overflow_px(page)) == (page.url, [], 0)


def unseen(page: Page) -> None:
    """Without scripts there is nothing that could look for mistakes."""


def bill(page: Page, grounds: Grounds, look: Look = sound) -> None:
    """A bill that waits to be settled: a new one, or the one that is there."""
    page.goto(f"{grounds.hall}/contribute/new")
    look(page)
    save = page.get_by_role("button", name="保存")
    if save.count():
        save.click()
        expect(page.get_by_text("缴存登记操作成功")).to_be_visible()
    else:
        page.goto(f"{grounds.hall}/contribute")
        page.locator(OPEN_BILL).first.click()
    look(page)


def choose(page: Page, what: str, look: Look = sound) -> None:
    page.locator(f'main a[href$="/{PATHS[what]}"]').click()
    expect(page.get_by_role("heading", name=QUESTIONS[what])).to_be_visible()
    look(page)
    if page.locator("#consent").count():
        page.get_by_role("button", name=f"确定{what}").click()
        expect(page.locator("#error-summary")).to_be_focused()
        sound(page)
        page.locator("#consent").check()
    page.get_by_role("button", name=f"确定{what}").click()


def order_of(page: Page) -> str:
    return page.locator("dt:has-text('订单号') + dd").inner_text()


@pytest.mark.feature("D-13", "D-15", "D-16", "D-19", "D-20")
@pytest.mark.parametrize(("size", "display"), DISPLAYS)
def test_every_state_of_a_bill_is_accessible(
    opening: Opening, enter: Enter, grounds: Grounds, size: tuple[int, int], display: dict[str, str]
) -> None:
    context = opening(size, **display)
    enter(context, "freelancer")
    page, _ = watched(context)
    page.goto(f"{grounds.hall}/contribute")
    sound(page)
    bill(page, grounds)
    choose(page, "聚合支付")
    expect(page.get_by_alt_text("付款二维码")).to_be_visible()
    sound(page)
    choose(page, "聚合支付取消")
    choose(page, "联名卡结算")
    expect(page.locator(".verdict-amount").get_by_text("联名卡结算成功")).to_be_visible()
    sound(page)
    choose(page, "联名卡结算取消")
    expect(page.get_by_text("已退款").first).to_be_visible(timeout=20_000)
    sound(page)
    page.goto(page.url.split("?")[0] + "/receipt")
    sound(page)
    page.go_back()
    choose(page, "删除")
    assert page.url.endswith("/contribute")


@pytest.mark.feature("D-15")
def test_no_code_is_made_before_the_question_is_answered_with_yes(
    opening: Opening, enter: Enter, grounds: Grounds
) -> None:
    page = enter(opening(PHONE), "freelancer")
    bill(page, grounds)
    place = page.url
    page.locator(f'main a[href$="/{PATHS["聚合支付"]}"]').click()
    expect(page.get_by_role("heading", name=QUESTIONS["聚合支付"])).to_be_visible()
    expect(page.get_by_role("button", name="确定聚合支付")).to_be_visible()
    page.goto(place)
    expect(page.get_by_alt_text("付款二维码")).to_have_count(0)
    choose(page, "聚合支付")
    expect(page.get_by_alt_text("付款二维码")).to_be_visible()
    choose(page, "聚合支付取消")
    choose(page, "删除")


@pytest.mark.feature("D-09", "D-11")
def test_what_was_paid_in_is_found_in_the_ledger_by_the_links_of_the_pages(
    opening: Opening, enter: Enter, grounds: Grounds, hall: JourneyHall
) -> None:
    page = enter(opening(DESKTOP), FREELANCER)
    bill(page, grounds)
    choose(page, "联名卡结算")
    expect(page.locator(".verdict-amount").get_by_text("联名卡结算成功")).to_be_visible()
    number = page.url.split("?")[0].rpartition("/")[2]
    hall.pass_time(300)
    link = page.get_by_role("link", name="公积金明细账")
    ends_at = time.monotonic() + BOOKED_WITHIN_S
    while link.count() == 0 and time.monotonic() < ends_at:
        page.wait_for_timeout(500)
        page.reload()
    link.first.click()
    expect(page.get_by_role("heading", name="公积金明细账")).to_be_visible()
    expect(page.get_by_role("link", name=number).first).to_be_visible()


@pytest.mark.feature("D-14", "D-16")
@pytest.mark.parametrize("script", [True, False])
def test_the_page_of_a_code_notices_the_payment(
    opening: Opening, enter: Enter, grounds: Grounds, script: bool
) -> None:
    # What has been paid for once is not due again: the second round is another person's.
    page = enter(opening(PHONE, script=script), "freelancer" if script else FREELANCER)
    look = sound if script else unseen
    bill(page, grounds, look)
    choose(page, "聚合支付", look)
    assert page.get_by_alt_text("付款二维码").count() == 1
    Outside(grounds.sandbox).pay_code(order_of(page), channel="dragon_pay")
    check = page.get_by_role("button", name="支付检查")
    for _ in range(0 if script else 5):
        if check.count():
            check.click()
            page.wait_for_load_state()
    expect(page.get_by_alt_text("付款二维码")).to_have_count(0, timeout=20_000)
    expect(page.get_by_text("建行龙支付")).to_be_visible()
