"""The two editions and their menus, by clicking: what each opens, and what only the professional one does."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.api.asserting import DEPOSITING
from tests.journeys.api.test_openings import WITHOUT_AGREEMENT
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, Opening
from tests.journeys.pages.walking import Grounds, come_in, log_in

EDITIONS = ("个人普通版", "个人专业版")
QUERIES, HANDLING, SERVICE = "归集业务查询", "归集业务办理", "客户服务"
LISTED = {
    QUERIES: {"个人公积金资料", "公积金缴存信息", "个人提取信息"},
    HANDLING: {
        "自由职业者缴存",
        "自由职业者基数调整",
        "异地转入申请",
        "借记卡变更",
        "退休提取",
        "公积金贷款提取",
        "商业贷款提取",
        "完全丧失劳动能力与单位终止劳动关系提取",
        "与本市单位终止劳动关系未再就业2年以上提取",
        "低保提取",
        "租赁本市住房（定额8400）提取",
        "非本市户籍职工离职且封存满半年提取",
    },
    SERVICE: {"修改手机号", "短信定制", "协议管理"},
}
# Lists of one's own, which everybody may read.
READABLE = {"自由职业者缴存", "异地转入申请"}
NEEDED = "办理此业务需要个人专业版"


def entries(page: Page, group: str) -> list[str]:
    """The titles of a group of the menu, without the mark of what only the professional edition may do."""
    heading = page.get_by_role("navigation", name="业务菜单").get_by_role("heading", name=group)
    links = heading.locator("xpath=following-sibling::ul[1]").get_by_role("link")
    return [title.removesuffix("专业版").strip() for title in links.all_inner_texts()]


def open_each(page: Page, group: str) -> dict[str, str]:
    """What each entry of a group, clicked, leads to: its title, and the heading of the page."""
    return {title: opened(page, title) for title in entries(page, group)}


def opened(page: Page, title: str) -> str:
    menu = page.get_by_role("navigation", name="业务菜单")
    menu.get_by_role("link", name=title).click()
    expect(menu.locator("[aria-current]")).to_contain_text(title)
    return page.get_by_role("heading", level=1).inner_text()


@pytest.mark.feature("A-01", "A-02", "A-09")
def test_one_person_comes_in_by_either_edition_and_is_told_which(
    opening: Opening, grounds: Grounds, hall: JourneyHall
) -> None:
    person = hall.somebody(DEPOSITING).person
    for edition in EDITIONS:
        page = opening(DESKTOP).new_page()
        page.goto(f"{grounds.hall}/login")
        offered = page.locator(".editions .choice-title").all_inner_texts()
        assert sorted(offered) == sorted(EDITIONS)
        elsewhere = page.locator(".elsewhere")
        expect(elsewhere).to_contain_text("单位版网厅、房开公司版网厅、中介机构版网厅不在本网厅范围内")
        expect(elsewhere.get_by_role("link")).to_have_count(0)
        log_in(page, grounds, person, edition)
        expect(page.get_by_role("heading", name="等待我办理")).to_be_visible()
        expect(page.locator(".brand-edition")).to_contain_text(edition)


@pytest.mark.feature("A-04", "G-02", "G-03", "G-08")
def test_the_professional_edition_opens_whatever_its_menu_names(
    opening: Opening, grounds: Grounds, hall: JourneyHall
) -> None:
    page = come_in(opening(DESKTOP), grounds, hall.somebody(DEPOSITING))
    for group, titles in LISTED.items():
        led_to = open_each(page, group)
        assert titles <= set(led_to)
        assert led_to == {title: title for title in led_to}
    assert set(entries(page, HANDLING)) == LISTED[HANDLING]


@pytest.mark.feature("A-03", "A-04")
def test_the_normal_edition_is_led_to_the_opening_by_all_business(
    opening: Opening, grounds: Grounds, hall: JourneyHall
) -> None:
    page = come_in(opening(DESKTOP), grounds, hall.somebody(WITHOUT_AGREEMENT))
    led_to = open_each(page, HANDLING)
    assert {title for title, heading in led_to.items() if heading == NEEDED} == LISTED[HANDLING] - READABLE
    for title in READABLE:
        opened(page, title)
        expect(page.get_by_role("main").get_by_role("link", name="登记", exact=True)).to_have_count(0)
    assert open_each(page, SERVICE) == {title: title for title in entries(page, SERVICE)}
