"""Opening the professional edition page by page, and what the normal edition is offered for business."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import MapAdapter

from gateway.calls import Outstanding
from gateway.pages.blueprint import TRANSACTIONS
from services.common.errors import Forbidden, Invalid, NotFound, Refusal, TooMany
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.identity_double import AGREEMENT, an_opening
from tests.unit.gateway.pages.markup import Markup
from tests.unit.gateway.pages.test_every_page import assert_sound
from tests.unit.gateway.pages.test_flows import field_value, post
from tests.unit.gateway.pages.withdrawal_double import TITLES

RETURNED = "Zx0-given-to-the-browser-that-passed"
ACCEPTED = {name: AGREEMENT[name] for name in ("code", "version", "digest")}
WHO = {
    "name": "测试张",
    "id_number": "370202198501010013",
    "password": "correct horse 7",
    "password_again": "correct horse 7",
}


@pytest.fixture
def begun(nobody: FlaskClient) -> FlaskClient:
    """A browser that has accepted the agreement."""
    assert post(nobody, "/opening", **ACCEPTED, consent="yes").location == "/opening/identity"
    return nobody


@pytest.mark.feature("A-01", "A-06")
def test_the_login_page_offers_the_opening_and_names_the_other_halls(nobody: FlaskClient) -> None:
    page = Markup(nobody.get("/login").text)
    (link,) = [each for each in page.all("a") if each.get("href") == "/opening"]
    assert "button" in (link.get("class") or "")
    text = nobody.get("/login").text
    for words in ("在线开通专业版", "单位版网厅", "房开公司版网厅", "中介机构版网厅", "不在本网厅范围内"):
        assert words in text


@pytest.mark.feature("A-07")
def test_the_agreement_is_shown_whole_and_must_be_accepted(nobody: FlaskClient, hall: HallDouble) -> None:
    text = nobody.get("/opening").text
    assert "内容&lt;b&gt;。" in text and "二、责任" in text
    assert {name: field_value(text, name) for name in ACCEPTED} == ACCEPTED
    refused = post(nobody, "/opening", **ACCEPTED)
    assert refused.status_code == 422
    assert_sound(refused.text)
    assert "begin_edition_opening" not in dict(hall.said)
    post(nobody, "/opening", **ACCEPTED, consent="yes")
    assert dict(hall.said)["begin_edition_opening"] == {"consent": ACCEPTED}


@pytest.mark.feature("A-07")
def test_a_changed_agreement_is_shown_anew_to_be_accepted_anew(nobody: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["begin_edition_opening"] = Refusal(
        "agreement_changed", "协议已更新，请阅读新的内容后重新同意。"
    )
    answer = post(nobody, "/opening", **ACCEPTED | {"version": "2025-1"}, consent="yes")
    assert answer.status_code == 409
    assert "协议已更新" in answer.text
    assert field_value(answer.text, "version") == "2026-1"
    assert "checked" not in answer.text


@pytest.mark.feature("A-08")
def test_identity_and_password_go_over_and_lead_to_the_face(begun: FlaskClient, hall: HallDouble) -> None:
    assert post(begun, "/opening/identity", **WHO).location == "/opening/face"
    said = dict(hall.said)["submit_opening"]
    assert said == {name: WHO[name] for name in ("name", "id_number", "password")}
    page = Markup(begun.get("/opening/face").text)
    assert "http://faces.test/page" in [each.get("href") for each in page.all("a")]


@pytest.mark.parametrize(
    ("changes", "input_id"),
    [
        ({"name": " "}, "name"),
        ({"id_number": "123"}, "id_number"),
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password_again": "another one 9"}, "password_again"),
    ],
)
def test_what_is_typed_wrong_is_said_at_its_input(
    begun: FlaskClient, hall: HallDouble, changes: dict[str, str], input_id: str
) -> None:
    answer = post(begun, "/opening/identity", **WHO | changes)
    assert answer.status_code == 422
    assert f'href="#{input_id}"' in answer.text
    assert WHO["password"] not in answer.text
    assert_sound(answer.text)
    assert "submit_opening" not in dict(hall.said)


def test_what_the_service_refuses_is_said_at_its_input(begun: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["submit_opening"] = Invalid("id_number_wrong", "校验位不正确。", pointer="/id_number")
    answer = post(begun, "/opening/identity", **WHO)
    assert answer.status_code == 422
    assert 'href="#id_number"' in answer.text and "校验位不正确。" in answer.text
    assert field_value(answer.text, "name") == WHO["name"]


@pytest.mark.feature("A-05")
def test_coming_back_from_the_provider_logs_in_at_once(begun: FlaskClient, hall: HallDouble) -> None:
    hall.opened = an_opening("opened")
    assert begun.get(f"/opening/return?code={RETURNED}").location == "/opening/done"
    assert dict(hall.said)["bring_back_opening"] == {"return_code": RETURNED}
    assert begun.get_cookie("session") is not None
    assert begun.get_cookie("opening") is None
    assert "个人专业版开通成功" in begun.get("/opening/done").text


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (an_opening(), "还没有收到核验结果"),
        (an_opening(page_url=None), "暂时联系不上人脸核验机构"),
        (an_opening("failed"), "人脸核验没有通过。"),
        (an_opening("expired"), "没有在规定时间内完成人脸核验"),
    ],
)
def test_coming_back_otherwise_says_how_to_go_on(
    begun: FlaskClient, hall: HallDouble, found: dict[str, object], words: str
) -> None:
    hall.opened = found
    answer = begun.get("/opening/return", follow_redirects=True)
    assert words in answer.text
    assert_sound(answer.text)
    assert begun.get_cookie("session") is None


def test_an_opened_edition_that_was_entered_already_leads_to_the_login(
    begun: FlaskClient, hall: HallDouble
) -> None:
    hall.opened = an_opening("opened")
    hall.refusing["enter_opening"] = Refusal("opening_not_enterable", "请登录。")
    answer = begun.get("/opening/return", follow_redirects=True)
    assert "请用您设置的密码登录" in answer.text
    assert begun.get_cookie("session") is None


def test_another_browser_sees_nothing_of_the_opening(nobody: FlaskClient, hall: HallDouble) -> None:
    answer = nobody.get(f"/opening/return?code={RETURNED}")
    assert answer.location == "/opening/return", "the code does not stay in the address"
    page = nobody.get("/opening/return").text
    assert "请回到原来的浏览器" in page and "不要把收到的任何验证码告诉别人" in page
    for path in ("/opening/face", "/opening/identity"):
        assert nobody.get(path).location == "/opening"
    for path in ("/opening/code", "/opening/confirmation"):
        assert post(nobody, path, code="123456").location == "/opening"
    asked = {"opening", "check_opening", "bring_back_opening", "confirm_opening", "enter_opening"}
    assert not asked & {name for name, _ in hall.said}


@pytest.mark.parametrize("code", ["short", "x" * 300, "<b>" * 9])
def test_a_code_that_is_none_leaves_the_address_and_says_how_to_go_on(
    begun: FlaskClient, hall: HallDouble, code: str
) -> None:
    answer = begun.get("/opening/return", query_string={"code": code})
    assert answer.location == "/opening/face?looked=yes"
    assert "bring_back_opening" not in dict(hall.said)


@pytest.mark.feature("A-05")
def test_who_came_back_by_another_way_confirms_with_a_code_to_the_phone(
    begun: FlaskClient, hall: HallDouble
) -> None:
    hall.opened = an_opening("passed")
    page = begun.get("/opening/return", follow_redirects=True).text
    assert_sound(page)
    assert "人脸核验已通过，还差一步" in page
    sent = post(begun, "/opening/code")
    assert "验证码已发送" in sent.text
    assert post(begun, "/opening/confirmation", code="").status_code == 422
    hall.refusing["confirm_opening"] = Invalid("code_wrong", "验证码不正确。", pointer="/code")
    wrong = post(begun, "/opening/confirmation", code="111111")
    assert (wrong.status_code, 'href="#code"' in wrong.text) == (422, True)
    del hall.refusing["confirm_opening"]
    hall.opened = an_opening("opened")
    assert post(begun, "/opening/confirmation", code="123456").location == "/opening/done"
    assert dict(hall.said)["confirm_opening"] == {"code": "123456"}


def test_who_may_have_no_registered_phone_is_told_what_to_do(begun: FlaskClient, hall: HallDouble) -> None:
    hall.opened = an_opening("passed")
    page = begun.get("/opening/face").text
    assert "没有登记手机或者登记的手机已停用的，收不到验证码，请重新开通" in page and 'name="code"' in page


def test_who_asks_too_often_goes_on_looking(begun: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["check_opening"] = TooMany("too_many_checks", "查询过于频繁。")
    assert post(begun, "/opening/check").location == "/opening/face?looked=yes"


def test_an_opening_that_is_gone_begins_anew(begun: FlaskClient, hall: HallDouble) -> None:
    gone = NotFound("no_such_opening", "没有找到。")
    hall.refusing |= {"opening": gone, "check_opening": gone, "submit_opening": gone}
    for path in ("/opening/face", "/opening/return"):
        assert begun.get(path).location == "/opening"
    assert post(begun, "/opening/identity", **WHO).location == "/opening"


@pytest.mark.feature("A-03")
@pytest.mark.parametrize(
    "path",
    [
        "/card",
        "/base-adjustment",
        *(f"/withdrawals/new/{code}" for code in TITLES),
        "/withdrawals/W20261122000008/deletion",
        "/contribute/new",
        "/contribute/C20261122000000/card-settlement",
        "/transfers/new",
    ],
)
def test_the_normal_edition_is_offered_the_other_for_business(normal: FlaskClient, path: str) -> None:
    answer = normal.get(path)
    assert answer.status_code == 403
    assert_sound(answer.text)
    targets = {each.get("href") for each in Markup(answer.text).all("a")}
    assert "/opening" in targets
    assert any(target and target.startswith("/login/professional?next=") for target in targets)


@pytest.mark.feature("A-03")
def test_the_normal_edition_may_press_nothing(normal: FlaskClient, hall: HallDouble) -> None:
    assert post(normal, "/withdrawals/W20261122000000/payment").status_code == 403
    assert "pay" not in dict(hall.said)
    assert post(normal, "/contribute/C20261122000000/deletion").status_code == 403
    assert "delete_contribution" not in dict(hall.said)


@pytest.mark.feature("A-03")
@pytest.mark.parametrize(
    ("use", "path", "form"),
    [
        ("make_statement", "/statements", {}),
        ("issue_password_code", "/password/code", {}),
        ("issue_subscription_code", "/sms-subscription/code", {"receiver": "verified", "version": "1"}),
    ],
)
def test_a_service_that_asks_for_the_other_edition_leads_to_the_offer(
    normal: FlaskClient, hall: HallDouble, use: str, path: str, form: dict[str, str]
) -> None:
    hall.refusing[use] = Forbidden("professional_needed", "请用专业版办理。")
    answer = post(normal, path, **form)
    assert answer.status_code == 403
    assert "办理此业务需要个人专业版" in answer.text
    assert "/opening" in {each.get("href") for each in Markup(answer.text).all("a")}


@pytest.mark.feature("A-03")
@pytest.mark.parametrize(
    "path",
    ["/", "/account", "/contributions", "/ledger", "/withdrawals", "/withdrawals/new", "/messages",
     "/sessions", "/agreements", "/own"],
)  # fmt: skip
def test_the_normal_edition_may_look_at_everything(normal: FlaskClient, path: str) -> None:
    answer = normal.get(path)
    assert answer.status_code == 200
    assert "个人普通版" in answer.text


OWN_PAGES = [
    "/",
    "/account",
    "/withdrawals",
    "/withdrawals/W20261122000000",
    "/contribute",
    "/contribute/C20261122000000",
    "/transfers",
    "/transfers/T20261122000001",
]


def _business_offered(client: FlaskClient, path: str) -> set[str]:
    """The ways to a page of business that the page itself offers, its menu apart."""
    page = Markup(client.get(path).text.partition("<main")[2])
    ways = {each.get("href") or "" for each in page.all("a")} | {
        each.get("action") or "" for each in page.all("form")
    }
    routes = client.application.url_map.bind("")
    places = {way: way.partition("?")[0] for way in ways if way.startswith("/") and "." not in way}
    return {way for way, place in places.items() if _is_business(routes, place)}


def _is_business(routes: MapAdapter, place: str) -> bool:
    method = next(each for each in ("GET", "POST") if each in routes.allowed_methods(place))
    return routes.match(place, method)[0].removeprefix("pages.") in TRANSACTIONS


@pytest.mark.feature("A-03")
@pytest.mark.parametrize("path", OWN_PAGES)
def test_no_page_of_the_normal_edition_has_a_button_that_it_refuses(normal: FlaskClient, path: str) -> None:
    assert normal.get(path).status_code == 200
    assert _business_offered(normal, path) == set()


@pytest.mark.feature("A-03")
@pytest.mark.parametrize("path", [*OWN_PAGES[:1], *OWN_PAGES[2:], "/withdrawals/new"])
def test_where_the_professional_edition_has_a_button_the_other_is_led_to_the_opening(
    normal: FlaskClient, citizen: FlaskClient, path: str
) -> None:
    assert _business_offered(citizen, path)
    links = Markup(normal.get(path).text.partition("<main")[2]).all("a")
    assert "/opening" in {each.get("href") for each in links}


@pytest.mark.feature("A-04")
def test_the_professional_edition_is_offered_nothing(citizen: FlaskClient) -> None:
    text = citizen.get("/").text
    assert "在线开通专业版" not in text
    assert citizen.get("/card").status_code == 200


@pytest.mark.feature("A-04")
def test_everything_in_the_menu_opens_for_the_professional_edition(citizen: FlaskClient) -> None:
    menu = Markup(citizen.get("/").text)
    ways = {each.get("href") or "" for each in menu.all("a")}
    ways = {way for way in ways if way.startswith("/") and "." not in way}
    assert len(ways) > 20
    assert {way: citizen.get(way).status_code for way in ways} == dict.fromkeys(ways, 200)


@pytest.mark.feature("A-03", "A-04")
def test_the_menu_marks_for_the_normal_edition_what_it_only_sees(
    normal: FlaskClient, citizen: FlaskClient
) -> None:
    marked = re.findall(r">([^<>]+) <span class=\"tag tag-closed\">专业版", normal.get("/").text)
    assert {"借记卡变更", "自由职业者缴存", "异地转入申请"} <= set(marked)
    assert not {"修改手机号", "修改密码", "短信定制", "账户对账单"} & set(marked)
    assert 'class="tag tag-closed">专业版' not in citizen.get("/").text


@pytest.mark.feature("A-19")
def test_agreements_are_listed_and_shown_as_they_were_signed(citizen: FlaskClient) -> None:
    listed = citizen.get("/agreements").text
    assert "W20261122000001" in listed and "纸质原件存管理部" in listed
    shown = citizen.get("/agreements/" + "f" * 32).text
    for words in ("内容&lt;b&gt;。", "203.0.113.9", "a" * 64, "data-print"):
        assert words in shown


def test_an_unknown_outcome_of_any_step_leads_to_where_it_shows(begun: FlaskClient, hall: HallDouble) -> None:
    unknown = Outstanding("auth-1")
    hall.refusing |= {"begin_edition_opening": unknown, "submit_opening": unknown, "check_opening": unknown}
    assert post(begun, "/opening/identity", **WHO).location == "/opening/face"
    assert begun.get("/opening/return").location == "/opening/face?looked=yes"
    again = post(begun, "/opening", **ACCEPTED, consent="yes")
    assert (again.status_code, "请再同意一次" in again.text) == (503, True)
    del hall.refusing["check_opening"]
    hall.refusing["enter_opening"] = unknown
    hall.opened = an_opening("opened")
    assert begun.get("/opening/return").location == "/opening/face"
