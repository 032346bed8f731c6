"""The pages of 自由职业者缴存: shown, saved, confirmed, the agreement first, the code as a picture."""

import pytest
from flask.testing import FlaskClient

from services.common.errors import Refusal
from tests.unit.gateway.pages.contribution_double import DEBIT_AGREEMENT
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.markup import Markup

REGISTERED, SCANNING = "/contribute/C20261122000000", "/contribute/C20261122000003"


def send(client: FlaskClient, path: str, page: str | None = None, **values: str):  # type: ignore[no-untyped-def]
    fields = Markup(client.get(page or path).text).all("input")
    hidden = {one.get("name", ""): one.get("value", "") for one in fields if one.get("type") == "hidden"}
    return client.post(path, data=hidden | values)


@pytest.mark.feature("D-06", "D-07", "D-08")
def test_what_is_shown_is_saved_and_the_bill_is_shown(citizen: FlaskClient, hall: HallDouble) -> None:
    answer = send(citizen, "/contribute/new")
    assert answer.headers["Location"] == "/contribute/C20261122000001?saved=yes"
    assert ("register_contribution", {"months": ["2026-10", "2026-11"], "amount": "2400.00"}) in hall.said
    assert "缴存登记操作成功" in citizen.get(answer.headers["Location"]).text
    assert "C20261122000000" in citizen.get("/contribute").text


def test_whoever_cannot_contribute_is_told_why_and_has_no_button(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    refusal = {"code": "x", "sentence": "您的公积金由单位缴存。", "rule": "限自由职业者", "figures": {}}
    hall.proposal |= {"refusal": refusal | {"passes_on": None}, "months": [], "lines": []}
    text = citizen.get("/contribute/new").text
    assert "您的公积金由单位缴存。" in text
    assert ">保存<" not in text


@pytest.mark.feature("A-23", "D-09")
def test_the_agreement_is_read_and_accepted_before_the_first_debit(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    page = f"{REGISTERED}/card-settlement"
    assert "委托扣款协议" in citizen.get(page).text
    send(citizen, page, consent=f"direct_debit|2026-1|{'a' * 64}")
    consent = {name: DEBIT_AGREEMENT[name] for name in ("code", "version", "digest")}
    assert hall.said[-1] == ("settle_by_card", consent)


def test_a_refused_debit_shows_the_sentence_on_the_same_page(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["settle_by_card"] = Refusal("agreement_needed", "请先阅读并同意。", pointer="/consent")
    answer = send(citizen, f"{REGISTERED}/card-settlement")
    assert answer.status_code == 409
    assert "请先阅读并同意。" in answer.text


@pytest.mark.parametrize("consent", ["", "x", "a|b", "direct_debit|2026-1|zz"])
def test_a_box_that_says_nothing_is_no_consent(citizen: FlaskClient, hall: HallDouble, consent: str) -> None:
    answer = send(citizen, f"{REGISTERED}/card-settlement", consent=consent)
    accepted = [said for name, said in hall.said if name == "settle_by_card" and said]
    assert accepted == []
    assert answer.status_code in (303, 422)


def test_without_a_card_the_page_leads_to_binding_one(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.proposal["card"] = None
    text = citizen.get(f"{REGISTERED}/card-settlement").text
    assert "/card" in {each.get("href") for each in Markup(text).all("a")}
    assert "确定联名卡结算" not in text


@pytest.mark.feature("D-14", "D-15", "D-16")
def test_the_code_is_confirmed_first_and_then_shown_as_a_picture(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    page = f"{REGISTERED}/payment-code"
    assert "确定聚合支付" in citizen.get(page).text
    send(citizen, page)
    assert hall.said[-1] == ("settle_by_code", "C20261122000000")
    text = citizen.get(SCANNING).text
    (picture,) = [one for one in Markup(text).all("img") if "二维码" in (one.get("alt") or "")]
    assert (picture.get("src") or "").startswith("data:image/svg+xml")


def test_the_page_of_a_code_looks_again_by_itself_and_has_a_button_without_scripts(
    citizen: FlaskClient,
) -> None:
    text = citizen.get(SCANNING).text
    assert f'hx-get="{SCANNING}"' in text
    assert f'action="{SCANNING}/payment-check"' in text
    assert "hx-get" not in citizen.get("/contribute/C20261122000007").text


@pytest.mark.parametrize(
    ("number", "paths"),
    [
        (0, {"card-settlement", "payment-code", "deletion"}),
        (2, {"card-settlement-cancellation"}),
        (3, {"payment-check", "payment-code-cancellation"}),
        (5, set()),
        (7, set()),
    ],
)
def test_a_bill_offers_exactly_what_its_state_allows(
    citizen: FlaskClient, number: int, paths: set[str]
) -> None:
    address = f"/contribute/C2026112200000{number}"
    markup = Markup(citizen.get(address).text)
    targets = {each.get("action") for each in markup.all("form")} | {
        each.get("href") for each in markup.all("a")
    }
    offered = {
        str(target).removeprefix(f"{address}/") for target in targets if str(target).startswith(f"{address}/")
    }
    assert offered - {"receipt"} == paths


def test_what_cannot_be_pressed_leads_back_to_the_bill(citizen: FlaskClient) -> None:
    answer = citizen.get("/contribute/C20261122000007/deletion")
    assert answer.headers["Location"].partition("?")[0] == "/contribute/C20261122000007"


@pytest.mark.feature("D-13")
def test_a_deleted_bill_leads_to_the_list(citizen: FlaskClient) -> None:
    assert send(citizen, f"{REGISTERED}/deletion").headers["Location"] == "/contribute"


def test_confirming_a_debit_asks_for_the_bill_alone(citizen: FlaskClient, hall: HallDouble) -> None:
    assert citizen.get(f"{REGISTERED}/card-settlement").status_code == 200
    asked = {name for name, _ in hall.said}
    assert ("contribution" in asked, "contribution_proposal" in asked) == (True, False)


def test_who_cannot_debit_any_more_is_not_told_to_have_no_card(
    citizen: FlaskClient, hall: HallDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = Markup(citizen.get(f"{REGISTERED}/card-settlement").text).all("input")
    values = {one.get("name", ""): one.get("value", "") for one in hidden if one.get("type") == "hidden"}
    hall.refusing["settle_by_card"] = Refusal("months_contributed", "单据中的月份已经缴存。")
    shown = hall.contribution
    outdated = {"actions": ["delete"], "card": None, "agreement": None}
    monkeypatch.setattr(hall, "contribution", lambda visitor, number: shown(visitor, number) | outdated)
    text = citizen.post(f"{REGISTERED}/card-settlement", data=values).text
    assert "单据中的月份已经缴存。" in text
    assert "您还没有绑定借记卡" not in text
    assert "返回单据" in text


def test_a_voucher_is_shown_by_its_number_alone(
    citizen: FlaskClient, hall: HallDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = hall.contribution
    kept = {"voucher": "contribution/C20261122000000"}
    monkeypatch.setattr(hall, "contribution", lambda visitor, number: shown(visitor, number) | kept)
    for page in (REGISTERED, f"{REGISTERED}/receipt"):
        text = citizen.get(page).text
        assert "记账凭证" in text
        assert "contribution/C" not in text
