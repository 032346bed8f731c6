"""Statements: their pages, their files, the chart of the years."""

from io import BytesIO

import openpyxl
import pypdfium2
import pytest
from flask.testing import FlaskClient

from gateway.calls import Missing
from gateway.pages.chart import chart_of
from gateway.printing import press as presses
from tests.unit.gateway.pages.conftest import token_of
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.markup import words_of
from tests.unit.gateway.pages.statement_double import a_statement, a_year
from tests.unit.gateway.pages.test_every_page import PAGE_BYTES_MAX, assert_sound, carried_bytes
from tests.unit.gateway.pages.test_flows import post

NUMBER = "A20261122000001"
pytestmark = pytest.mark.usefixtures("_press_at_work")


@pytest.mark.parametrize("path", ["/statements", f"/statements/{NUMBER}", "/account"])
def test_a_page_is_sound_and_small(citizen: FlaskClient, path: str) -> None:
    text = citizen.get(path).text
    assert_sound(text)
    assert carried_bytes(text) <= PAGE_BYTES_MAX


def test_making_one_hands_over_the_days_and_leads_to_it(citizen: FlaskClient, hall: HallDouble) -> None:
    answer = post(citizen, "/statements", from_on="2026-01-01", to_on="")
    assert (answer.status_code, answer.location) == (303, f"/statements/{NUMBER}")
    assert dict(hall.said)["make_statement"] == {"from_on": "2026-01-01"}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_reach_is_told_at_its_input(citizen: FlaskClient, hall: HallDouble, day: str) -> None:
    answer = post(citizen, "/statements", from_on="", to_on=day)
    assert (answer.status_code, "日期应在 1990-01-01 至" in answer.text) == (422, True)
    asked = citizen.get(f"/contributions?to_on={day}")
    assert (asked.status_code, "日期应在 1990-01-01 至" in asked.text) == (422, True)
    assert "make_statement" not in dict(hall.said)


def test_a_day_that_is_none_is_told_at_its_input(citizen: FlaskClient, hall: HallDouble) -> None:
    answer = post(citizen, "/statements", from_on="gestern", to_on="")
    assert (answer.status_code, 'id="from_on-error"' in answer.text) == (422, True)
    assert "make_statement" not in dict(hall.said)


def test_the_pdf_says_what_the_statement_says(citizen: FlaskClient) -> None:
    answer = citizen.get(f"/statements/{NUMBER}/pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert f"statement-20251122-20261122-{NUMBER}.pdf" in answer.headers["Content-Disposition"]
    text = words_of(answer.data).replace("\r\n", "")
    for words in (
        "青岛市住房公积金管理中心",
        "住房公积金个人账户对账单",
        "李<b>某</b>",
        "ABCD 2345 EFGH 6789",
    ):
        assert words in text
    for words in (
        "17,056.00",
        "人民币壹万柒仟零伍拾陆元整",
        "2026-01-15",
        "合计（3 笔）",
        "/verification",
    ):
        assert words in text


def test_a_paper_names_the_hall_and_not_the_host_that_was_asked_for(nobody: FlaskClient) -> None:
    nobody.set_cookie("session", token_of("citizen"), domain="evil.test")
    answer = nobody.get(f"/statements/{NUMBER}/pdf", headers={"Host": "evil.test"})
    text = words_of(answer.data).replace("\r\n", "")
    assert "evil.test" not in text
    assert "http://hall.test/verification" in text


def test_a_long_statement_numbers_its_pages(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.statement_lines = 120
    content = citizen.get(f"/statements/{NUMBER}/pdf").data
    pages = len(pypdfium2.PdfDocument(content))
    assert pages > 1
    assert f"第 {pages} 页 / 共 {pages} 页" in words_of(content)


LONGEST = 1_000  # statement_lines_most


def test_the_longest_statement_there_may_be_is_printed(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.statement_lines = LONGEST
    words = words_of(citizen.get(f"/statements/{NUMBER}/pdf").data)
    assert f"合计（{LONGEST} 笔）" in words
    answer = citizen.get(f"/statements/{NUMBER}/xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    assert str(LONGEST) in {str(row[0].value) for row in sheet.iter_rows()}


def test_a_job_that_is_too_long_is_refused_and_leaves_the_press_at_work(
    press: presses.Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presses, "JOB_BYTES_MAX", 1_000)
    with pytest.raises(presses.Busy) as refused:
        press.make("pdf", {"html": "x" * 1_000})
    assert (refused.value.code, refused.value.status) == ("printing_failed", 503)
    assert press.make("pdf", {"html": "<p>x</p>"})[:4] == b"%PDF"


def test_the_sheet_holds_numbers_and_never_a_formula(citizen: FlaskClient, hall: HallDouble) -> None:
    evil = a_statement(name="=HYPERLINK(1)")
    hall.statement = lambda visitor, number: evil  # type: ignore[method-assign]
    answer = citizen.get(f"/statements/{NUMBER}/xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    cells = {str(row[0].value): row for row in sheet.iter_rows()}
    assert (cells["姓名"][1].value, cells["姓名"][1].data_type) == ("=HYPERLINK(1)", "s")
    assert (cells["1"][4].value, cells["1"][6].value) == (2352, 12352)


def test_a_press_with_enough_to_do_refuses_at_once(
    citizen: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = presses.Press(waiting_most=0)
    monkeypatch.setitem(citizen.application.extensions, "press", full)
    answer = citizen.get(f"/statements/{NUMBER}/pdf")
    assert (answer.status_code, "正在打印的文件较多" in answer.text) == (503, True)


def test_a_press_with_enough_to_do_writes_nothing_down_first() -> None:
    with pytest.raises(presses.Busy) as refused:
        presses.Press(waiting_most=0).make("pdf", {"html": object()})
    assert refused.value.code == "printing_busy"


def test_a_paper_that_hangs_is_given_up_and_the_next_is_made() -> None:
    slow = presses.Press(job_s=0.01)
    with pytest.raises(presses.Busy) as refused:
        slow.make("pdf", {"html": "<p>x</p>"})
    slow._job_s = 300
    made = slow.make("sheet", {"title": "t", "head": [], "columns": [], "rows": []})
    slow.stop()
    assert (refused.value.code, made[:2]) == ("printing_failed", b"PK")


def test_a_paper_that_cannot_be_made_says_so_and_leaves_the_press_at_work(press: presses.Press) -> None:
    with pytest.raises(presses.Busy):
        press.make("pdf", {})
    assert press.make("pdf", {"html": "<p>x</p>"})[:4] == b"%PDF"


def test_a_paper_loads_nothing_from_outside(press: presses.Press, tmp_path) -> None:  # type: ignore[no-untyped-def]
    picture = tmp_path / "picture.svg"
    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>secret</text></svg>")
    made = press.make("pdf", {"html": f"<p>paper</p><img src='{picture.as_uri()}'>"})
    assert "secret" not in words_of(made)


def test_the_account_shows_its_years_as_a_picture_and_in_figures(citizen: FlaskClient) -> None:
    text = citizen.get("/account").text
    assert '<svg viewBox="0 0 360 250" role="img"' in text
    for words in ("历年余额与收支", "2026 至今", "28,224.00", "2026年末余额 320,000.00 元"):
        assert words in text


def test_the_account_does_without_its_picture(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["years"] = Missing("deposit")
    answer = citizen.get("/account")
    assert (answer.status_code, "<figure" in answer.text) == (200, False)


@pytest.mark.parametrize("years", [[], [a_year(2026, 0) | {"contributed": "0.00", "interest": "0.00"}]])
def test_nothing_is_drawn_of_nothing(years: list[dict[str, str]]) -> None:
    assert chart_of(years) is None


@pytest.mark.parametrize("count", [1, 2, 9, 40])
def test_everything_stays_inside_the_picture(count: int) -> None:
    chart = chart_of([a_year(1990 + place, 10 ** (place % 7)) for place in range(count)])
    assert chart is not None
    assert len(chart.years) <= 8
    assert chart.years[-1].words == str(1990 + count - 1)
    assert all(bar.x >= 46 and bar.x + bar.width <= 354.5 and 149 <= bar.y <= 224 for bar in chart.bars)
    assert all(21 <= dot.y <= 120 for dot in chart.dots)
