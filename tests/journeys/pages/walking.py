"""How a person walks through the pages: reads, clicks, and takes the codes from the rehearsal's messages."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from ops.demo.citizen import Citizen
from ops.demo.outside import Outside

AXE = Path(__file__).parents[1] / "vendor" / "axe-core-4.14.1" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PASSWORD = "harbour-Lamp-27"
_DIGITS = "零一二三四五六七八九"
_QUESTION = re.compile(r"([零一二三四五六七八九十]+)加([零一二三四五六七八九十]+)等于几")

Person = dict[str, Any]


@dataclass(frozen=True)
class Grounds:
    """Where the hall and its outside world are."""

    hall: str
    sandbox: str

    @property
    def outside(self) -> Outside:
        """The outside world, with the messages it has delivered."""
        return Outside(self.sandbox)


def number_of(words: str) -> int:
    """A Chinese number below a hundred."""
    tens, ten, units = words.rpartition("十")
    return (_DIGITS.index(tens) if tens else 1) * 10 * bool(ten) + (_DIGITS.index(units) if units else 0)


def answer_captcha(page: Page) -> None:
    """Answer the question in words, as somebody who cannot see the picture does."""
    asked = _QUESTION.search(page.locator("#captcha_answer-hint").inner_text())
    assert asked is not None
    page.locator("#captcha_answer").fill(str(number_of(asked[1]) + number_of(asked[2])))


def visit_first(page: Page, grounds: Grounds, person: Person) -> None:
    """The first visit in its three steps, up to the home page."""
    page.goto(f"{grounds.hall}/first-visit")
    page.locator("#fund_number").fill(person["fund_number"])
    answer_captcha(page)
    page.get_by_role("button", name="下一步").click()
    take_code(page, grounds, person)
    page.get_by_role("button", name="下一步").click()
    page.locator("#password").fill(PASSWORD)
    page.locator("#password_again").fill(PASSWORD)
    page.get_by_role("button", name="保存密码并登录").click()
    expect(page.get_by_role("heading", name="密码修改成功")).to_be_visible()
    page.get_by_role("link", name="进入网厅").click()


def log_in(page: Page, grounds: Grounds, person: Person, edition: str = "个人专业版") -> None:
    """Edition, number, password, captcha."""
    page.goto(f"{grounds.hall}/login")
    page.get_by_role("link", name=edition).click()
    page.locator("#login_name").fill(person["fund_number"])
    page.locator("#password").fill(PASSWORD)
    answer_captcha(page)
    page.get_by_role("button", name="登录", exact=True).click()


def come_in(context: BrowserContext, grounds: Grounds, citizen: Citizen) -> Page:
    """The home page of somebody who is logged in already."""
    token = str(citizen.device.token)
    context.add_cookies([{"name": "session", "value": token, "url": grounds.hall}])
    page = context.new_page()
    page.goto(grounds.hall)
    return page


def reach(page: Page, title: str, tab: str = "办理") -> None:
    """By clicking, as people do: the menu of a desk; on a phone a tab, then the list behind it."""
    menu = page.get_by_role("navigation", name="业务菜单")
    if menu.is_visible():
        menu.get_by_role("link", name=title, exact=True).click()
        return
    page.get_by_role("navigation", name="主要栏目").get_by_role("link", name=tab, exact=True).click()
    page.get_by_role("main").get_by_role("link", name=title).click()


def take_code(page: Page, grounds: Grounds, person: Person) -> None:
    """获取验证码, then the digits from the message."""
    seen = len(grounds.outside.messages(person["phone"]))
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("验证码已发送")).to_be_visible()
    page.locator("#code").fill(grounds.outside.code_after(person["phone"], seen))


def accessibility_violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, rule by rule with the places."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run({runOnly: rules})", AXE_RULES)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]


def overflow_px(page: Page) -> int:
    """How far the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(0, width)


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what its console complains of; an expected 4xx of a form is not a complaint."""
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def serious(complaints: list[str]) -> list[str]:
    """The complaints without the line that a browser prints for a refused form."""
    return [line for line in complaints if "responded with a status of 4" not in line]
