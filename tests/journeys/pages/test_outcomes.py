"""What a browser shows when a command's answer does not come: looked up, told, and a way to go on."""

import re

import pytest
from playwright.sync_api import expect

from ops.demo.citizen import Citizen
from tests.journeys.api.asserting import RENTING
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import Opening
from tests.journeys.pages.walking import PASSWORD, Grounds, accessibility_violations, answer_captcha, come_in
from tests.journeys.stopping import stopped

# Longer than a command is waited for.
SLOW_MS = 20_000


@pytest.fixture(scope="module")
def citizen(hall: JourneyHall) -> Citizen:
    """Somebody logged in."""
    return hall.somebody(RENTING)


def test_a_command_that_never_ran_is_told_and_can_be_sent_again(
    opening: Opening, hall: JourneyHall, grounds: Grounds, citizen: Citizen
) -> None:
    page = come_in(opening(), grounds, citizen)
    page.goto(f"{grounds.hall}/statements")
    before = page.locator("main").inner_text()
    with stopped(hall, citizen, "deposit"):
        page.get_by_role("button", name="生成对账单").click(no_wait_after=True)
        expect(page.get_by_role("heading", name="正在处理")).to_be_visible(timeout=SLOW_MS)
        address = page.url
        assert accessibility_violations(page) == []
    page.goto(re.sub(r"asked=\d+", "asked=1", address))
    expect(page.get_by_role("heading", name="没有办理")).to_be_visible()
    assert accessibility_violations(page) == []
    page.get_by_role("link", name="重新提交").click()
    expect(page).to_have_url(f"{grounds.hall}/statements")
    assert page.locator("main").inner_text() == before


def test_a_login_whose_answer_is_lost_begins_anew(
    opening: Opening, hall: JourneyHall, grounds: Grounds, citizen: Citizen
) -> None:
    page = opening().new_page()
    page.goto(f"{grounds.hall}/login/normal?next=/withdrawals")
    page.locator("#login_name").fill(citizen.person["fund_number"])
    page.locator("#password").fill(PASSWORD)
    answer_captcha(page)
    with stopped(hall, citizen, "auth"):
        page.get_by_role("button", name="登录", exact=True).click(no_wait_after=True)
        expect(page.get_by_role("heading", name="没有收到结果")).to_be_visible(timeout=SLOW_MS)
        assert accessibility_violations(page) == []
    page.get_by_role("link", name="返回重新提交").click()
    expect(page.get_by_role("heading", name="登录个人普通版")).to_be_visible()
