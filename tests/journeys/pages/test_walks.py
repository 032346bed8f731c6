"""Citizens at the pages: the first visit, a withdrawal with and without a script, queries, the card."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.pages.conftest import Opening
from tests.journeys.pages.walking import Grounds, Person, answer_captcha, log_in, serious, take_code, watched

Enter = Callable[[BrowserContext, str], Page]
SETTLED_MS = 30_000


@pytest.mark.feature("A-09", "A-11")
def test_nothing_but_the_edition_can_be_chosen_first(opening: Opening, grounds: Grounds) -> None:
    page = opening().new_page()
    page.goto(grounds.hall)
    expect(page.get_by_role("heading", name="请先选择网厅版本")).to_be_visible()
    expect(page.get_by_text("不在本网厅范围内")).to_be_visible()
    expect(page.locator("input[type=password]")).to_have_count(0)


@pytest.mark.feature("A-10", "A-12", "A-13", "A-14")
def test_after_the_first_visit_the_own_password_logs_in(
    opening: Opening, enter: Enter, grounds: Grounds, people: dict[str, Person]
) -> None:
    enter(opening(), "low_income")
    page = opening().new_page()
    log_in(page, grounds, people["low_income"])
    expect(page.get_by_role("heading", name="等待我办理")).to_be_visible()


def test_an_unknown_number_reads_like_a_known_one(opening: Opening, grounds: Grounds) -> None:
    page = opening().new_page()
    page.goto(f"{grounds.hall}/first-visit")
    page.locator("#fund_number").fill("370299999999")
    answer_captcha(page)
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("验证码已发送")).to_be_visible()


@pytest.mark.feature("W-15", "W-17", "W-18", "W-19", "W-20", "W-23", "N-08", "D-11")
def test_a_married_renter_draws_without_any_script(
    opening: Opening, enter: Enter, grounds: Grounds, people: dict[str, Person]
) -> None:
    person = people["renter_married"]
    page = enter(opening(script=False), "renter_married")
    page.goto(f"{grounds.hall}/withdrawals/new/rent_quota")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("#error-summary").get_by_text("请先确认婚姻情况")).to_be_visible()
    read_affidavit(page)
    page.get_by_label("已婚").check()
    page.get_by_label("配偶姓名").fill(person["spouse"]["name"])
    page.get_by_label("配偶身份证号码").fill(person["spouse"]["id_number"])
    page.get_by_label("结婚登记日期").fill(person["spouse"]["married_on"])
    page.get_by_label("签署《提取承诺书》").check()
    page.get_by_role("button", name="下一步").click()
    page.locator("#amount").fill("1200.50")
    take_code(page, grounds, person)
    expect(page.locator("#amount")).to_have_value("1200.50")
    finish(page)
    assert not re.search(re.escape(person["spouse"]["id_number"]), page.url)
    page.goto(f"{grounds.hall}/ledger")
    expect(page.get_by_role("heading", name="公积金明细账")).to_be_visible()


# From the home page: the withdrawals, the catalogue, what is signed, the form, a last look, the result.
STEPS_MOST = 6


@pytest.mark.feature("W-04", "W-05", "W-13", "G-14")
def test_a_low_income_withdrawal_with_a_script(
    opening: Opening, enter: Enter, grounds: Grounds, people: dict[str, Person]
) -> None:
    context = opening()
    enter(context, "low_income")
    page, complaints = watched(context)
    page.goto(grounds.hall)
    steps = headings_of(page)
    page.get_by_role("link", name="提取", exact=True).click()
    page.get_by_role("link", name="提取登记").click()
    page.get_by_role("link", name="低保提取").click()
    expect(page.locator("#amount")).to_have_count(0)
    page.get_by_label("签署《提取承诺书》").check()
    page.get_by_role("button", name="提取登记").click()
    page.get_by_label("支付房租").check()
    page.get_by_label("转账到本人绑定的借记卡").check()
    page.locator("#amount").fill("300.00")
    take_code(page, grounds, people["low_income"])
    submit(page)
    assert 0 < len(steps) <= STEPS_MOST, steps
    see_it_booked(page)
    assert serious(complaints) == []


def headings_of(page: Page) -> list[str]:
    """The pages that are loaded from here on, a script's exchange of a part of one not counted."""
    seen: list[str] = []
    page.on("domcontentloaded", lambda loaded: seen.append(loaded.url))
    return seen


def read_affidavit(page: Page) -> None:
    """A single person's affidavit opens as a dialog of its own, without a script too."""
    page.get_by_label("单身", exact=True).check()
    page.get_by_role("button", name="查看《单身具结书》").click()
    dialog = page.get_by_role("dialog", name="单身具结书")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="我已阅读").click()
    expect(dialog).to_be_hidden()


def finish(page: Page) -> None:
    """申请登记, look once more, 确认提交, and wait until the bill is booked."""
    submit(page)
    see_it_booked(page)


def submit(page: Page) -> None:
    """申请登记, look once more, 确认提交."""
    page.get_by_role("button", name="申请登记").click()
    expect(page.get_by_role("heading", name="请核对后提交")).to_be_visible()
    page.get_by_role("button", name="确认提交").click()
    expect(page).to_have_url(re.compile(r"/withdrawals/W\d+/result"))


def see_it_booked(page: Page) -> None:
    """From the result to the bill, and wait until it is booked."""
    page.get_by_role("link", name="查看办理进度").click()
    waited = 0
    while page.get_by_text("已记账").count() == 0 and waited < SETTLED_MS:
        page.wait_for_timeout(500)
        waited += 500
        page.reload()
    expect(page.get_by_label("办理进度").locator("time")).to_have_count(5)


def test_a_home_owner_reads_why_not(opening: Opening, enter: Enter, grounds: Grounds) -> None:
    page = enter(opening(), "home_owner")
    page.goto(f"{grounds.hall}/withdrawals/new/rent_quota")
    expect(page.get_by_role("heading", name="目前还不能办理")).to_be_visible()
    expect(page.get_by_text("依据", exact=True).first).to_be_visible()
    expect(page.get_by_role("button", name="下一步")).to_have_count(0)


@pytest.mark.feature("D-01", "D-02", "D-03", "W-01", "W-02")
def test_the_three_queries_answer(opening: Opening, enter: Enter, grounds: Grounds) -> None:
    page = enter(opening(), "home_owner")
    page.goto(f"{grounds.hall}/account")
    expect(page.get_by_text("账户余额")).to_be_visible()
    page.goto(f"{grounds.hall}/contributions")
    expect(page.get_by_text("查询区间")).to_be_visible()
    page.locator("#from_on").fill("yesterday")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#error-summary")).to_be_focused()
    page.goto(f"{grounds.hall}/withdrawals")
    expect(page.get_by_role("heading", name="个人提取信息")).to_be_visible()


@pytest.mark.feature("W-30", "W-33")
def test_the_card_page_shows_the_bound_card_masked(
    opening: Opening, enter: Enter, grounds: Grounds, people: dict[str, Person]
) -> None:
    page = enter(opening(), "home_owner")
    page.goto(f"{grounds.hall}/card")
    number = people["home_owner"]["card"]["card_number"]
    expect(page.get_by_text(number[-4:])).to_be_visible()
    assert number not in page.content()


def test_leaving_closes_the_pages(
    opening: Opening, grounds: Grounds, enter: Enter, people: dict[str, Person]
) -> None:
    enter(opening(), "new_depositor")
    page = opening().new_page()
    log_in(page, grounds, people["new_depositor"])
    page.get_by_role("button", name="退出").first.click()
    expect(page.get_by_text("您已安全退出")).to_be_visible()
    page.goto(f"{grounds.hall}/account")
    expect(page).to_have_url(re.compile("/login"))
