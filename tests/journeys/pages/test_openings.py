"""Opening the professional edition in a browser: with and without scripts, accessible at every step."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from ops.books.situations import Depositor, Household
from ops.demo.cast import Part
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, SMALL, Opening
from tests.journeys.pages.walking import (
    PASSWORD,
    Grounds,
    Person,
    accessibility_violations,
    overflow_px,
    serious,
    take_code,
    visit_first,
    watched,
)


def _without_agreement(household: Household, depositor: Depositor, today: date) -> bool:
    return depositor.professional_since is None and depositor.plan.closed_on is None


@pytest.fixture
def normal(hall: JourneyHall) -> Person:
    """Somebody who holds no agreement and has never been here."""
    return hall.newcomer(Part((), _without_agreement)).person


def sound(page: Page) -> None:
    assert (page.url, accessibility_violations(page), overflow_px(page)) == (page.url, [], 0)


def accept(page: Page, grounds: Grounds) -> None:
    page.goto(f"{grounds.hall}/login")
    page.get_by_role("link", name="在线开通专业版").click()
    page.get_by_label("我已阅读并同意").check()
    page.get_by_role("button", name="同意并继续").click()


def say_who(page: Page, person: Person) -> None:
    page.get_by_label("姓名").fill(person["name"])
    page.get_by_label("身份证号码").fill(person["id_number"])
    page.locator("#password").fill(PASSWORD)
    page.locator("#password_again").fill(PASSWORD)
    page.get_by_role("button", name="下一步").click()


@pytest.mark.feature("A-05", "A-06", "A-07", "A-08", "A-19")
@pytest.mark.parametrize("script", [True, False])
def test_a_person_opens_the_edition_and_is_in(
    opening: Opening, grounds: Grounds, normal: Person, script: bool
) -> None:
    page = opening(PHONE, script=script).new_page()
    accept(page, grounds)
    say_who(page, normal)
    page.get_by_role("link", name="去人脸核验").click()
    page.get_by_role("link", name="先不核验").click()
    expect(page.get_by_text("还没有收到核验结果")).to_be_visible()
    page.get_by_role("link", name="继续人脸核验").click()
    page.get_by_role("button", name="核验通过").click()
    expect(page.get_by_role("heading", name="个人专业版开通成功")).to_be_visible()
    page.get_by_role("link", name="查看已签协议").click()
    page.get_by_role("link", name="查看").click()
    expect(page.get_by_role("heading", name="个人专业版服务协议")).to_be_visible()
    expect(page.get_by_text("网上签订")).to_be_visible()
    assert normal["id_number"] not in page.url
    assert "code=" not in page.url


@pytest.mark.feature("A-05")
def test_a_face_shown_in_another_browser_is_confirmed_by_phone_in_the_first(
    opening: Opening, grounds: Grounds, normal: Person
) -> None:
    page, other = opening(PHONE).new_page(), opening(DESKTOP).new_page()
    accept(page, grounds)
    say_who(page, normal)
    link = page.get_by_role("link", name="去人脸核验").get_attribute("href")
    other.goto(str(link))
    other.get_by_role("button", name="核验通过").click()
    expect(other.get_by_role("heading", name="请回到原来的浏览器")).to_be_visible()
    assert "code=" not in other.url
    expect(other.get_by_text("不要把收到的任何验证码告诉别人")).to_be_visible()
    sound(other)
    page.get_by_role("button", name="查询结果").click()
    expect(page.get_by_role("heading", name="人脸核验已通过，还差一步")).to_be_visible()
    sound(page)
    take_code(page, grounds, normal)
    page.get_by_role("button", name="确认开通").click()
    expect(page.get_by_role("heading", name="个人专业版开通成功")).to_be_visible()


@pytest.mark.parametrize(
    ("size", "display"),
    [
        pytest.param(PHONE, {}, id="phone"),
        pytest.param(DESKTOP, {"theme": "contrast"}, id="contrast"),
        pytest.param(SMALL, {"mode": "elder"}, id="elder"),
    ],
)
def test_every_step_is_accessible_with_its_errors(
    opening: Opening, grounds: Grounds, normal: Person, size: tuple[int, int], display: dict[str, str]
) -> None:
    page, complaints = watched(opening(size, **display))
    page.goto(f"{grounds.hall}/opening")
    page.get_by_role("button", name="同意并继续").click()
    expect(page.locator("#error-summary")).to_be_visible()
    sound(page)
    accept(page, grounds)
    sound(page)
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("#error-summary")).to_be_visible()
    sound(page)
    say_who(page, normal)
    sound(page)
    page.get_by_role("link", name="去人脸核验").click()
    sound(page)
    page.get_by_role("button", name="核验不通过").click()
    expect(page.get_by_text("人脸核验没有通过")).to_be_visible()
    sound(page)
    assert serious(complaints) == []


@pytest.mark.feature("A-03")
def test_the_normal_edition_is_led_to_the_opening(opening: Opening, grounds: Grounds, normal: Person) -> None:
    page = opening().new_page()
    visit_first(page, grounds, normal)
    expect(page.get_by_text("您使用的是个人普通版")).to_be_visible()
    page.goto(f"{grounds.hall}/withdrawals/new/rent_quota")
    expect(page.get_by_role("heading", name="办理此业务需要个人专业版")).to_be_visible()
    sound(page)
    page.get_by_role("main").get_by_role("link", name="在线开通专业版").click()
    expect(page.get_by_role("heading", name="在线开通专业版")).to_be_visible()
