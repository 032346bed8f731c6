"""Password and phone in a browser, by their owner and at the counter: every step usable and accessible."""

import secrets

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from ops.demo.device import wanted
from tests.journeys.api.asserting import DEPOSITING
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, SMALL, Opening
from tests.journeys.pages.walking import (
    PASSWORD,
    Grounds,
    Person,
    accessibility_violations,
    overflow_px,
    take_code,
    visit_first,
)

ANOTHER = "another-Lamp-28"


def sound(page: Page) -> None:
    assert (page.url, accessibility_violations(page), overflow_px(page)) == (page.url, [], 0)


@pytest.fixture
def person(hall: JourneyHall) -> Person:
    """Somebody who has not been here."""
    return hall.newcomer(DEPOSITING).person


@pytest.mark.feature("A-13")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_person_chooses_another_password(
    opening: Opening, grounds: Grounds, hall: JourneyHall, person: Person, script: bool
) -> None:
    page = opening(PHONE if script else DESKTOP, script=script).new_page()
    visit_first(page, grounds, person)
    hall.pass_time(61)
    page.goto(f"{grounds.hall}/own")
    page.get_by_role("main").get_by_role("link", name="修改密码").click()
    take_code(page, grounds, person)
    for name, typed in (("password", PASSWORD), ("new_password", ANOTHER), ("new_password_again", "no")):
        page.locator(f"#{name}").fill(typed)
    page.get_by_role("button", name="保存").last.click()
    expect(page.get_by_text("两次输入的密码不一致").first).to_be_visible()
    if script:
        sound(page)
    for name, typed in (("password", PASSWORD), ("new_password", ANOTHER), ("new_password_again", ANOTHER)):
        page.locator(f"#{name}").fill(typed)
    page.get_by_role("button", name="保存").last.click()
    expect(page.get_by_role("heading", name="密码修改成功")).to_be_visible()


@pytest.mark.feature("A-15", "A-16", "A-17", "A-18")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_new_phone_is_typed_twice_shown_whole_saved_and_verified(
    opening: Opening, grounds: Grounds, hall: JourneyHall, person: Person, script: bool
) -> None:
    new = f"1996{secrets.randbelow(10**7):07d}"
    page = opening(SMALL if script else PHONE, script=script).new_page()
    visit_first(page, grounds, person)
    hall.pass_time(61)
    page.goto(f"{grounds.hall}/phone")
    for name, typed in (("old_phone", person["phone"]), ("new_phone", new), ("new_phone_again", new)):
        page.locator(f"#{name}").fill(typed)
    take_code(page, grounds, person)
    expect(page.get_by_text(f"{new[:3]} {new[3:7]} {new[7:]}")).to_be_visible()
    if script:
        sound(page)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="保存").last.click()
    expect(page.get_by_text("认证手机号已变更")).to_be_visible()
    page.get_by_role("link", name="核实新手机号").click()
    hall.pass_time(61)
    take_code(page, grounds, person | {"phone": new})
    if script:
        sound(page)
    page.get_by_role("button", name="核实").last.click()
    expect(page.get_by_role("heading", name="手机号已核实")).to_be_visible()


def at_work(hall: JourneyHall, context: BrowserContext, role: str) -> Page:
    """A page of somebody of the staff who is at work."""
    token = str(hall.staff(role).token)
    context.add_cookies([{"name": "session", "value": token, "url": hall.url}])
    return context.new_page()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_two_of_the_staff_change_a_lost_phone(
    opening: Opening, grounds: Grounds, hall: JourneyHall, person: Person, size: tuple[int, int]
) -> None:
    new = f"1995{secrets.randbelow(10**7):07d}"
    clerk = at_work(hall, opening(size), "clerk")
    clerk.goto(f"{grounds.hall}/staff/counter")
    clerk.locator("#number").fill(person["fund_number"])
    clerk.get_by_label("柜台变更登记手机号").check()
    clerk.get_by_role("button", name="查询").click()
    clerk.get_by_role("button", name="登记，等待复核").click()
    expect(clerk.locator("#error-summary")).to_be_visible()
    sound(clerk)
    typed = {name: person[name] for name in ("name", "id_number")}
    typed |= {"paper_number": f"SQ-{secrets.token_hex(4)}", "new_phone": new, "new_phone_again": new}
    for name, value in typed.items():
        clerk.locator(f"#{name}").fill(value)
    clerk.locator("#card_seen").check()
    clerk.get_by_role("button", name="登记，等待复核").click()
    expect(clerk.get_by_text("已登记")).to_be_visible()
    sound(clerk)
    reviewer = at_work(hall, opening(size), "reviewer")
    reviewer.goto(f"{grounds.hall}/staff/counter-changes")
    sound(reviewer)
    row = reviewer.get_by_role("row").filter(has_text=typed["paper_number"].upper())
    row.get_by_label("申请上的新手机号").fill(new)
    row.get_by_role("button", name="无误").click()
    expect(reviewer.get_by_text("复核无误，已生效").first).to_be_visible()
    sound(reviewer)
    looks = wanted(hall.staff("auditor").get("/staff/looks"))["items"]
    assert looks[0]["purpose_title"] == "柜台变更登记手机号"
