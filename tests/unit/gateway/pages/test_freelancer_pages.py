"""The opening form and the base page: what they hand to the hall, and what they say of its answers."""

import re

import pytest
from flask.testing import FlaskClient

from gateway.calls import Outstanding
from services.common.errors import Invalid, Refusal, TooMany
from tests.unit.gateway.pages.freelancer_double import BASES
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.markup import Markup
from tests.unit.gateway.pages.test_every_page import assert_sound
from tests.unit.gateway.pages.test_flows import post

FORM = "/freelancer-opening"
WISH = {
    "office": "01",
    "name": "贾自由",
    "id_number": "37029719930101003X",
    "base": " 6000 ",
    "rate_percent": "10",
}
TYPED = WISH | {"phone": "15400005001"}
CAPTCHA = {"captcha_id": "c1", "captcha_answer": "七"}
SUBMITTED = TYPED | {
    "code": "123456",
    "password": "harbour-Lamp-27",
    "password_again": "harbour-Lamp-27",
    "version": "2026-1",
    "digest": "d" * 64,
    "key": "k1",
}
BODY = WISH | {"base": "6000", "rate_percent": 10}


def applied(client: FlaskClient) -> FlaskClient:
    """With a code asked for."""
    post(client, f"{FORM}/code", **TYPED, **CAPTCHA)
    return client


@pytest.mark.feature("D-29", "D-30", "D-31")
def test_the_form_asks_for_all_at_once_and_shows_the_agreement(nobody: FlaskClient) -> None:
    text = nobody.get(FORM).text
    assert_sound(text)
    names = {each.get("name") for each in Markup(text).all("input", "select")}
    assert {*TYPED, "captcha_answer", "code", "password", "password_again"} <= names
    for words in ("我已阅知、同意协议并提交申请", "一、自愿缴存。", "5,000.00 元至 30,000.00 元"):
        assert words in text


def test_a_rate_typed_on_a_wide_keyboard_is_a_rate(nobody: FlaskClient, hall: HallDouble) -> None:
    post(nobody, f"{FORM}/code", **TYPED | {"rate_percent": "１０"}, **CAPTCHA)
    assert dict(hall.said)["issue_opening_code"] == ("a" * 32, BODY)


@pytest.mark.feature("N-13")
def test_the_code_button_begins_the_application_and_fixes_who_applies(
    nobody: FlaskClient, hall: HallDouble
) -> None:
    answer = post(nobody, f"{FORM}/code", **TYPED, **CAPTCHA)
    said = dict(hall.said)
    assert said["begin_opening"] == BODY | {"phone": "15400005001"} | CAPTCHA
    assert said["issue_opening_code"] == ("a" * 32, BODY)
    assert "applicant=" in answer.headers["Set-Cookie"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert_sound(answer.text)
    assert "captcha_answer" not in answer.text


def test_a_second_code_needs_no_second_captcha(nobody: FlaskClient, hall: HallDouble) -> None:
    answer = post(applied(nobody), f"{FORM}/code", **TYPED, fixed="1")
    assert answer.status_code == 200
    assert [name for name, _ in hall.said].count("begin_opening") == 1


def test_a_form_that_does_not_say_who_is_fixed_begins_anew(nobody: FlaskClient, hall: HallDouble) -> None:
    answer = post(applied(nobody), f"{FORM}/code", **TYPED)
    assert answer.status_code == 422
    assert "请输入验证码" in answer.text


@pytest.mark.feature("D-31", "D-32", "A-21", "A-22")
def test_submitting_opens_and_lets_in(nobody: FlaskClient, hall: HallDouble) -> None:
    answer = post(applied(nobody), FORM, **SUBMITTED)
    assert (answer.status_code, answer.location) == (303, "/account/opened")
    applicant, body = dict(hall.said)["open_freelancer"]
    assert applicant == "a" * 32
    assert body == BODY | {
        "code": "123456",
        "password": "harbour-Lamp-27",
        "consent": {"version": "2026-1", "digest": "d" * 64},
    }
    hall.account_shown |= {"freelancer": True}
    receipt = nobody.get(answer.location).text
    assert_sound(receipt)
    assert "已即时开通" in receipt


def test_when_auth_has_not_heard_in_time_the_number_is_shown_with_the_way_in(
    nobody: FlaskClient, hall: HallDouble
) -> None:
    hall.entered = False
    answer = post(applied(nobody), FORM, **SUBMITTED)
    assert answer.status_code == 201
    assert_sound(answer.text)
    assert "379900000001" in answer.text
    assert 'href="/login/professional"' in answer.text


@pytest.mark.parametrize(
    ("state", "words"), [("begun", "结果尚未确认"), ("opened", "账户已开通"), ("over", "已失效")]
)
def test_an_outcome_that_is_not_known_can_be_looked_up(
    nobody: FlaskClient, hall: HallDouble, state: str, words: str
) -> None:
    hall.refusing["open_freelancer"], hall.application = Outstanding("deposit-1"), state
    answer = post(applied(nobody), FORM, **SUBMITTED)
    assert answer.location == f"{FORM}/state"
    text = nobody.get(answer.location).text
    assert_sound(text)
    assert words in text


@pytest.mark.parametrize("name", [*TYPED, "code", "password"])
def test_what_is_left_empty_is_named_and_nothing_is_sent(
    nobody: FlaskClient, hall: HallDouble, name: str
) -> None:
    answer = post(applied(nobody), FORM, **(SUBMITTED | {name: ""}))
    assert answer.status_code == 422
    assert f'href="#{name}"' in answer.text
    assert "open_freelancer" not in dict(hall.said)


def test_passwords_that_differ_are_told(nobody: FlaskClient, hall: HallDouble) -> None:
    answer = post(applied(nobody), FORM, **(SUBMITTED | {"password_again": "another-Lamp-27"}))
    assert "两次输入的密码不一致" in answer.text
    assert "harbour-Lamp-27" not in answer.text


@pytest.mark.parametrize(
    ("refusal", "status", "place"),
    [
        (
            Invalid("base_out_of_limits", "月缴存基数应在 5,000.00 元至 30,000.00 元之间。", pointer="/base"),
            422,
            "#base",
        ),
        (Refusal("has_account", "该证件号码已有账户。", pointer="/id_number"), 409, "#id_number"),
        (Refusal("code_for_something_else", "短信验证码与本次业务不符。", pointer="/code"), 409, "#code"),
    ],
)
def test_a_refusal_stands_at_its_input(
    nobody: FlaskClient, hall: HallDouble, refusal: Refusal, status: int, place: str
) -> None:
    hall.refusing["open_freelancer"] = refusal
    answer = post(applied(nobody), FORM, **SUBMITTED)
    assert answer.status_code == status
    assert refusal.sentence in answer.text
    assert f'href="{place}"' in answer.text


def test_a_changed_agreement_is_shown_anew_with_all_that_was_typed(
    nobody: FlaskClient, hall: HallDouble
) -> None:
    figures = {"agreement_version": "2026-2", "agreement_text": "新"}
    hall.refusing["open_freelancer"] = Refusal(
        "agreement_changed",
        "《缴存协议》已更新，请阅读新的内容后重新同意。",
        pointer="/consent",
        figures=figures,
    )
    text = post(applied(nobody), FORM, **SUBMITTED).text
    assert_sound(text)
    assert "已更新" in text
    assert "agreement_text" not in text


def test_an_application_that_lapsed_asks_for_a_captcha_again(nobody: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["open_freelancer"] = Refusal("application_over", "本次开户申请已失效。")
    text = post(applied(nobody), FORM, **SUBMITTED).text
    assert "captcha_answer" in text
    assert re.search(r'value="贾自由"', text)


def test_too_many_codes_count_down(nobody: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["issue_opening_code"] = TooMany("slow", "请稍后再获取。", retry_after_s=42)
    answer = post(nobody, f"{FORM}/code", **TYPED, **CAPTCHA)
    assert answer.status_code == 429
    assert 'data-countdown="42"' in answer.text


def test_who_is_changed_stands_open_again(nobody: FlaskClient) -> None:
    answer = post(applied(nobody), FORM, **TYPED, restart="1")
    assert "captcha_answer" in answer.text
    assert 'value="15400005001"' in answer.text


@pytest.mark.feature("D-22")
def test_a_base_is_filed_and_undone_after_a_question(citizen: FlaskClient, hall: HallDouble) -> None:
    text = citizen.get("/base-adjustment").text
    assert_sound(text)
    assert "自 2026-08 起按新基数缴存" in text
    assert post(citizen, "/base-adjustment", base=" 6000 ").location == "/base-adjustment?done=filed"
    assert dict(hall.said)["adjust_base"] == {"base": "6000"}
    question = citizen.get("/base-adjustment/B20260715000001/undo")
    assert question.mimetype == "text/html"
    assert_sound(question.text)
    assert "确定撤销" in question.text
    undone = post(citizen, "/base-adjustment/B20260715000001/undo")
    assert undone.location == "/base-adjustment?done=undone"


def test_outside_its_months_the_base_page_says_when(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.bases = BASES | {"allowed": False, "because": "下一个调整期为 2027-07-01。", "items": []}
    text = citizen.get("/base-adjustment").text
    assert_sound(text)
    assert "下一个调整期为 2027-07-01。" in text
    assert 'name="base"' not in text


def test_the_opening_is_reached_from_the_login_page(nobody: FlaskClient) -> None:
    text = nobody.get("/login").text
    assert f'href="{FORM}">自由职业者住房公积金账户设立</a>' in text
