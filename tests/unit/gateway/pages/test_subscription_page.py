"""短信定制 in a browser: what is ticked and typed is one choice, survives a no, ends with a receipt."""

import re

import pytest
from flask.testing import FlaskClient

from services.common.errors import Invalid, Stale
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.markup import Markup
from tests.unit.gateway.pages.test_every_page import assert_sound

PATH = "/sms-subscription"


def filled(client: FlaskClient, **changes: str | None) -> dict[str, str]:
    """The form as it is shown, with the given fields changed or, with None, left out."""
    text = client.get(PATH).text
    tokens = {
        name: value for name, value in re.findall(r'name="(csrf_token|key|version)" value="([^"]*)"', text)
    }
    shown: dict[str, str | None] = {
        **tokens,
        "item-contribution": "yes",
        "receiver": "kept",
        "code": "123456",
    }
    return {name: value for name, value in {**shown, **changes}.items() if value is not None}


@pytest.mark.feature("N-01", "N-03")
def test_the_page_shows_items_and_receiving_phone_as_saved(citizen: FlaskClient) -> None:
    text = citizen.get(PATH).text
    markup = Markup(text)
    ticked = {
        each["name"] for each in markup.all("input") if each.get("type") == "checkbox" and "checked" in each
    }
    assert ticked == {"item-contribution"}
    assert "139****1111" in text and "137****2222" in text
    chosen = [
        each["value"] for each in markup.all("input") if each.get("type") == "radio" and "checked" in each
    ]
    assert chosen == ["kept"]


@pytest.mark.feature("N-02", "N-04")
def test_saving_sends_the_choice_with_its_code_and_ends_on_a_receipt(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    answer = citizen.post(PATH, data=filled(citizen, **{"item-interest": "yes"}))
    assert answer.status_code == 303
    assert dict(hall.said)["subscribe"] == {
        "items": ["contribution", "interest"],
        "receiver": "kept",
        "version": 1,
        "code": "123456",
    }
    receipt = citizen.get(answer.headers["Location"]).text
    assert_sound(receipt)
    assert "保存成功" in receipt and "年度结息" in receipt


@pytest.mark.feature("N-16")
def test_a_code_goes_to_the_new_phone_and_everything_typed_stays(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    data = filled(citizen, receiver="other", phone="137 0000 2222", code=None)
    answer = citizen.post(f"{PATH}/code", data=data)
    assert_sound(answer.text)
    assert dict(hall.said)["issue_subscription_code"]["phone"] == "13700002222"
    assert "验证码已发送至 137****2222" in answer.text
    assert 'value="137 0000 2222"' in answer.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"receiver": None}, "请选择接收手机号"),
        ({"receiver": "other"}, "请输入新的接收手机号"),
        ({"receiver": "other", "phone": "12345"}, "手机号码应为 11 位数字"),
        ({"code": None}, "请获取并输入短信验证码"),
        ({"code": "12"}, "短信验证码应为 6 位数字"),
    ],
)
def test_what_is_missing_or_wrong_is_said_where_it_is(
    citizen: FlaskClient, hall: HallDouble, changes: dict[str, str | None], sentence: str
) -> None:
    answer = citizen.post(PATH, data=filled(citizen, **changes))
    assert answer.status_code == 422
    assert_sound(answer.text)
    assert sentence in answer.text
    assert "subscribe" not in dict(hall.said)


@pytest.mark.parametrize(
    "refusal",
    [
        Stale("subscription_changed", "短信定制刚刚已被修改，请刷新页面后重新选择。"),
        Invalid("code_wrong", "验证码不正确，还可再试4次。", pointer="/code"),
    ],
)
def test_a_no_is_shown_with_the_form(
    citizen: FlaskClient, hall: HallDouble, refusal: Invalid | Stale
) -> None:
    hall.refusing["subscribe"] = refusal
    answer = citizen.post(PATH, data=filled(citizen))
    assert answer.status_code == refusal.status
    assert_sound(answer.text)
    assert refusal.sentence in answer.text
