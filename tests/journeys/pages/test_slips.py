"""业务回单 in a browser: downloaded from the bill, verified by whoever holds it, without any script."""

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import expect

from ops.demo.citizen import Citizen
from tests.journeys.api.asserting import RENTING, SINGLE
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, Opening
from tests.journeys.pages.walking import Grounds, accessibility_violations, come_in, overflow_px


@pytest.fixture(scope="module")
def drawn(hall: JourneyHall) -> tuple[Citizen, str]:
    """Somebody who drew for rent, and the bill, booked."""
    citizen = hall.somebody(RENTING)
    number = str(citizen.draw("rent_quota", "12.05", SINGLE)["number"])
    citizen.settled(number, "booked")
    return citizen, number


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_slip_is_downloaded_and_verified(
    opening: Opening, grounds: Grounds, drawn: tuple[Citizen, str], tmp_path: Path, size: tuple[int, int]
) -> None:
    citizen, number = drawn
    page = come_in(opening(size, script=False), grounds, citizen)
    page.goto(f"{grounds.hall}/withdrawals/{number}")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载回单").click()
    place = tmp_path / download.value.suggested_filename
    download.value.save_as(place)
    assert place.name == f"slip-R{number}.pdf"
    words = pypdfium2.PdfDocument(place)[0].get_textpage().get_text_range()
    assert "人民币壹拾贰元零伍分" in words
    code = str(citizen.device.get(f"/slips/{number}").body["code"])
    stranger = opening(size, script=False).new_page()
    stranger.goto(f"{grounds.hall}/verification?code={code}")
    stranger.locator("#tail").fill(citizen.person["fund_number"][-4:])
    stranger.get_by_role("button", name="核验", exact=True).click()
    expect(stranger.get_by_role("heading", name="该业务回单由本中心出具")).to_be_visible()
    expect(stranger.get_by_text("12.05 元")).to_be_visible()
    assert citizen.person["name"] not in stranger.content()
    assert (overflow_px(page), overflow_px(stranger)) == (0, 0)


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_its_pages_are_accessible(
    opening: Opening, grounds: Grounds, drawn: tuple[Citizen, str], size: tuple[int, int]
) -> None:
    citizen, number = drawn
    page = come_in(opening(size), grounds, citizen)
    for path in (f"/withdrawals/{number}", f"/withdrawals/{number}/receipt"):
        page.goto(grounds.hall + path)
        expect(page.get_by_role("link", name="下载回单")).to_be_visible()
        assert (path, accessibility_violations(page), overflow_px(page)) == (path, [], 0)
