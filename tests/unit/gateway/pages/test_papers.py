"""Slips: the buttons that lead to them, the file; and the page on which anybody verifies a paper."""

from typing import Any

import pypdfium2
import pytest
from flask.testing import FlaskClient

from gateway.calls import Missing
from services.common.errors import NotFound, TooMany, WrongState
from tests.unit.gateway.pages.contribution_double import a_contribution
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.markup import Markup, words_of
from tests.unit.gateway.pages.paper_double import CODE, a_contribution_slip, a_slip
from tests.unit.gateway.pages.statement_double import told_statement
from tests.unit.gateway.pages.test_every_page import PAGE_BYTES_MAX, assert_sound, carried_bytes
from tests.unit.gateway.pages.test_flows import post
from tests.unit.gateway.pages.transfer_double import LABELS as TRANSFER_LABELS
from tests.unit.gateway.pages.transfer_double import a_transfer
from tests.unit.gateway.pages.withdrawal_double import LABELS

NUMBER = f"W2026112200000{list(LABELS).index('booked')}"
pytestmark = pytest.mark.usefixtures("_press_at_work")


def slips_offered(citizen: FlaskClient, path: str) -> list[str]:
    """Where the slips on a page are."""
    links = [link.get("href") or "" for link in Markup(citizen.get(path).text).all("a")]
    return [link for link in links if link.startswith("/slips/")]


@pytest.mark.parametrize("state", LABELS)
def test_a_withdrawal_offers_its_slip_once_it_is_booked(citizen: FlaskClient, state: str) -> None:
    number = f"W2026112200000{list(LABELS).index(state)}"
    offered = [f"/slips/{number}/pdf"] if state == "booked" else []
    for path in (f"/withdrawals/{number}", f"/withdrawals/{number}/receipt"):
        assert slips_offered(citizen, path) == offered


@pytest.mark.parametrize("state", ["paid", "booked"])
def test_a_contribution_offers_its_slip_once_it_is_booked(
    citizen: FlaskClient, hall: HallDouble, state: str
) -> None:
    number = "C20261122000001"
    hall.contribution = lambda visitor, number: a_contribution(state, number)  # type: ignore[method-assign]
    offered = [f"/slips/{number}/pdf"] if state == "booked" else []
    assert slips_offered(citizen, f"/contribute/{number}") == offered
    assert slips_offered(citizen, f"/contribute/{number}/receipt") == offered


@pytest.mark.parametrize("state", ["sent", "refunded"])
def test_a_refund_offers_its_slip_once_it_is_done(citizen: FlaskClient, hall: HallDouble, state: str) -> None:
    refund = {"number": "F20261122000001", "amount": "1.00", "cause": "联名卡结算取消", "label": "退款"}
    refund |= {"state": state, "moved_at": "2026-11-22T09:05:00+08:00"}
    hall.contribution = lambda visitor, number: a_contribution("registered", number, refunds=[refund])  # type: ignore[method-assign]
    offered = slips_offered(citizen, "/contribute/C20261122000001")
    assert offered == (["/slips/F20261122000001/pdf"] if state == "refunded" else [])


@pytest.mark.parametrize("state", TRANSFER_LABELS)
def test_a_transfer_offers_its_slip_once_the_money_is_here(
    citizen: FlaskClient, hall: HallDouble, state: str
) -> None:
    hall.transfer = lambda visitor, number: a_transfer(state, number)  # type: ignore[method-assign]
    offered = slips_offered(citizen, "/transfers/T20261122000001")
    assert offered == (["/slips/T20261122000001/pdf"] if state in ("completed", "concluded") else [])


def test_the_file_says_what_the_slip_says(citizen: FlaskClient, hall: HallDouble) -> None:
    answer = citizen.get(f"/slips/{NUMBER}/pdf")
    assert (answer.status_code, answer.mimetype, dict(hall.said)["slip"]) == (200, "application/pdf", NUMBER)
    assert f'attachment; filename="slip-R{NUMBER}.pdf"' == answer.headers["Content-Disposition"]
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == (
        "no-store",
        "nosniff",
    )
    text = words_of(answer.data).replace("\r\n", "")
    slip = a_slip(NUMBER)
    told = [word for fact in slip["facts"] for word in fact.values()]
    for words in (
        *told,
        slip["centre"],
        "业务回单",
        "人民币捌仟肆佰元整",
        "¥8,400.00",
        "甄**",
        "********0001",
        "2026-11-22 10:00:04",
        "ABCD 2345 EFGH 6789",
        "http://hall.test/verification",
    ):
        assert words in text, words


@pytest.mark.parametrize("months", [1, 2, 7, 48])
def test_the_months_of_a_contribution_all_stand_on_it(
    citizen: FlaskClient, hall: HallDouble, months: int
) -> None:
    hall.slip_made = a_contribution_slip(months)
    content = citizen.get("/slips/C20261122000001/pdf").data
    text = words_of(content)
    assert text.count("补缴") == months
    assert len(pypdfium2.PdfDocument(content)) == (1 if months < 10 else 2)


def test_what_a_slip_says_is_never_taken_for_markup(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.slip_made = a_slip(matter="<b>x</b>")
    assert "<b>x</b>" in words_of(citizen.get(f"/slips/{NUMBER}/pdf").data)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (WrongState("slip_not_yet", "该单据目前为“支付完成”，办结记账后才能下载回单。"), 409),
        (NotFound("no_such_bill", "没有查到该提取单据。"), 404),
        (Missing("withdrawal"), 503),
    ],
)
def test_without_a_slip_the_page_says_why(
    citizen: FlaskClient, hall: HallDouble, refusal: Exception, status: int
) -> None:
    hall.refusing["slip"] = refusal
    answer = citizen.get(f"/slips/{NUMBER}/pdf")
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert getattr(refusal, "sentence", "提取业务") in answer.text


def test_nobody_gets_a_slip_without_a_login(nobody: FlaskClient, hall: HallDouble) -> None:
    assert (nobody.get(f"/slips/{NUMBER}/pdf").status_code, hall.said) == (303, [])


SLIP_WORDS = ("该业务回单由本中心出具", "甄**", "********0001", "8,400.00", "W20261122000007")
STATEMENT_WORDS = ("该对账单由本中心生成", "李**", "********0001", "17,056.00")


@pytest.mark.parametrize(
    ("told", "words"),
    [(HallDouble.paper_told, SLIP_WORDS), (told_statement(), STATEMENT_WORDS)],
    ids=["slip", "statement"],
)
def test_anybody_verifies_a_paper(
    nobody: FlaskClient, hall: HallDouble, told: dict[str, Any], words: tuple[str, ...]
) -> None:
    hall.paper_told = told
    answer = post(nobody, "/verification", code="abcd 2345 efgh 6789", tail="0001")
    assert dict(hall.said)["verify_paper"] == {"code": CODE, "tail": "0001"}
    assert answer.status_code == 200
    assert_sound(answer.text)
    for word in words:
        assert word in answer.text


def test_code_and_digits_may_be_typed_on_a_wide_keyboard(nobody: FlaskClient, hall: HallDouble) -> None:
    assert (
        post(nobody, "/verification", code="ａｂｃｄ　２３４５ efgh 6789", tail="０００１").status_code == 200
    )
    assert dict(hall.said)["verify_paper"] == {"code": CODE, "tail": "0001"}


def test_the_page_that_verifies_is_sound_and_small(nobody: FlaskClient) -> None:
    text = nobody.get("/verification").text
    assert_sound(text)
    assert carried_bytes(text) <= PAGE_BYTES_MAX


def test_the_picture_on_the_paper_fills_the_code_in(nobody: FlaskClient) -> None:
    assert f'value="{CODE}"' in nobody.get(f"/verification?code={CODE}").text


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (NotFound("paper_not_verified", "没有查到。"), 404),
        (TooMany("verifications_by_address", "核验过于频繁。", retry_after_s=60), 429),
    ],
)
def test_a_refused_verification_is_told_on_the_form(
    nobody: FlaskClient, hall: HallDouble, refusal: NotFound | TooMany, status: int
) -> None:
    hall.refusing["verify_paper"] = refusal
    answer = post(nobody, "/verification", code=CODE, tail="0001")
    assert (answer.status_code, refusal.sentence in answer.text) == (status, True)
