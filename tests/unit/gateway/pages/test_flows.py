"""What the pages hand to the hall, and what they show of its answers, step by step and without a script."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.calls import Missing, Outstanding
from services.common.errors import Invalid, Refusal, TooMany
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.markup import Markup
from tests.unit.gateway.pages.withdrawal_double import LABELS, a_reason

RENT = "/withdrawals/new/rent_quota"
SIGNED = {
    "detail-marital_status": "single",
    "document-single_status_affidavit": "2026-1",
    "document-withdrawal_commitment": "2026-1",
}
FILLED = SIGNED | {"amount": "8400.00", "code": "123456"}


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Post with the proof that a page of ours carries."""
    proof = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert proof is not None
    return client.post(path, data={"csrf_token": proof[1]} | fields)


def field_value(text: str, name: str) -> str | None:
    """The value of the input called `name`."""
    return next((each.get("value") for each in Markup(text).all("input") if each.get("name") == name), None)


def test_a_post_without_the_proof_is_refused(citizen: FlaskClient, hall: HallDouble) -> None:
    assert citizen.post("/withdrawals/W20261122000000/payment").status_code == 403
    assert "pay" not in [name for name, _ in hall.said]


@pytest.mark.feature("A-09")
def test_the_edition_is_chosen_before_anything_is_typed(nobody: FlaskClient) -> None:
    text = nobody.get("/login").text
    assert 'name="password"' not in text
    for words in ("个人专业版", "个人普通版", "单位版网厅", "房开公司版网厅", "中介机构版网厅"):
        assert words in text


@pytest.mark.feature("A-11")
def test_login_hands_number_password_and_captcha_over(nobody: FlaskClient, hall: HallDouble) -> None:
    fields = {
        "login_name": " 370200000001 ",
        "password": "pass word",
        "captcha_id": "c1",
        "captcha_answer": "七",
    }
    answer = post(nobody, "/login/professional", **fields, key="k1", next="/account")
    assert (answer.status_code, answer.location) == (303, "/account")
    said = dict(hall.said)["log_in"]
    assert said == {
        "edition": "professional",
        "login_name": "370200000001",
        "password": "pass word",
        "captcha_id": "c1",
        "captcha_answer": "七",
    }
    assert nobody.get_cookie("session") is not None


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\t\\evil.example",
        "/\n/evil.example",
        "/\r\nX-Other: 1",
        "/account\x00",
        "",
    ],
)
def test_login_never_leads_to_another_site(nobody: FlaskClient, place: str) -> None:
    fields = {"login_name": "1", "password": "p", "captcha_id": "c1", "captcha_answer": "7", "next": place}
    assert post(nobody, "/login/professional", **fields).location == "/"


def test_a_refused_login_keeps_the_number_and_never_the_password(
    nobody: FlaskClient, hall: HallDouble
) -> None:
    hall.refusing["log_in"] = Refusal("login_wrong", "职工编号、密码或验证码有误。")
    fields = {"login_name": "370200000001", "password": "secret-1", "captcha_id": "c1", "captcha_answer": "7"}
    text = post(nobody, "/login/professional", **fields).text
    assert field_value(text, "login_name") == "370200000001"
    assert "secret-1" not in text
    assert 'role="alert"' in text and "autofocus" in text


def test_a_page_without_a_session_leads_to_the_login_and_back(nobody: FlaskClient) -> None:
    assert nobody.get("/account").location == "/login?next=%2Faccount"


@pytest.mark.feature("A-10", "A-13")
def test_the_first_visit_goes_from_number_to_code_to_password(nobody: FlaskClient, hall: HallDouble) -> None:
    begun = post(nobody, "/first-visit", fund_number="370200000001", captcha_id="c1", captcha_answer="7")
    assert begun.location == "/first-visit/code"
    assert "验证码已发送" in post(nobody, "/first-visit/code", send="1").text
    third = post(nobody, "/first-visit/code", code="123456").text
    assert field_value(third, "code") == "123456"
    done = post(
        nobody,
        "/first-visit/password",
        code="123456",
        password="long-enough-1",
        password_again="long-enough-1",
    )
    assert done.location == "/welcome"
    assert dict(hall.said)["complete_first_visit"] == {"code": "123456", "password": "long-enough-1"}
    assert nobody.get_cookie("first_visit", path="/first-visit") is None


def test_two_different_passwords_are_refused(nobody: FlaskClient, hall: HallDouble) -> None:
    post(nobody, "/first-visit", fund_number="370200000001", captcha_id="c1", captcha_answer="7")
    answer = post(
        nobody, "/first-visit/password", code="1", password="long-enough-1", password_again="another"
    )
    assert answer.status_code == 422
    assert "两次输入的密码不一致" in answer.text


@pytest.mark.feature("W-15", "W-18")
def test_the_next_step_asks_for_the_marital_status_first(citizen: FlaskClient) -> None:
    answer = post(citizen, f"{RENT}/form")
    assert answer.status_code == 422
    assert "请先确认婚姻情况" in answer.text


@pytest.mark.feature("W-16", "W-19")
def test_a_single_person_signs_the_affidavit(citizen: FlaskClient) -> None:
    fields = {"detail-marital_status": "single", "document-withdrawal_commitment": "2026-1"}
    answer = post(citizen, f"{RENT}/form", **fields)
    assert "请阅读并签署《单身具结书》" in answer.text
    assert "document-single_status_affidavit-text" in answer.text


@pytest.mark.feature("W-17")
def test_a_married_person_names_the_spouse(citizen: FlaskClient) -> None:
    fields = {"detail-marital_status": "married", "document-withdrawal_commitment": "2026-1"}
    text = post(citizen, f"{RENT}/form", **fields).text
    for words in ("请填写配偶姓名", "请填写配偶身份证号码", "请填写结婚登记日期"):
        assert words in text
    assert "请阅读并签署《单身具结书》" not in text


@pytest.mark.feature("W-20")
def test_the_rent_form_asks_amount_and_code_but_no_settlement(citizen: FlaskClient) -> None:
    text = post(citizen, f"{RENT}/form", **SIGNED).text
    names = {each.get("name") for each in Markup(text).all("input")}
    assert {"amount", "code"} <= names and "settlement" not in names


@pytest.mark.parametrize("path", ["/login/normal", "/staff/login", "/first-visit"])
def test_enter_presses_the_button_that_goes_on(nobody: FlaskClient, path: str) -> None:
    in_form = nobody.get(path).text.split('id="main"')[1]
    first = Markup(in_form).all("button")[0]
    assert "name" not in first and "formaction" not in first


@pytest.mark.feature("W-14")
def test_the_rent_form_comes_with_the_quota_filled_in(citizen: FlaskClient) -> None:
    assert field_value(post(citizen, f"{RENT}/form", **SIGNED).text, "amount") == "8400.00"


@pytest.mark.feature("W-05", "W-13")
def test_the_low_income_form_asks_category_settlement_amount_and_code(citizen: FlaskClient) -> None:
    signed = {"document-withdrawal_commitment": "2026-1"}
    text = post(citizen, "/withdrawals/new/minimum_living/form", **signed).text
    names = {each.get("name") for each in Markup(text).all("input")}
    assert {"detail-category", "settlement", "amount", "code"} <= names
    assert "申请登记" in text


@pytest.mark.feature("W-12")
def test_two_years_without_a_job_asks_settlement_and_code_but_no_amount(citizen: FlaskClient) -> None:
    signed = {"document-withdrawal_commitment": "2026-1"}
    text = post(citizen, "/withdrawals/new/unemployed_two_years/form", **signed).text
    names = {each.get("name") for each in Markup(text).all("input")}
    assert {"settlement", "code"} <= names and "amount" not in names


@pytest.mark.feature("W-22")
def test_non_local_hukou_asks_the_code_alone(citizen: FlaskClient) -> None:
    signed = {"document-withdrawal_commitment": "2026-1"}
    text = post(citizen, "/withdrawals/new/non_local_sealed/form", **signed).text
    names = {each.get("name") for each in Markup(text).all("input", "select") if each.get("type") != "hidden"}
    assert names == {"code"}


@pytest.mark.feature("N-08")
def test_asking_for_a_code_keeps_what_was_typed(citizen: FlaskClient, hall: HallDouble) -> None:
    text = post(citizen, f"{RENT}/code", **SIGNED, amount="8400.00").text
    assert dict(hall.said)["issue_withdrawal_code"] == {"reason": "rent_quota", "amount": "8400.00"}
    assert field_value(text, "amount") == "8400.00"
    assert field_value(text, "document-single_status_affidavit") == "2026-1"


def test_asking_too_often_tells_the_seconds(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["issue_withdrawal_code"] = TooMany("too_often", "请稍后再获取。", retry_after_s=42)
    answer = post(citizen, f"{RENT}/code", **SIGNED, amount="8400.00")
    assert answer.status_code == 429
    assert 'data-countdown="42"' in answer.text


@pytest.mark.parametrize("typed", ["15,426", "１５４２６．００", " 15,426.0 "])
def test_an_amount_typed_as_people_write_it_is_reviewed_as_one(
    citizen: FlaskClient, hall: HallDouble, typed: str
) -> None:
    assert "15,426.00" in post(citizen, f"{RENT}/review", **(FILLED | {"amount": typed})).text
    post(citizen, f"{RENT}/code", **SIGNED, amount=typed)
    assert dict(hall.said)["issue_withdrawal_code"]["amount"].startswith("15426")


@pytest.mark.parametrize("amount", ["", "0", "-1", "1.234", "abc", "1e3", "1,5"])
def test_an_impossible_amount_is_sent_back_to_its_input(
    citizen: FlaskClient, hall: HallDouble, amount: str
) -> None:
    answer = post(citizen, f"{RENT}/review", **(FILLED | {"amount": amount}))
    assert answer.status_code == 422
    assert 'href="#amount"' in answer.text
    assert "register_withdrawal" not in dict(hall.said)


def test_everything_is_shown_once_more_before_the_confirming_press(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    text = post(citizen, f"{RENT}/review", **FILLED).text
    for words in ("8,400.00", "单身", "《单身具结书》", "确认提交", "返回修改"):
        assert words in text
    assert "register_withdrawal" not in dict(hall.said)
    assert field_value(text, "key")


@pytest.mark.feature("W-23")
def test_the_confirming_press_registers_and_leads_to_the_result(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    answer = post(citizen, f"{RENT}/registration", **FILLED, key="key-1")
    assert answer.location == "/withdrawals/W20261122000001/result"
    assert dict(hall.said)["register_withdrawal"] == {
        "reason": "rent_quota",
        "amount": "8400.00",
        "details": {"marital_status": "single"},
        "documents": [
            {"code": "single_status_affidavit", "version": "2026-1"},
            {"code": "withdrawal_commitment", "version": "2026-1"},
        ],
        "code": "123456",
    }


def test_answers_that_no_longer_apply_are_left_out(citizen: FlaskClient, hall: HallDouble) -> None:
    fields = FILLED | {"detail-spouse_name": "张三"}
    post(citizen, f"{RENT}/registration", **fields)
    assert dict(hall.said)["register_withdrawal"]["details"] == {"marital_status": "single"}


@pytest.mark.parametrize(
    ("pointer", "input_id"),
    [("/code", "code"), ("/amount", "amount"), ("/details/spouse_name", "detail-spouse_name")],
)
def test_a_refusal_points_at_its_input(
    citizen: FlaskClient, hall: HallDouble, pointer: str, input_id: str
) -> None:
    hall.refusing["register_withdrawal"] = Invalid("wrong", "请更正。", pointer=pointer)
    answer = post(citizen, f"{RENT}/registration", **FILLED)
    assert answer.status_code == 422
    assert f'href="#{input_id}"' in answer.text


def test_an_unknown_outcome_is_looked_up_and_not_repeated(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["register_withdrawal"] = Outstanding("withdrawal-abc")
    answer = post(citizen, f"{RENT}/registration", **FILLED)
    assert answer.location is not None
    assert answer.location.startswith("/operations/withdrawal-abc?asked=")
    waiting = citizen.get(answer.location)
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "3")
    hall.operation_state = "done"
    assert citizen.get(answer.location).location == "/withdrawals/W20261122000001/result"


@pytest.mark.parametrize(("state", "done"), [("registered", "filed"), ("undone", "undone")])
def test_a_base_whose_outcome_came_late_is_told_of(
    citizen: FlaskClient, hall: HallDouble, monkeypatch: pytest.MonkeyPatch, state: str, done: str
) -> None:
    answer = {"number": "B20260715000001", "state": state, "contribution_year": 2026}
    monkeypatch.setattr(hall, "operation", lambda *_: {"state": "done", "answer": answer})
    assert citizen.get("/operations/deposit-abc").location == f"/base-adjustment?done={done}"


def test_a_silent_service_is_named(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["account"] = Missing("deposit")
    answer = citizen.get("/account")
    assert answer.status_code == 503
    assert "公积金账户、缴存和借记卡暂时没有回应" in answer.text


def test_deleting_asks_once_more(citizen: FlaskClient, hall: HallDouble) -> None:
    asked = citizen.get("/withdrawals/W20261122000008/deletion").text
    assert "确定删除这张单据吗？" in asked
    assert post(citizen, "/withdrawals/W20261122000008/deletion", key="k").location == "/withdrawals"
    assert dict(hall.said)["delete"] == "W20261122000008"


@pytest.mark.feature("D-03")
def test_an_empty_contribution_query_shows_the_days_it_meant(citizen: FlaskClient) -> None:
    assert "2025-11-22 至 2026-11-22" in citizen.get("/contributions").text


@pytest.mark.feature("W-34", "W-35")
def test_a_card_is_changed_in_place(citizen: FlaskClient, hall: HallDouble) -> None:
    answer = post(citizen, "/card", bank_code="105", card_number="6217 0012 3456 7890 123", key="k")
    assert answer.location == "/card?changed=yes"
    assert dict(hall.said)["bind_card"] == {"bank_code": "105", "card_number": "6217001234567890123"}
    assert "提交修改成功" in citizen.get(answer.location).text


@pytest.mark.parametrize(("name", "value"), [("mode", "elder"), ("theme", "contrast")])
def test_the_display_is_set_by_the_server(citizen: FlaskClient, name: str, value: str) -> None:
    assert post(citizen, "/display", **{name: value, "back": "/account"}).location == "/account"
    assert f'data-{name}="{value}"' in citizen.get("/account").text


@pytest.mark.feature("G-02", "W-03", "W-102")
def test_the_menu_holds_what_is_built_and_nothing_else(citizen: FlaskClient) -> None:
    text = citizen.get("/").text
    menu = text[text.index('aria-label="业务菜单"') : text.index("</nav>")]
    links = [each.get("href") or "" for each in Markup(menu).all("a")]
    assert len(links) == len(set(links)) >= 3 + 8 + 1
    assert {citizen.get(link).status_code for link in links} == {200}
    assert "借记卡变更" in menu


def test_the_menu_outlives_the_withdrawal_service(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["reasons"] = Missing("withdrawal")
    answer = citizen.get("/account")
    assert answer.status_code == 200
    assert "提取业务暂时无法使用" in answer.text


def test_a_supervisor_lets_a_halted_settlement_go_on(supervisor: FlaskClient, hall: HallDouble) -> None:
    page = supervisor.get("/staff/interest").text
    assert "370200000001: 14583 / 14584" in page
    proof = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert proof is not None
    form = {"number": "2027", "csrf_token": proof[1], "key": "k1"}
    assert supervisor.post("/staff/interest/resume", data=form).status_code == 303
    assert ("resume_interest_run", {"number": "2027"}) in hall.said


@pytest.mark.parametrize(
    ("running", "sentence"), [(False, "请用同一文件夹再运行一次导入"), (True, "导入正在进行")]
)
def test_an_operator_is_told_that_interest_waits_for_an_import(
    operator: FlaskClient, hall: HallDouble, running: bool, sentence: str
) -> None:
    assert "账簿导入" not in operator.get("/staff/interest").text
    hall.waits_for = {"begun_at": "2027-07-01T00:01:00+08:00", "running": running}
    hall.accounts_taking_over = 12
    page = operator.get("/staff/interest").text
    assert "开始的账簿导入尚未完成，12 个账户的明细还没有核对" in page
    assert sentence in page


def test_an_operator_is_told_of_accounts_that_a_replaced_import_left(
    operator: FlaskClient, hall: HallDouble
) -> None:
    hall.accounts_taking_over = 7
    page = operator.get("/staff/interest").text
    assert "7 个账户仍在账簿导入核对中" in page
    assert ("再导入一次" in page, "结息暂不进行" in page) == (True, False)


def test_a_supervisor_sets_an_account_in_dispute_aside(supervisor: FlaskClient, hall: HallDouble) -> None:
    page = supervisor.get("/staff/interest").text
    assert "已暂停，等待核查" in page
    assert "145.83" in page and "以前年度的利息尚未结清" in page
    proof = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert proof is not None
    named = {"number": "2027", "fund_number": "370200000001"}
    form = named | {"csrf_token": proof[1], "key": "k1"}
    assert supervisor.post("/staff/interest/set-aside", data=form).status_code == 303
    assert ("set_aside_interest_account", named) in hall.said


def test_an_operator_is_told_that_a_settlement_halted_and_decides_nothing(
    operator: FlaskClient, hall: HallDouble
) -> None:
    hall.names_accounts = False
    page = operator.get("/staff/interest").text
    assert "1 个账户两次计算结果不符" in page and "请通知业务主管核查" in page
    assert [
        word
        for word in ("370200000002", "145.83", "14583", "继续结息</button>", "单独暂缓</button>")
        if word in page
    ] == []


def test_an_operator_does_not_see_a_citizens_page(operator: FlaskClient) -> None:
    assert operator.get("/account").status_code == 403


def test_a_citizen_does_not_see_the_staff_pages(citizen: FlaskClient) -> None:
    assert citizen.get("/staff/stuck-withdrawals").status_code == 403


@pytest.mark.parametrize("path", ["/staff/login", "/staff/stuck-withdrawals", "/staff/nowhere"])
def test_the_console_shows_a_citizen_nothing_of_the_citizens_hall(citizen: FlaskClient, path: str) -> None:
    text = citizen.get(path).text
    assert "员工工作台" in text
    for words in ("个人专业版", "业务菜单", "主要栏目", "退出", "无需柜台审核"):
        assert words not in text


@pytest.mark.parametrize("path", ["/staff/stuck-withdrawals", "/account"])
def test_every_way_of_an_operator_leads_to_the_console(operator: FlaskClient, path: str) -> None:
    markup = Markup(operator.get(path).text)
    ways = {each.get("href") or "" for each in markup.all("a")} - {"#main"}
    assert "/staff/trial-balance" in ways
    assert {way for way in ways if not way.startswith("/staff")} == set()
    labels = [each.get("aria-label") for each in markup.all("nav")]
    assert labels == ["业务菜单", "主要栏目"]


@pytest.mark.parametrize(
    ("path", "tab"),
    [
        ("/ledger", "/account"),
        ("/card", "/withdrawals/new"),
        ("/withdrawals/W20261122000007", "/withdrawals"),
        ("/sessions", "/own"),
    ],
)
def test_the_tab_of_a_page_behind_it_is_marked(citizen: FlaskClient, path: str, tab: str) -> None:
    text = citizen.get(path).text
    tabs = Markup(text[text.index('aria-label="主要栏目"') :]).all("a")
    assert [each.get("href") for each in tabs if each.get("aria-current")] == [tab]


def test_a_bill_that_was_not_paid_is_printed_as_such(citizen: FlaskClient) -> None:
    states = list(LABELS)
    for state in ("booked", "payment_failed"):
        text = citizen.get(f"/withdrawals/W2026112200000{states.index(state)}/receipt").text
        assert "<h1>住房公积金提取单据</h1>" in text
        assert ("尚未支付" in text) == (state != "booked")


@pytest.mark.parametrize("cursor", ["", "?cursor=c2"])
def test_a_later_page_of_a_list_leads_back_to_the_first(citizen: FlaskClient, cursor: str) -> None:
    assert ("回到第一页" in citizen.get(f"/ledger{cursor}").text) == bool(cursor)


def test_a_waiting_register_is_named_before_registering(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.entry = lambda code: a_reason(code, pending=["不动产登记"], ceiling=None)
    assert "不动产登记暂时无法核验" in citizen.get(RENT).text


def test_every_cookie_of_a_page_stays_on_https_where_the_hall_does(
    nobody: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nobody.application.extensions["entrance"], "secure", True)
    visit = {"fund_number": "370200000001", "captcha_id": "c1", "captcha_answer": "7"}
    for path, fields in (("/first-visit", visit), ("/display", {"mode": "elder"})):
        assert "Secure" in post(nobody, path, **fields).headers["Set-Cookie"]
