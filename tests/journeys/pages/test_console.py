"""The console in a real browser: logins, menus of the roles, looks, dead letters, sessions, refusals."""

import hashlib
import re
import secrets
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from gateway.pages.staff_places import open_to
from services.auth.second_factor import code_at, step_of
from services.common.permissions import ROLES
from tests.journeys.api.test_console import WITHOUT_PROFESSIONAL
from tests.journeys.contributing import (
    PAYING,
    pressed,
    refunded,
    registered,
    settled_by_card,
    within,
)
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, Opening
from tests.journeys.pages.test_looks import DISPLAYS
from tests.journeys.pages.walking import (
    PASSWORD,
    Grounds,
    accessibility_violations,
    answer_captcha,
    overflow_px,
    serious,
    watched,
)

AtWork = Callable[[BrowserContext, str], BrowserContext]
PAGES = {
    "clerk": ("/counter", "/counter-openings", "/profile", "/password", "/members"),
    "supervisor": (
        "/looks", "/stuck-withdrawals", "/stuck-contributions", "/dead-letters", "/trial-balance",
        "/interest", "/sms", "/members", "/offices", "/permissions",
    ),
    "operator": ("/dead-letters/notify/D1/replay", "/dead-letters/notify/D1/drop", "/nothing"),
    "administrator": (
        "/members", "/members/new", "/members/clerk", "/members/clerk/change", "/members/clerk/reset",
        "/members/clerk/disabling",
    ),
}  # fmt: skip
# A form sent as it comes is full of mistakes.
FORMS = {
    "clerk": [("/counter", "查询"), ("/password", "保存")],
    "administrator": [("/members/new", "保存")],
}


@pytest.fixture
def at_work(hall: JourneyHall, grounds: Grounds) -> AtWork:
    """Gives a context the session of somebody in the role."""

    def come(context: BrowserContext, role: str) -> BrowserContext:
        token = str(hall.staff(role).token)
        context.add_cookies([{"name": "session", "value": token, "url": grounds.hall}])
        return context

    return come


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def type_login(page: Page, grounds: Grounds, login_name: str, password: str, code: str = "") -> None:
    page.goto(f"{grounds.hall}/staff/login")
    page.locator("#login_name").fill(login_name)
    page.locator("#password").fill(password)
    page.locator("#code").fill(code)
    answer_captcha(page)
    press(page, "登录")


@pytest.mark.parametrize(("size", "display"), DISPLAYS)
@pytest.mark.parametrize("role", PAGES)
def test_staff_pages_are_accessible_and_fit(
    opening: Opening,
    at_work: AtWork,
    grounds: Grounds,
    role: str,
    size: tuple[int, int],
    display: dict[str, str],
) -> None:
    page, complaints = watched(at_work(opening(size, **display), role))
    for path in PAGES[role]:
        page.goto(f"{grounds.hall}/staff{path}")
        assert (path, accessibility_violations(page), overflow_px(page)) == (path, [], 0)
    assert serious(complaints) == []


@pytest.mark.parametrize(("size", "display"), DISPLAYS)
@pytest.mark.parametrize("role", FORMS)
def test_staff_forms_with_errors_are_accessible_and_say_so_first(
    opening: Opening,
    at_work: AtWork,
    grounds: Grounds,
    role: str,
    size: tuple[int, int],
    display: dict[str, str],
) -> None:
    page, complaints = watched(at_work(opening(size, **display), role))
    for path, button in FORMS[role]:
        page.goto(f"{grounds.hall}/staff{path}")
        press(page, button)
        expect(page.locator("#error-summary")).to_be_focused()
        assert (path, accessibility_violations(page), overflow_px(page)) == (path, [], 0)
    assert serious(complaints) == []


@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_each_role_finds_its_own_pages_and_no_other(
    opening: Opening, at_work: AtWork, grounds: Grounds, role: str
) -> None:
    page = at_work(opening(DESKTOP), role).new_page()
    page.goto(f"{grounds.hall}/staff")
    menu = page.get_by_role("navigation", name="业务菜单")
    titles = [place.title for place in open_to(role)]
    expect(menu.get_by_role("link")).to_have_text(titles)
    for title in titles:
        menu.get_by_role("link", name=title, exact=True).click()
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect(menu).to_be_hidden()
    own = page.get_by_role("navigation", name="主要栏目").get_by_role("link").last
    expect(own).to_have_text("我的")
    own.click()
    everything = page.get_by_role("navigation", name="全部栏目")
    for title in titles[:-1]:
        expect(everything.get_by_role("link", name=title)).to_be_visible()


def test_a_page_of_another_role_is_refused_with_a_way_back(
    opening: Opening, at_work: AtWork, grounds: Grounds
) -> None:
    page = at_work(opening(), "clerk").new_page()
    page.goto(f"{grounds.hall}/staff/members")
    expect(page.get_by_role("heading", name="不能查看或办理")).to_be_visible()
    page.get_by_role("link", name="返回工作台").click()
    expect(page.get_by_role("heading", name="职工查询与柜台办理")).to_be_visible()
    page.goto(f"{grounds.hall}/account")
    expect(page.get_by_role("heading", name="不能查看或办理")).to_be_visible()


@pytest.mark.feature("A-24")
@pytest.mark.parametrize(("size", "script"), [(DESKTOP, True), (PHONE, False)])
def test_a_look_an_opening_and_its_check(
    opening: Opening,
    at_work: AtWork,
    hall: JourneyHall,
    grounds: Grounds,
    size: tuple[int, int],
    script: bool,
) -> None:
    person = hall.newcomer(WITHOUT_PROFESSIONAL).person
    page = at_work(opening(size, script=script), "clerk").new_page()
    page.goto(f"{grounds.hall}/staff/counter")
    page.locator("#number").fill(person["fund_number"])
    page.get_by_label("柜台开通个人专业版").check()
    press(page, "查询")
    expect(page.get_by_role("heading", name="职工资料")).to_be_visible()
    shown = page.locator("main").inner_text()
    assert not [hidden for hidden in ("name", "id_number", "phone") if person[hidden] in shown]
    press(page, "开通个人专业版")
    expect(page.locator("#error-summary")).to_contain_text("请输入纸质协议编号")
    page.locator("#name").fill(person["name"])
    page.locator("#id_number").fill(person["id_number"])
    page.locator("#paper_number").fill(f"QD-{secrets.token_hex(4)}")
    page.locator("#card_seen").check()
    press(page, "开通个人专业版")
    notice = page.get_by_role("status").filter(has_text="已登记")
    number = re.search(r"O\d{14}", notice.inner_text())
    assert number is not None
    checking = at_work(opening(size, script=script), "reviewer").new_page()
    checking.goto(f"{grounds.hall}/staff/counter-openings")
    row = checking.get_by_role("row").filter(has_text=number[0])
    row.get_by_role("button", name="无误").click()
    expect(checking.get_by_role("row").filter(has_text=number[0])).to_contain_text("复核无误")
    looks = at_work(opening(size, script=script), "auditor").new_page()
    looks.goto(f"{grounds.hall}/staff/looks")
    expect(looks.get_by_role("row").filter(has_text=person["fund_number"])).to_contain_text("柜台开通")


def a_dead_letter(hall: JourneyHall) -> str:
    """A message that notify gave up, as its keeper writes it."""
    digest = hashlib.sha256(secrets.token_bytes(8)).hexdigest()
    with hall.database("notify") as connection:
        connection.execute(
            "INSERT INTO dead_letters (message_id, number, event, body, reason, state)"
            " VALUES (%s, %s, 'withdrawal.paid', 'x', 'no text', 'dead')",
            (digest, f"D{digest[:16]}"),
        )
    return f"D{digest[:16]}"


def test_a_dead_letter_is_given_up_after_a_second_look(
    opening: Opening, at_work: AtWork, hall: JourneyHall, grounds: Grounds
) -> None:
    number = a_dead_letter(hall)
    page = at_work(opening(DESKTOP), "operator").new_page()
    page.goto(f"{grounds.hall}/staff/dead-letters")
    row = page.get_by_role("row").filter(has_text=number)
    row.get_by_role("link", name="放弃").click()
    expect(page.locator("main")).to_contain_text("不能恢复")
    press(page, "放弃")
    expect(page.get_by_role("status").filter(has_text="已放弃")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=number)).to_contain_text("已放弃")
    read_only = at_work(opening(DESKTOP), "auditor").new_page()
    read_only.goto(f"{grounds.hall}/staff/dead-letters")
    expect(read_only.get_by_role("row").filter(has_text=number)).to_be_visible()
    expect(read_only.get_by_role("link", name="放弃")).to_have_count(0)


def test_a_refund_that_the_bank_refuses_is_tried_again_with_a_reason(
    opening: Opening, at_work: AtWork, hall: JourneyHall, grounds: Grounds
) -> None:
    citizen = hall.somebody(PAYING)
    number = registered(citizen)["number"]
    settled_by_card(citizen, number)
    hall.outside.arrange("bank.refunds", "fail")
    try:
        pressed(citizen, number, "card-settlement-cancellation")
        within(lambda: len(citizen.outside.income(number)["refunds"]) >= 3)
    finally:
        hall.outside.mend("bank.refunds")
    hall.pass_time(60)
    page = at_work(opening(DESKTOP), "supervisor").new_page()
    page.goto(f"{grounds.hall}/staff/stuck-contributions")
    page.get_by_role("row").filter(has_text="退款未成功").get_by_role("link", name="再次退款").first.click()
    press(page, "再次退款")
    expect(page.locator("#error-summary")).to_be_focused()
    assert accessibility_violations(page) == []
    page.locator("#reason").fill("银行已更正收款账户")
    press(page, "再次退款")
    expect(page.get_by_role("status").filter(has_text="已重新提交退款")).to_be_visible()
    refunded(citizen, number)
    with hall.database("deposit") as connection:
        asked = (
            "SELECT remark FROM transitions JOIN refunds USING (number)"
            " WHERE action = 'retry' AND bill_number = %s"
        )
        assert connection.execute(asked, (number,)).fetchall() == [("银行已更正收款账户",)]


def test_a_new_login_is_set_up_used_with_codes_and_ended_from_another_device(
    opening: Opening, at_work: AtWork, grounds: Grounds
) -> None:
    page = at_work(opening(DESKTOP), "administrator").new_page()
    page.goto(f"{grounds.hall}/staff/members/new")
    name = f"auditor-{secrets.token_hex(4)}"
    page.locator("#login_name").fill(name)
    page.locator("#name").fill("新员工")
    page.locator("#role").select_option("auditor")
    press(page, "保存")
    initial = "".join(page.locator(".secret").inner_text().split())

    first = opening(PHONE).new_page()
    type_login(first, grounds, name, initial)
    expect(first.get_by_role("heading", name="首次登录")).to_be_visible()
    assert accessibility_violations(first) == []
    secret = "".join(first.locator(".secret").inner_text().split())
    step = step_of(time.time())
    first.locator("#password").fill(PASSWORD)
    first.locator("#password_again").fill(PASSWORD)
    first.locator("#code").fill(code_at(secret, step))
    press(first, "保存并进入工作台")
    expect(first.get_by_text(f"审计 新员工（{name}）")).to_be_visible()

    second = opening(DESKTOP).new_page()
    type_login(second, grounds, name, PASSWORD, "000000")
    expect(second.locator("#error-summary")).to_be_focused()
    # A code counts once; the next one may come a little early.
    type_login(second, grounds, name, PASSWORD, code_at(secret, step + 1))
    second.get_by_role("link", name="我的账号").click()
    # The head of the table, this device, the other.
    expect(second.get_by_role("row")).to_have_count(3)
    press(second, "结束其他全部登录")
    expect(second.get_by_role("status").filter(has_text="已全部结束")).to_be_visible()
    first.goto(f"{grounds.hall}/staff/looks")
    expect(first.get_by_role("heading", name="员工登录")).to_be_visible()
    press(second, "退出")
    expect(second.get_by_role("heading", name="员工登录")).to_be_visible()
