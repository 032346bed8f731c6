"""Every page in a real browser: accessible in every display, as wide as its window, and quiet."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from ops.demo.cast import RETIREE
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, SMALL, Opening
from tests.journeys.pages.walking import (
    Grounds,
    accessibility_violations,
    answer_captcha,
    log_in,
    overflow_px,
    serious,
    watched,
)

Enter = Callable[[BrowserContext, str], Page]
OWN_PAGES = [
    "/", "/account", "/contributions", "/ledger", "/withdrawals", "/withdrawals/new", "/card", "/own",
    "/withdrawals/new/rent_quota", "/withdrawals/new/retirement", "/messages", "/sessions", "/phone",
    "/operation-log", "/agreements", "/password", "/phone/verification",
    "/sms-subscription", "/base-adjustment", "/transfers", "/transfers/new", "/statements",
    "/verification",
]  # fmt: skip
OPEN_PAGES = [
    "/login", "/login/professional", "/first-visit", "/freelancer-opening", "/staff/login", "/opening",
    "/opening/return",
]  # fmt: skip
DISPLAYS = [
    pytest.param(PHONE, {}, id="phone"),
    pytest.param(DESKTOP, {}, id="desktop"),
    pytest.param(SMALL, {"mode": "elder"}, id="elder"),
    pytest.param(PHONE, {"theme": "contrast"}, id="contrast"),
    pytest.param(SMALL, {"mode": "elder", "theme": "contrast"}, id="elder-contrast"),
]


@pytest.mark.parametrize(("size", "display"), DISPLAYS)
def test_pages_for_everybody_are_accessible(
    opening: Opening, grounds: Grounds, size: tuple[int, int], display: dict[str, str]
) -> None:
    page, complaints = watched(opening(size, **display))
    for path in OPEN_PAGES:
        page.goto(grounds.hall + path)
        assert (path, accessibility_violations(page), overflow_px(page)) == (path, [], 0)
    assert complaints == []


@pytest.mark.parametrize(("size", "display"), DISPLAYS)
def test_own_pages_are_accessible(
    opening: Opening, enter: Enter, grounds: Grounds, size: tuple[int, int], display: dict[str, str]
) -> None:
    context = opening(size, **display)
    enter(context, "home_owner")
    page, complaints = watched(context)
    for path in OWN_PAGES:
        page.goto(grounds.hall + path)
        assert (path, accessibility_violations(page), overflow_px(page)) == (path, [], 0)
    assert complaints == []


@pytest.mark.parametrize(("size", "display"), DISPLAYS)
def test_a_form_with_errors_is_accessible_and_says_so_first(
    opening: Opening, grounds: Grounds, size: tuple[int, int], display: dict[str, str]
) -> None:
    page, complaints = watched(opening(size, **display))
    page.goto(f"{grounds.hall}/login/professional")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("#error-summary")).to_be_focused()
    assert accessibility_violations(page) == []
    assert overflow_px(page) == 0
    assert serious(complaints) == []


PLAIN = ("rgb(255, 246, 201)", "rgb(255, 255, 255)", "rgb(238, 241, 245)")
CANDIDATES_MOST = 12
CONTRAST = ("rgb(255, 243, 163)", "rgb(255, 255, 255)", "rgb(34, 34, 34)")


@pytest.fixture(scope="module")
def retiring(hall: JourneyHall) -> dict[str, Any]:
    """Somebody who may draw everything, and has not."""
    for _ in range(CANDIDATES_MOST):
        citizen = hall.somebody(RETIREE)
        if citizen.assessed("retirement")["allowed"]:
            return citizen.person
    raise AssertionError("nobody of the books retires any more")


@pytest.mark.feature("G-13")
@pytest.mark.parametrize(
    ("display", "colours"),
    [
        pytest.param({}, PLAIN, id="plain"),
        pytest.param({"mode": "elder"}, PLAIN, id="elder"),
        pytest.param({"theme": "contrast"}, CONTRAST, id="contrast"),
        pytest.param({"mode": "elder", "theme": "contrast"}, CONTRAST, id="elder-contrast"),
    ],
)
def test_required_fields_are_yellow_optional_ones_white_and_shown_ones_grey(
    opening: Opening,
    retiring: dict[str, Any],
    grounds: Grounds,
    display: dict[str, str],
    colours: tuple[str, str, str],
) -> None:
    required, optional, shown = colours
    page = opening(**display).new_page()
    log_in(page, grounds, retiring)
    expect(page.get_by_role("heading", name="等待我办理")).to_be_visible()
    page.goto(f"{grounds.hall}/card")
    expect(page.locator("#card_number")).to_have_css("background-color", required)
    page.goto(f"{grounds.hall}/withdrawals")
    expect(page.locator("#from_on")).to_have_css("background-color", optional)
    page.goto(f"{grounds.hall}/withdrawals/new/retirement")
    page.get_by_label("签署《提取承诺书》").check()
    page.get_by_role("button", name="提取登记").click()
    expect(page.get_by_text("灰色仅供查看")).to_be_visible()
    expect(page.locator(".display-only").first).to_have_css("background-color", shown)
    expect(page.locator(".display-only").first).to_contain_text("全部本息")


def test_the_keyboard_alone_logs_in(opening: Opening, grounds: Grounds) -> None:
    page = opening(DESKTOP).new_page()
    page.goto(f"{grounds.hall}/login/professional")
    answer_captcha(page)
    page.locator("#login_name").focus()
    page.keyboard.type("370200999999")
    page.keyboard.press("Tab")
    page.keyboard.type("a-wrong-password")
    page.keyboard.press("Enter")
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("#login_name")).to_have_value("370200999999")


def test_the_menu_is_at_the_left_on_a_desk_and_below_on_a_phone(opening: Opening, enter: Enter) -> None:
    wide = enter(opening(DESKTOP), "home_owner")
    expect(wide.get_by_role("navigation", name="业务菜单")).to_be_visible()
    expect(wide.get_by_role("navigation", name="主要栏目")).to_be_hidden()
    narrow = enter(opening(PHONE), "home_owner")
    expect(narrow.get_by_role("navigation", name="业务菜单")).to_be_hidden()
    expect(narrow.get_by_role("navigation", name="主要栏目")).to_be_visible()


def test_large_type_survives_from_page_to_page(opening: Opening, enter: Enter) -> None:
    page = enter(opening(), "home_owner")
    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    page.get_by_role("link", name="账户", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
