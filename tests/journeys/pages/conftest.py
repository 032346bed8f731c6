"""Real Chromium in front of the hall of these journeys."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ops.demo.cast import Part
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.walking import Grounds, Person, log_in, visit_first

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
PHONE, DESKTOP, SMALL = (375, 812), (1280, 900), (320, 700)

Opening = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def grounds(hall: JourneyHall) -> Grounds:
    """The addresses of the running hall and of its outside world."""
    return Grounds(hall.url, hall.sandbox_url)


@pytest.fixture(scope="session")
def people(hall: JourneyHall) -> dict[str, Person]:
    """The demo people by key."""
    return hall.people


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys, in Chinese."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=FLAGS,
            env={**os.environ, "LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"},
        )
        yield browser
        browser.close()


@pytest.fixture
def opening(chromium: Browser, grounds: Grounds) -> Iterator[Opening]:
    """Opens contexts of a given size, display and script setting, and closes them after the test."""
    opened: list[BrowserContext] = []

    def open_context(size: tuple[int, int] = PHONE, *, script: bool = True, **display: str) -> BrowserContext:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(viewport=viewport, locale="zh-CN", java_script_enabled=script)
        context.add_cookies(
            [{"name": name, "value": value, "url": grounds.hall} for name, value in display.items()]
        )
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()


@pytest.fixture(scope="module", autouse=True)
def _an_hour_later(hall: JourneyHall) -> None:
    """All browsers come from one network address, from which only so many codes are to be had in an hour."""
    hall.pass_time(3601)


@pytest.fixture(scope="session")
def _entered() -> dict[str, list[dict[str, str]]]:
    """The session cookies of those who have come in, so that each makes one first visit."""
    return {}


@pytest.fixture
def enter(
    chromium: Browser, grounds: Grounds, hall: JourneyHall, _entered: dict[str, list[dict[str, str]]]
) -> Callable[[BrowserContext, str | Part], Page]:
    """Lets a demo person in, or somebody else who fits a part, and gives the context the session."""

    def come_in(context: BrowserContext, who: str | Part) -> Page:
        person = hall.people[who] if isinstance(who, str) else hall.newcomer(who).person
        key = person["fund_number"]
        if key not in _entered:
            door = chromium.new_context(locale="zh-CN")
            known = isinstance(who, str) and hall.arrives(who)
            come, page = log_in if known else visit_first, door.new_page()
            come(page, grounds, person)
            expect(page.get_by_role("heading", name="等待我办理")).to_be_visible()
            # The code of the first visit was this phone's only one for a minute.
            hall.pass_time(61)
            _entered[key] = [dict(cookie) for cookie in door.cookies()]  # type: ignore[misc]
            door.close()
        context.add_cookies(_entered[key])  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(grounds.hall)
        return page

    return come_in
