"""Phone, devices, log and lowered limits on pages: what is shown, sent on and refused."""

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from gateway.calls import Missing
from services.common.errors import Invalid, TooMany
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.own_double import CAUTION, CHANGE, a_deed
from tests.unit.gateway.pages.test_every_page import assert_sound
from tests.unit.gateway.pages.test_flows import post as send
from tests.unit.gateway.pages.withdrawal_double import a_reason

TYPED = {"old_phone": "139 0000 1111", "new_phone": "13700007777", "new_phone_again": "137 0000 7777"}


def post(client: FlaskClient, path: str, **values: str) -> tuple[int, str, str]:
    """Send a form: status, page, and where it leads."""
    answer = send(client, path, **values)
    return answer.status_code, answer.text, answer.location or ""


@pytest.mark.feature("A-16", "A-17")
def test_a_code_is_sent_for_the_typed_phones_and_nothing_typed_is_lost(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    status, text, _ = post(citizen, "/phone/code", **TYPED)
    assert status == 200
    assert ("begin_phone_change", {"old_phone": "13900001111", "new_phone": "13700007777"}) in hall.said
    assert_sound(text)
    for words in ("验证码已发送", 'value="139 0000 1111"', f'value="{CHANGE["number"]}"', "原认证手机号"):
        assert words in text
    assert "137 0000 7777</strong>" in text


@pytest.mark.feature("A-16")
def test_a_new_phone_typed_two_ways_is_no_new_phone(citizen: FlaskClient, hall: HallDouble) -> None:
    for path in ("/phone/code", "/phone"):
        status, text, _ = post(citizen, path, **(TYPED | {"new_phone_again": "13700007778"}))
        assert (status, "两次输入的新手机号不一致" in text) == (422, True)
    assert not {"begin_phone_change", "change_phone"} & set(dict(hall.said))


def test_a_new_phone_is_verified_with_a_code_that_was_sent_to_it(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    hall.verified_at = None
    assert "尚未核实" in citizen.get("/phone").text
    page = post(citizen, "/phone/verification/code")[1]
    assert "137****7777" in page
    assert_sound(page)
    assert post(citizen, "/phone/verification", code="")[0] == 422
    status, _, place = post(citizen, "/phone/verification", code="123456")
    assert (status, dict(hall.said)["verify_phone"]) == (303, {"code": "123456"})
    assert "手机号已核实" in citizen.get(place).text


PASSWORDS = {"password": "correct horse 7", "new_password": "another horse 8"}


@pytest.mark.feature("A-13")
def test_a_password_is_changed_with_a_code(citizen: FlaskClient, hall: HallDouble) -> None:
    page = post(citizen, "/password/code")[1]
    assert "139****1111" in page
    assert_sound(page)
    form = PASSWORDS | {"new_password_again": "another horse 8", "code": "123456"}
    status, _, place = post(citizen, "/password", **form)
    assert (status, place) == (303, "/password?ended=2")
    assert dict(hall.said)["change_password"] == PASSWORDS | {"code": "123456"}
    text = citizen.get(place).text
    assert_sound(text)
    assert "密码修改成功" in text and "其他 2 处登录已退出" in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": ""}, "请获取并输入短信验证码"),
        ({"password": ""}, "请输入原密码"),
        ({"new_password_again": "different 9"}, "两次输入的密码不一致"),
        ({"new_password": "short", "new_password_again": "short"}, "密码长度应为8至64位"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said_and_no_password_comes_back(
    citizen: FlaskClient, hall: HallDouble, changes: dict[str, str], sentence: str
) -> None:
    form = PASSWORDS | {"new_password_again": "another horse 8", "code": "123456"}
    status, text, _ = post(citizen, "/password", **(form | changes))
    assert (status, sentence in text, "horse" in text) == (422, True, False)
    assert "change_password" not in dict(hall.said)


@pytest.mark.feature("A-18")
def test_saving_leads_to_a_receipt(citizen: FlaskClient, hall: HallDouble) -> None:
    form = TYPED | {"phone_change_id": CHANGE["number"], "code": "123456", "password": "correct horse 7"}
    status, _, place = post(citizen, "/phone", **form)
    assert (status, place) == (303, f"/phone/changes/{CHANGE['number']}?ended=2")
    said = dict(hall.said)["change_phone"]
    assert said == {
        "phone_change_id": CHANGE["number"],
        "new_phone": "13700007777",
        "code": "123456",
        "password": "correct horse 7",
    }
    text = citizen.get(place).text
    assert_sound(text)
    for words in ("认证手机号变更回单", "139****1111", "137****7777", "其他 2 处登录已退出", "打印"):
        assert words in text


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("old_phone", "请输入原认证手机号"),
        ("new_phone", "请输入新认证手机号"),
        ("code", "请获取并输入短信验证码"),
        ("password", "请输入登录密码"),
        ("phone_change_id", "请先点“获取验证码”"),
    ],
)
def test_what_is_left_out_is_asked_for(
    citizen: FlaskClient, hall: HallDouble, left_out: str, sentence: str
) -> None:
    form = TYPED | {"phone_change_id": CHANGE["number"], "code": "123456", "password": "correct horse 7"}
    status, text, _ = post(citizen, "/phone", **(form | {left_out: ""}))
    assert status == 422
    assert sentence in text
    assert "change_phone" not in dict(hall.said)


def test_a_malformed_phone_is_told_at_its_input(citizen: FlaskClient, hall: HallDouble) -> None:
    status, text, _ = post(
        citizen, "/phone/code", **(TYPED | {"new_phone": "12345", "new_phone_again": "12345"})
    )
    assert status == 422
    assert 'id="new_phone-error"' in text
    assert "begin_phone_change" not in dict(hall.said)


@pytest.mark.parametrize(
    ("refusal", "place"),
    [
        (
            Invalid("old_phone_wrong", "原认证手机号与登记的手机号不一致。", pointer="/old_phone"),
            "old_phone-error",
        ),
        (TooMany("code_asked_too_soon", "验证码刚刚发送过。", retry_after_s=40), "40"),
    ],
)
def test_a_refused_code_says_why(
    citizen: FlaskClient, hall: HallDouble, refusal: Invalid, place: str
) -> None:
    hall.refusing["begin_phone_change"] = refusal
    status, text, _ = post(citizen, "/phone/code", **TYPED)
    assert (status, refusal.sentence in text, place in text) == (refusal.status, True, True)
    assert_sound(text)


def test_the_password_never_comes_back_on_a_page(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["change_phone"] = Invalid("password_wrong", "登录密码不正确。", pointer="/password")
    form = TYPED | {"phone_change_id": CHANGE["number"], "code": "123456", "password": "correct horse 7"}
    status, text, _ = post(citizen, "/phone", **form)
    assert (status, "correct horse" in text, 'id="password-error"' in text) == (422, False, True)


def test_somebody_without_a_phone_is_told_where_to_go(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.phone_shown = None
    text = citizen.get("/phone").text
    assert_sound(text)
    assert "您还没有认证手机号" in text


@pytest.mark.parametrize("path", ["/", "/phone", "/card", "/withdrawals/new/rent_quota"])
def test_a_lowered_limit_is_told_where_it_matters(citizen: FlaskClient, hall: HallDouble, path: str) -> None:
    assert "提取限额降低</strong>" not in citizen.get(path).text
    hall.active_caution = CAUTION
    hall.entry = lambda code: a_reason(code, caution=CAUTION)
    text = citizen.get(path).text
    assert_sound(text)
    assert "2026-11-22 21:05 前提取限额降低" in text
    assert "还可提取 3,000.00 元" in text


@pytest.mark.parametrize("path", ["/phone", "/card"])
def test_the_lowering_is_announced_before_the_change(
    citizen: FlaskClient, hall: HallDouble, path: str
) -> None:
    assert "后 12 小时内，提取合计最多 5,000.00 元" in citizen.get(path).text
    hall.refusing["cautions"] = Missing("withdrawal")
    assert citizen.get(path).status_code == 200


def test_the_card_is_said_to_be_debited_too(citizen: FlaskClient) -> None:
    assert "也从这张卡扣款" in citizen.get("/card").text


@pytest.mark.feature("A-20")
def test_the_log_shows_time_deed_result_number_and_device(citizen: FlaskClient, hall: HallDouble) -> None:
    text = citizen.get("/operation-log?from_on=2026-11-01&kind=withdrawal").text
    assert_sound(text)
    assert dict(hall.said)["operation_log"]["kind"] == "withdrawal"
    for words in (
        "提取登记",
        "2026-11-22 09:00:07",
        "W20261122000001",
        "10.0.0.8",
        "未成功",
        "本机",
        "导出 Excel",
    ):
        assert words in text
    assert "/operation-log/file/xlsx?from_on=2026-11-01&amp;kind=withdrawal" in text


def test_the_log_says_what_is_missing(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.missing = ["deposit"]
    text = citizen.get("/operation-log").text
    assert "部分记录暂时看不到：公积金账户、缴存和借记卡" in text
    rows = list(
        csv.reader(io.StringIO(citizen.get("/operation-log/file/csv").get_data().decode("utf-8-sig")))
    )
    assert "以下部分暂时无法查询，不在本表中：账户与缴存" in rows[1][0]


@pytest.mark.parametrize("path", ["/operation-log", "/withdrawals", "/contribute", "/ledger"])
def test_the_days_of_a_list_may_be_typed_wide(citizen: FlaskClient, path: str) -> None:
    answer = citizen.get(f"{path}?from_on=２０２６－１１－０１")
    assert (answer.status_code, 'value="2026-11-01"' in answer.text) == (200, True)


@pytest.mark.parametrize(
    "query", ["from_on=yesterday", "kind=everything", "from_on=2026-12-01&to_on=2026-01-01"]
)
def test_a_wrong_query_is_told(citizen: FlaskClient, query: str) -> None:
    answer = citizen.get(f"/operation-log?{query}")
    assert answer.status_code == 422
    assert_sound(answer.text)
    assert citizen.get(f"/operation-log/file/xlsx?{query}").status_code == 422


@pytest.mark.parametrize("path", ["/operation-log", "/operation-log/file/xlsx"])
def test_all_that_is_wrong_with_a_query_is_told_at_once(citizen: FlaskClient, path: str) -> None:
    text = citizen.get(f"{path}?from_on=yesterday&to_on=2026-02-30&kind=everything").text
    assert re.findall(r'<p class="field-error" id="(\w+)-error"', text) == ["from_on", "to_on", "kind"]


@pytest.mark.feature("A-20")
def test_the_log_as_csv_opens_in_a_spreadsheet_without_formulas(citizen: FlaskClient) -> None:
    answer = citizen.get("/operation-log/file/csv")
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows[1] == ["时间", "业务类别", "业务", "结果", "业务号", "设备", "网络地址"]
    assert rows[2][:5] == ["2026-11-22 09:00:07", "提取", "提取登记", "已办理", "W20261122000001"]
    assert rows[3][5] == "'=cmd()"


@pytest.mark.feature("A-20")
def test_the_log_as_excel_has_the_same_lines_as_texts(citizen: FlaskClient) -> None:
    answer = citizen.get("/operation-log/file/xlsx")
    sheet = load_workbook(io.BytesIO(answer.get_data())).active
    rows = list(sheet.iter_rows(values_only=True))
    assert "日志查询" in rows[0][0]
    assert rows[2][:4] == ("2026-11-22 09:00:07", "提取", "提取登记", "已办理")
    assert (rows[3][5], sheet["F4"].data_type) == ("=cmd()", "s")


def test_too_many_lines_for_a_file_are_refused_on_the_page(citizen: FlaskClient, hall: HallDouble) -> None:
    sentence = "一次最多导出1000条，请缩小日期范围后再导出。"
    hall.refusing["whole_operation_log"] = Invalid("too_many_lines", sentence, pointer="/from_on")
    answer = citizen.get("/operation-log/file/xlsx")
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_all_other_devices_are_logged_out_by_one_press(citizen: FlaskClient, hall: HallDouble) -> None:
    assert "结束其他全部登录" in citizen.get("/sessions").text
    status, _, place = post(citizen, "/sessions/others/end")
    assert (status, place) == (303, "/sessions?ended=others")
    assert "end_other_sessions" in dict(hall.said)
    assert "其他设备的登录已全部结束" in citizen.get(place).text


def test_a_single_device_has_no_others_to_end(citizen: FlaskClient, hall: HallDouble) -> None:
    only = {"session_id": "s1", "client": "", "address": "10.0.0.8", "edition": "normal", "current": True}
    times = {name: "2026-11-22T09:00:00+08:00" for name in ("opened_at", "last_seen_at", "expires_at")}
    hall.sessions = lambda visitor: {"items": [only | times]}  # type: ignore[method-assign]
    assert "结束其他全部登录" not in citizen.get("/sessions").text


def test_an_empty_log_says_so(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.log = ()
    assert "没有办理记录" in citizen.get("/operation-log").text
    hall.log = (a_deed(number="F20261122000001", kind="account"),)
    assert "F20261122000001" in citizen.get("/operation-log").text
