"""账户对账单 from the menu by clicking: made, shown, and taken along as PDF and as Excel."""

from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from services.common.money import parse_yuan
from tests.journeys.api.asserting import DEPOSITING
from tests.journeys.halls import JourneyHall
from tests.journeys.pages.conftest import DESKTOP, PHONE, Opening
from tests.journeys.pages.walking import Grounds, accessibility_violations, come_in, overflow_px, reach


def downloaded(page: Page, link: str, folder: Path) -> Path:
    """The file behind a link, under the name it comes with."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    place = folder / download.value.suggested_filename
    download.value.save_as(place)
    return place


@pytest.mark.parametrize(
    ("size", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone-script", "desktop-no-script"]
)
def test_a_statement_is_made_and_downloaded_both_ways(
    opening: Opening, grounds: Grounds, hall: JourneyHall, tmp_path: Path, size: tuple[int, int], script: bool
) -> None:
    citizen = hall.somebody(DEPOSITING)
    balance = parse_yuan(citizen.device.get("/account").body["balance"])
    page = come_in(opening(size, script=script), grounds, citizen)
    reach_statements(page)
    page.get_by_role("button", name="生成对账单").click()
    expect(page.get_by_text("期末余额")).to_be_visible()
    if script:
        assert (accessibility_violations(page), overflow_px(page)) == ([], 0)
    number = page.url.rpartition("/")[2]
    pdf, sheet = (downloaded(page, f"下载 {kind}", tmp_path) for kind in ("PDF", "Excel"))
    assert number in pdf.name and number in sheet.name
    pages = list(pypdfium2.PdfDocument(pdf))
    words = "".join(one.get_textpage().get_text_range() for one in pages)
    assert number in words and f"{balance / 100:,.2f}" in words
    cells = [cell for row in openpyxl.load_workbook(sheet).active.iter_rows() for cell in row]
    assert number in {str(cell.value) for cell in cells}
    assert balance in {round(cell.value * 100) for cell in cells if isinstance(cell.value, int | float)}
    page.get_by_role("link", name="返回对账单").click()
    expect(page.get_by_role("row").filter(has_text=number)).to_be_visible()


def reach_statements(page: Page) -> None:
    """A desk has it in the menu, a phone behind the account."""
    reach(page, "账户对账单", "账户")
    expect(page.get_by_role("heading", name="账户对账单")).to_be_visible()
