"""An applicant at the opening form, with and without a script, up to the own home page."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, SMALL, Opening
from tests.journeys.pages.walking import (
    PASSWORD,
    Grounds,
    accessibility_violations,
    answer_captcha,
    overflow_px,
    serious,
    take_code,
    watched,
)

SUBMIT = "我已阅知、同意协议并提交申请"


def reach_form(page: Page, grounds: Grounds) -> None:
    """From the login page (D-29)."""
    page.goto(f"{grounds.hall}/login")
    page.get_by_role("link", name="自由职业者住房公积金账户设立").click()
    expect(page.get_by_role("heading", name="自由职业者住房公积金账户设立")).to_be_visible()


def fill(page: Page, person: dict[str, Any], base: str = "8000") -> None:
    """All of the form but code and password."""
    page.locator("#office").select_option("03")
    page.locator("#base").fill(base)
    page.locator("#rate_percent").select_option("16")
    for name in ("name", "id_number", "phone"):
        page.locator(f"#{name}").fill(person[name])
    answer_captcha(page)


def submit(page: Page) -> None:
    """The password twice, and the button of the manual (D-31)."""
    page.locator("#password").fill(PASSWORD)
    page.locator("#password_again").fill(PASSWORD)
    page.get_by_role("button", name=SUBMIT).last.click()


@pytest.mark.feature("D-29", "D-30", "D-31", "D-32", "A-21", "A-22", "N-13")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_an_account_is_opened_and_its_owner_is_in(
    opening: Opening, grounds: Grounds, hall: JourneyHall, script: bool
) -> None:
    person = hall.applicant().person
    page, complaints = watched(opening(PHONE if script else DESKTOP, script=script))
    reach_form(page, grounds)
    fill(page, person)
    take_code(page, grounds, person)
    expect(page.locator("#base")).to_have_value("8000")
    submit(page)
    expect(page.get_by_role("heading", name="住房公积金账户已即时开通")).to_be_visible()
    expect(page.get_by_text("1,280.00 元")).to_be_visible()
    assert not re.search(person["id_number"], page.url)
    page.get_by_role("link", name="进入首页").click()
    expect(page.get_by_role("heading", name="等待我办理")).to_be_visible()
    assert serious(complaints) == []


def test_a_wrong_base_is_told_before_a_code_is_sent(
    opening: Opening, grounds: Grounds, hall: JourneyHall
) -> None:
    person = hall.applicant("applicant").person
    page = opening(script=False).new_page()
    reach_form(page, grounds)
    fill(page, person, base="100")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator("#base-error")).to_contain_text("5,000.00 元至 30,000.00 元")
    expect(page.locator("#name")).to_have_value(person["name"])


def test_name_and_phone_stand_fixed_until_they_are_changed(
    opening: Opening, grounds: Grounds, hall: JourneyHall
) -> None:
    person = hall.applicant().person
    page = opening(script=False).new_page()
    reach_form(page, grounds)
    fill(page, person)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator("#phone")).to_have_count(0)
    page.get_by_role("button", name="修改姓名、身份证号码或手机号码").click()
    expect(page.locator("#phone")).to_have_value(person["phone"])
    expect(page.locator("#captcha_answer")).to_be_visible()


@pytest.mark.parametrize(
    ("size", "display"),
    [(PHONE, {}), (SMALL, {"mode": "elder"}), (DESKTOP, {"theme": "contrast"})],
    ids=["phone", "elder", "contrast"],
)
def test_the_form_with_errors_is_accessible(
    opening: Opening, grounds: Grounds, size: tuple[int, int], display: dict[str, str]
) -> None:
    page, complaints = watched(opening(size, **display))
    reach_form(page, grounds)
    page.get_by_role("button", name=SUBMIT).last.click()
    expect(page.locator("#error-summary")).to_be_focused()
    assert accessibility_violations(page) == []
    assert overflow_px(page) == 0
    assert serious(complaints) == []
