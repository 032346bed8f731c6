"""The console: each role sees its own pages, every page is sound, and each flow leads where it says."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.pages import pages
from gateway.pages.staff_places import BEHIND, PLACES, who_may_open
from services.common.errors import Invalid, Refusal
from services.common.permissions import ROLES
from tests.unit.gateway.pages.conftest import token_of
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.identity_double import AGREEMENT
from tests.unit.gateway.pages.markup import Markup
from tests.unit.gateway.pages.staff_double import HANDED_OVER, PERSON, SEEN
from tests.unit.gateway.pages.test_every_page import assert_sound, carried_bytes

PATHS = {
    "staff_counter": "/staff/counter",
    "staff_look": "/staff/counter/L2026112200000001",
    "staff_openings": "/staff/counter-openings",
    "staff_counter_changes": "/staff/counter-changes",
    "staff_looks": "/staff/looks",
    "staff_stuck": "/staff/stuck-withdrawals",
    "staff_stuck_contributions": "/staff/stuck-contributions",
    "staff_retry_refund": "/staff/refunds/F20261122000001",
    "staff_dead_letters": "/staff/dead-letters",
    "staff_settle_letter": "/staff/dead-letters/notify/D1/replay",
    "staff_trial_balance": "/staff/trial-balance",
    "staff_sms": "/staff/sms",
    "staff_interest": "/staff/interest",
    "staff_members": "/staff/members",
    "staff_member": "/staff/members/li.na",
    "staff_new_member": "/staff/members/new",
    "staff_change_member": "/staff/members/li.na/change",
    "staff_settle_member": "/staff/members/li.na/reset",
    "staff_offices": "/staff/offices",
    "staff_permissions": "/staff/permissions",
    "staff_profile": "/staff/profile",
    "staff_password": "/staff/password",
}
ROLE_CODES = [role.code for role in ROLES]


def at_work(app: Flask, role: str, *, restricted: bool = False) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", token_of(role, restricted=restricted))
    return client


def post(client: FlaskClient, path: str, fields: dict[str, str], *, form_at: str) -> TestResponse:
    """Send a form of the page at `form_at`."""
    proof = re.search(r'name="csrf_token" value="([^"]+)"', client.get(form_at).text)
    assert proof
    return client.post(path, data={"csrf_token": proof[1]} | fields)


def test_every_page_of_the_console_stands_in_the_table(app: Flask) -> None:
    names = {rule.endpoint.removeprefix("pages.") for rule in app.url_map.iter_rules()}
    console = {name for name in names if name.startswith("staff")} - {"staff_log_in", "staff_setup"}
    assert console == {place.name for place in PLACES} | set(BEHIND)
    assert {"staff_log_in"} <= names
    assert pages.name == "pages"


@pytest.mark.parametrize("role", ROLE_CODES)
@pytest.mark.parametrize("name", PATHS)
def test_a_role_opens_its_own_pages_and_no_other(app: Flask, role: str, name: str) -> None:
    answer = at_work(app, role).get(PATHS[name])
    assert answer.status_code == (200 if role in who_may_open(name) else 403)
    assert_sound(answer.text)
    assert carried_bytes(answer.text) < 80 * 1024


@pytest.mark.parametrize("role", ROLE_CODES)
def test_the_menu_and_the_tabs_lead_to_what_the_role_may_open(app: Flask, role: str) -> None:
    client = at_work(app, role)
    client.get("/staff", follow_redirects=True)
    markup = Markup(client.get("/staff", follow_redirects=True).text)
    ways = {each.get("href") or "" for each in markup.all("a")} - {"#main"}
    assert "/staff/profile" in ways
    assert {way: client.get(way).status_code for way in ways} == dict.fromkeys(ways, 200)
    assert all(way.startswith("/staff") for way in ways)


@pytest.mark.parametrize("path", ["/account", "/withdrawals", "/"])
@pytest.mark.parametrize("role", ROLE_CODES)
def test_staff_see_no_citizens_page(app: Flask, role: str, path: str) -> None:
    assert at_work(app, role).get(path).status_code == 403


def test_the_first_login_leads_to_the_setup(nobody: FlaskClient, hall: HallDouble, app: Flask) -> None:
    token = token_of("clerk", restricted=True)
    hall.staff_log_in = lambda *_: {"token": token, "restricted": True}  # type: ignore[method-assign]
    typed = {"login_name": "li.na", "password": "p", "captcha_id": "c", "captcha_answer": "7"}
    answer = post(nobody, "/staff/login", typed, form_at="/staff/login")
    assert answer.headers["Location"] == "/staff/setup"
    client = at_work(app, "clerk", restricted=True)
    assert client.get("/staff/counter").headers["Location"] == "/staff/setup"
    page = client.get("/staff/setup")
    assert_sound(page.text)
    assert "data:image/svg+xml" in page.text
    assert "ABCD" in page.text


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/staff/looks", "/staff/looks"),
        ("/account", "/staff"),
        ("//evil.example/staff/", "/staff"),
        ("", "/staff"),
    ],
)
def test_a_login_leads_back_to_the_page_that_asked_for_it(
    nobody: FlaskClient, wanted: str, place: str
) -> None:
    assert nobody.get("/staff/looks").location == "/staff/login?next=%2Fstaff%2Flooks"
    assert 'value="/staff/looks"' in nobody.get("/staff/login?next=%2Fstaff%2Flooks").text
    typed = {"login_name": "li.na", "password": "p", "captcha_id": "c", "captcha_answer": "7", "next": wanted}
    assert post(nobody, "/staff/login", typed, form_at="/staff/login").location == place


def test_the_setup_takes_password_and_code(app: Flask, hall: HallDouble) -> None:
    client = at_work(app, "clerk", restricted=True)
    own = {"password": "my very own one", "password_again": "my very own one", "code": "123 456"}
    answer = post(client, "/staff/setup", own, form_at="/staff/setup")
    assert answer.headers["Location"] == "/staff"
    assert hall.said[-1] == ("complete_staff_setup", {"code": "123456", "password": "my very own one"})


def test_a_setup_with_mistakes_says_which(app: Flask, hall: HallDouble) -> None:
    client = at_work(app, "clerk", restricted=True)
    different = {"password": "my very own one", "password_again": "another one", "code": ""}
    answer = post(client, "/staff/setup", different, form_at="/staff/setup")
    assert answer.status_code == 422
    assert "两次输入的密码不一致" in answer.text
    hall.refusing["complete_staff_setup"] = Invalid(
        "one_time_code_wrong", "动态口令不正确。", pointer="/code"
    )
    wrong = {"password": "my very own one", "password_again": "my very own one", "code": "123456"}
    assert "动态口令不正确。" in post(client, "/staff/setup", wrong, form_at="/staff/setup").text


def test_a_setup_that_is_over_leads_back_to_the_login(app: Flask, hall: HallDouble) -> None:
    hall.refusing["staff_setup"] = Refusal("setup_over", "超时")
    answer = at_work(app, "clerk", restricted=True).get("/staff/setup")
    assert answer.headers["Location"] == "/staff/login?over=yes"


def test_a_new_member_comes_with_a_password_shown_once(app: Flask, hall: HallDouble) -> None:
    client = at_work(app, "administrator")
    typed = {"login_name": " zhao.lei ", "name": "赵雷", "role": "clerk", "office": "01"}
    answer = post(client, "/staff/members/new", typed, form_at="/staff/members/new")
    assert_sound(answer.text)
    assert re.sub(r"<[^>]+>|\s", "", answer.text).count(HANDED_OVER["initial_password"]) == 1
    assert hall.said[-1] == ("add_member", typed | {"login_name": "zhao.lei"})


def test_a_member_without_a_name_or_role_is_not_made(app: Flask, hall: HallDouble) -> None:
    answer = post(at_work(app, "administrator"), "/staff/members/new", {}, form_at="/staff/members/new")
    assert answer.status_code == 422
    for words in ("请输入工号", "请输入姓名", "请选择角色"):
        assert words in answer.text


@pytest.mark.parametrize(
    ("path", "said", "leads_to"),
    [
        ("/staff/members/li.na/disabling", ("disable_member", "li.na"), "/staff/members/li.na?done=disable"),
        ("/staff/members/li.na/reset", ("reset_member", "li.na"), None),
    ],
)
def test_a_login_is_settled_after_a_second_look(
    app: Flask, hall: HallDouble, path: str, said: tuple[str, str], leads_to: str | None
) -> None:
    answer = post(at_work(app, "administrator"), path, {}, form_at=path)
    assert (hall.said[-1], answer.headers.get("Location")) == (said, leads_to)


def test_a_change_begins_with_what_is_there(app: Flask, hall: HallDouble) -> None:
    client, path = at_work(app, "administrator"), "/staff/members/li.na/change"
    assert 'value="李娜"' in client.get(path).text
    answer = post(client, path, {"name": "李娜", "role": "reviewer", "office": "01"}, form_at=path)
    assert answer.headers["Location"] == "/staff/members/li.na?done=change"


def test_a_look_leads_to_the_person_and_the_form(app: Flask, hall: HallDouble) -> None:
    client = at_work(app, "clerk")
    typed = {"number": "370200000001", "purpose": "counter_opening"}
    answer = post(client, "/staff/counter", typed, form_at="/staff/counter")
    assert answer.headers["Location"] == f"/staff/counter/{SEEN['look']}"
    text = client.get(answer.headers["Location"]).text
    assert PERSON["id_number"] in text
    assert AGREEMENT["digest"] in text


@pytest.mark.parametrize(
    "changes",
    [{"purpose": "enquiry"}, {"person": None}, {"person": PERSON | {"professional_since_on": "2024-05-06"}}],
)
def test_nothing_is_opened_where_there_is_nothing_to_open(
    app: Flask, hall: HallDouble, changes: dict[str, object]
) -> None:
    hall.seen = SEEN | changes
    text = at_work(app, "clerk").get("/staff/counter/L2026112200000001").text
    assert_sound(text)
    assert "开通个人专业版</button>" not in text


def test_a_look_says_that_the_edition_is_suspended(app: Flask, hall: HallDouble) -> None:
    person = PERSON | {"professional_since_on": "2024-05-06"}
    hall.seen = SEEN | {"person": person | {"suspended": True}}
    text = at_work(app, "clerk").get("/staff/counter/L2026112200000001").text
    assert_sound(text)
    assert "已暂停" in text and "不用再办理" not in text
    hall.seen = SEEN | {"person": person}
    assert "已暂停" not in at_work(app, "clerk").get("/staff/counter/L2026112200000001").text


def test_the_supervisor_has_a_refused_refund_tried_again_with_a_reason(app: Flask, hall: HallDouble) -> None:
    here, path = "/staff/stuck-contributions", "/staff/refunds/F20261122000001"
    assert path not in at_work(app, "operator").get(here).text
    client = at_work(app, "supervisor")
    listed = client.get(here).text
    assert path in listed and "/staff/refunds/F20261122000002" not in listed
    assert "账户已注销" in listed
    empty = post(client, path, {"reason": " "}, form_at=path)
    assert (empty.status_code, "请说明核实情况" in empty.text) == (422, True)
    done = post(client, path, {"reason": "银行已更正账户"}, form_at=path)
    assert done.headers["Location"] == f"{here}?done=retry"
    assert hall.said[-1] == ("retry_refund", {"reason": "银行已更正账户", "number": "F20261122000001"})
    assert "已重新提交退款" in client.get(done.headers["Location"]).text


def test_a_refund_that_is_under_way_is_not_tried_again(app: Flask) -> None:
    client = at_work(app, "supervisor")
    assert "再次退款</button>" not in client.get("/staff/refunds/F20261122000002").text
    assert client.get("/staff/refunds/F20261122000009").status_code == 404


@pytest.mark.parametrize("page", ["stuck-withdrawals", "stuck-contributions"])
def test_a_stuck_bill_says_when_it_is_tried_next(app: Flask, page: str) -> None:
    text = at_work(app, "operator").get(f"/staff/{page}").text
    assert "下次重试" in text
    assert re.search("2026-11-22</span> <span[^>]*>09:12:00", text)


def test_what_is_left_to_its_owner_stands_apart_and_what_is_not_listed_is_counted(app: Flask) -> None:
    text = at_work(app, "operator").get("/staff/stuck-withdrawals").text
    assert_sound(text)
    driven, _, left = text.partition("等待本人办理的单据</h2>")
    assert "支付结果待确认" in driven and "支付失败" not in driven
    assert "支付失败" in left and "另有 7 件没有列出" in left


def test_a_code_that_the_bank_does_not_answer_about_is_listed_without_a_count_of_tries(app: Flask) -> None:
    text = at_work(app, "operator").get("/staff/stuck-contributions").text
    row = text.partition("C20261119000003-1")[2].partition("</tr>")[0]
    assert "已关闭，银行没有答复" in row and "已试" not in row


@pytest.mark.parametrize(
    ("path", "typed", "said", "leads_to"),
    [
        ("end", {"session_id": "s2"}, ("end_session", "s2"), "/staff/profile?done=ended"),
        ("end", {"session_id": "s1"}, ("end_session", "s1"), "/staff/login?left=yes"),
        ("others/end", {}, ("end_other_sessions", None), "/staff/profile?done=others"),
    ],
)
def test_staff_end_their_own_sessions(
    app: Flask,
    hall: HallDouble,
    path: str,
    typed: dict[str, str],
    said: tuple[str, str | None],
    leads_to: str,
) -> None:
    client = at_work(app, "auditor")
    assert "/staff/sessions/end" in client.get("/staff/profile").text
    answer = post(client, f"/staff/sessions/{path}", typed, form_at="/staff/profile")
    assert (hall.said[-1], answer.headers["Location"]) == (said, leads_to)
    assert (client.get_cookie("session") is None) == (leads_to == "/staff/login?left=yes")


def test_an_old_look_leads_to_another_one(app: Flask, hall: HallDouble) -> None:
    hall.refusing["look"] = Refusal("look_over", "这次查询已超过30分钟，请写明用途重新查询。")
    client = at_work(app, "clerk")
    answer = client.get("/staff/counter/L2026112200000001")
    assert answer.status_code == 409
    assert "重新查询" in answer.text
    assert PERSON["id_number"] not in answer.text
    assert_sound(answer.text)
    (form,) = [each for each in Markup(answer.text).all("form") if each.get("action") == "/staff/counter"]
    assert form["method"] == "post"
    typed = {"name": "张三", "id_number": "1", "paper_number": "1", "card_seen": "yes"}
    late = post(client, "/staff/counter/L2026112200000001/opening", typed, form_at="/staff/counter")
    assert late.status_code == 409


def looked_for(client: FlaskClient, **asked: str) -> TestResponse:
    return post(client, "/staff/looks", asked, form_at="/staff/looks")


def test_looks_are_asked_for_by_staff_days_and_person_without_any_of_it_in_an_address(
    app: Flask, hall: HallDouble
) -> None:
    asked = {"login_name": "li.na", "from_on": "2026-11-01", "to_on": "2026-11-22"}
    asked |= {"fund_number": "370200000001"}
    answer = looked_for(at_work(app, "auditor"), **asked)
    assert hall.said[-1] == ("looks", asked | {"limit": 20})
    assert_sound(answer.text)
    assert "李娜" in answer.text and ">li.na<" in answer.text
    addresses = [each.get(name) or "" for _, each in Markup(answer.text).tags for name in ("href", "action")]
    assert not [address for address in addresses if "370200000001" in address]


def test_all_that_is_wrong_with_a_search_for_looks_is_told_at_once(app: Flask, hall: HallDouble) -> None:
    sentence = "没有使用这个工号的员工，请核对工号。"
    hall.refusing["looks"] = Invalid("no_such_member", sentence, pointer="/login_name")
    asked = {"login_name": "nobody", "from_on": "2026-11-22", "to_on": "2026-11-01", "fund_number": "1"}
    answer = looked_for(at_work(app, "auditor"), **asked)
    assert answer.status_code == 422
    assert_sound(answer.text)
    for told in (sentence, "截止日期不能早于开始日期。", "职工编号应为12位数字。"):
        assert f"</span>{told}</p>" in answer.text


def test_who_looked_is_not_asked_about_twice(app: Flask, hall: HallDouble) -> None:
    hall.refusing["looks"] = Invalid("no_such_member", "没有这个工号。", pointer="/login_name")
    assert looked_for(at_work(app, "auditor"), login_name="nobody").text.count("没有这个工号。</p>") == 1


def test_the_next_page_of_looks_keeps_what_was_asked_for(app: Flask, hall: HallDouble) -> None:
    client = at_work(app, "auditor")
    page = looked_for(client, fund_number="370200000001", from_on="2026-11-01").text
    (following,) = [part for part in page.split("<form") if 'name="cursor"' in part]
    hidden = {str(each["name"]): str(each["value"]) for each in Markup(following).all("input")}
    looked_for(client, **hidden)
    kept = {"fund_number": "370200000001", "from_on": "2026-11-01", "cursor": "next", "limit": 20}
    assert hall.said[-1] == ("looks", kept)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"from_on": "22.11.2026", "fund_number": "1"}, "日期应为日历上有的一天"),
        ({"from_on": "2026-11-22", "to_on": "2026-11-21"}, "截止日期不能早于开始日期"),
        ({"fund_number": "37020000000"}, "职工编号应为12位数字"),
    ],
)
def test_looks_asked_for_wrongly_are_refused_in_words(
    app: Flask, hall: HallDouble, asked: dict[str, str], sentence: str
) -> None:
    answer = looked_for(at_work(app, "auditor"), **asked)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert_sound(answer.text)
    assert "looks" not in [name for name, _ in hall.said[1:]]


def test_a_login_that_there_is_not_is_told_at_its_input(app: Flask, hall: HallDouble) -> None:
    client = at_work(app, "auditor")
    sentence = "没有使用这个工号的员工，请核对工号。"
    refusal = Invalid("no_such_member", sentence, pointer="/login_name")
    proof = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/staff/looks").text)
    assert proof
    hall.refusing["looks"] = refusal
    answer = client.post("/staff/looks", data={"login_name": "nobody", "csrf_token": proof[1]})
    assert answer.status_code == 422
    assert sentence in answer.text and 'href="#login_name"' in answer.text


@pytest.mark.parametrize(("name", "shown"), [("李娜", "李娜（370200000001）"), ("", "370200000001")])
def test_the_console_says_above_each_page_whose_login_is_open(app: Flask, name: str, shown: str) -> None:
    client = app.test_client()
    client.set_cookie("session", token_of("clerk", name=name))
    assert f"员工工作台 · 柜面经办 {shown}" in client.get("/staff/counter").text


@pytest.mark.parametrize(
    "path", ["/staff/counter-openings", "/staff/counter-changes", "/staff/looks", "/staff/members/li.na"]
)
def test_who_acted_is_named_beside_the_login(app: Flask, path: str) -> None:
    text = at_work(app, "auditor").get(path).text
    name, login = ("白一", "root-admin") if path.endswith("li.na") else ("李娜", "li.na")
    assert re.search(rf'{name} <span class="together">{login}<', text)


def test_the_own_looks_go_on_page_by_page(citizen: FlaskClient, hall: HallDouble) -> None:
    assert "/looks?cursor=next" in citizen.get("/looks").text
    citizen.get("/looks?cursor=next")
    assert hall.said[-1] == ("looks_at_me", {"cursor": "next", "limit": 20})


@pytest.mark.feature("A-24")
def test_an_opening_asks_for_card_and_paper(app: Flask, hall: HallDouble) -> None:
    client, form_at = at_work(app, "clerk"), "/staff/counter/L2026112200000001"
    shown = {name: AGREEMENT[name] for name in ("code", "version", "digest")}
    empty = post(client, f"{form_at}/opening", shown, form_at=form_at)
    assert empty.status_code == 422
    assert "请核对本人与身份证原件后勾选" in empty.text
    card = {"name": "张三", "id_number": "370202198501010014", "paper_number": "QD-0001"}
    done = post(client, f"{form_at}/opening", shown | card | {"card_seen": "yes"}, form_at=form_at)
    assert done.headers["Location"] == "/staff/counter-openings?done=O20261122000001"
    assert hall.said[-1][1] == card | {"look": "L2026112200000001", "consent": shown}


def test_an_agreement_that_changed_is_shown_anew(app: Flask, hall: HallDouble) -> None:
    text = {"agreement_text": "一、新条款。"}
    hall.refusing["open_at_counter"] = Refusal(
        "agreement_changed", "《协议》已更新。", pointer="/consent", figures=text
    )
    client, form_at = at_work(app, "clerk"), "/staff/counter/L2026112200000001"
    shown = {name: AGREEMENT[name] for name in ("code", "version", "digest")}
    card = {"name": "张三", "id_number": "370202198501010014", "paper_number": "QD-0001", "card_seen": "yes"}
    answer = post(client, f"{form_at}/opening", shown | card, form_at=form_at)
    assert answer.status_code == 409
    assert "《协议》已更新。" in answer.text
    assert card["id_number"] not in answer.text


def test_a_reviewer_checks_and_others_only_read(app: Flask, hall: HallDouble) -> None:
    here = "/staff/counter-openings"
    assert "verdict" not in at_work(app, "auditor").get(here).text
    client = at_work(app, "reviewer")
    path = f"{here}/O20261122000001/check"
    answer = post(client, path, {"verdict": "right", "remark": ""}, form_at=here)
    assert answer.headers["Location"] == f"{here}?done=O20261122000001"
    assert hall.said[-1][1] == {"right": True, "remark": "", "number": "O20261122000001"}
    hall.refusing["check_counter_opening"] = Invalid("remark_needed", "请写明有什么问题。", pointer="/remark")
    assert "请写明有什么问题。" in post(client, path, {"verdict": "wrong"}, form_at=here).text


def test_a_supervisor_lifts_a_suspension_and_nobody_else_may(app: Flask, hall: HallDouble) -> None:
    here = "/staff/counter-openings"
    assert "restoration" not in at_work(app, "reviewer").get(here).text
    client = at_work(app, "supervisor")
    path = f"{here}/O20261122000003/restoration"
    empty = post(client, path, {"correction": " "}, form_at=here)
    assert (empty.status_code, 'href="#correction-O20261122000003"' in empty.text) == (422, True)
    answer = post(client, path, {"correction": "已补签"}, form_at=here)
    assert answer.headers["Location"] == f"{here}?done=O20261122000003"
    assert hall.said[-1][1] == {"correction": "已补签", "number": "O20261122000003"}


CARD = {"name": "张三", "id_number": "370202198501010014", "paper_number": "SQ-0001", "card_seen": "yes"}


@pytest.mark.parametrize(
    ("purpose", "more"),
    [
        ("counter_reset", {}),
        ("counter_phone", {"new_phone": "137 0000 7777", "new_phone_again": "13700007777"}),
    ],
)
def test_a_lost_password_or_phone_is_entered_from_card_and_paper(
    app: Flask, hall: HallDouble, purpose: str, more: dict[str, str]
) -> None:
    hall.seen = SEEN | {"purpose": purpose}
    client, form_at = at_work(app, "clerk"), "/staff/counter/L2026112200000001"
    empty = post(client, f"{form_at}/change", {"change": purpose}, form_at=form_at)
    assert_sound(empty.text)
    assert (empty.status_code, "请核对本人与身份证原件后勾选" in empty.text) == (422, True)
    assert ("请输入申请上的新手机号" in empty.text) == bool(more)
    done = post(client, f"{form_at}/change", CARD | more | {"change": purpose}, form_at=form_at)
    assert done.headers["Location"] == "/staff/counter-changes?done=B20261122000001"
    said = {name: CARD[name] for name in ("name", "id_number", "paper_number")}
    assert hall.said[-1][1] == said | {
        "look": "L2026112200000001",
        "new_phone": "13700007777" if more else "",
    }


def test_a_new_phone_typed_two_ways_is_not_entered(app: Flask, hall: HallDouble) -> None:
    hall.seen = SEEN | {"purpose": "counter_phone"}
    client, form_at = at_work(app, "clerk"), "/staff/counter/L2026112200000001"
    typed = CARD | {"new_phone": "13700007777", "new_phone_again": "13700007778", "change": "counter_phone"}
    answer = post(client, f"{form_at}/change", typed, form_at=form_at)
    assert "两次输入的手机号不一致" in answer.text
    assert "enter_counter_change" not in dict(hall.said)


def test_a_reviewer_compares_a_change_with_the_paper(app: Flask, hall: HallDouble) -> None:
    here = "/staff/counter-changes"
    assert "verdict" not in at_work(app, "auditor").get(here).text
    client, path = at_work(app, "reviewer"), f"{here}/B20261122000001/check"
    answer = post(client, path, {"verdict": "right", "new_phone": "137 0000 7777"}, form_at=here)
    assert answer.headers["Location"] == f"{here}?done=B20261122000001"
    judged = {"right": True, "remark": "", "new_phone": "13700007777", "number": "B20261122000001"}
    assert hall.said[-1][1] == judged
    hall.refusing["check_counter_change"] = Invalid("phone_differs", "不一致。", pointer="/new_phone")
    wrong = post(client, path, {"verdict": "right"}, form_at=here)
    assert 'href="#new_phone-B20261122000001"' in wrong.text


def test_a_change_that_nobody_checked_in_time_has_no_buttons(app: Flask) -> None:
    text = at_work(app, "reviewer").get("/staff/counter-changes").text
    assert "已超过复核时限，未生效" in text
    assert "/staff/counter-changes/B20261122000001/check" in text
    assert "/staff/counter-changes/B20261121000003/check" not in text


def test_an_initial_password_that_was_shown_before_is_not_shown_again(app: Flask, hall: HallDouble) -> None:
    hall.handed_over = hall.handed_over | {"initial_password": None}
    path = "/staff/members/li.na/reset"
    text = post(at_work(app, "administrator"), path, {}, form_at=path).text
    assert_sound(text)
    assert "系统没有保存" in text and "重置登录" in text


def test_a_dead_letter_tells_how_often_it_died_and_whether_it_is_open_again(app: Flask) -> None:
    page = at_work(app, "auditor").get("/staff/dead-letters").text
    once, again = page[page.index(">E1<") :].split(">E2<")
    assert ("1 次" in once, "处理后再次失败" in once, "首次" in once) == (True, False, False)
    assert "3 次" in again and "处理后再次失败" in again
    assert again.index("首次") < again.index("2026-11-22 09:02") < again.index("最近")
    assert again.index("最近") < again.index("2026-11-24 17:05")


@pytest.mark.parametrize("action", ["replay", "drop"])
def test_a_dead_letter_is_settled_after_a_second_look(app: Flask, hall: HallDouble, action: str) -> None:
    client, path = at_work(app, "operator"), f"/staff/dead-letters/notify/E1/{action}"
    assert path in client.get("/staff/dead-letters").text
    answer = post(client, path, {}, form_at=path)
    assert answer.headers["Location"] == f"/staff/dead-letters?done={action}"
    assert hall.said[-1] == (f"{action}_dead_letter", ("notify", "E1"))
    assert path not in at_work(app, "auditor").get("/staff/dead-letters").text


def test_leaving_the_console_leads_to_its_login(app: Flask) -> None:
    client = at_work(app, "clerk")
    assert (
        post(client, "/logout", {}, form_at="/staff/profile").headers["Location"] == "/staff/login?left=yes"
    )


def test_a_citizen_who_strays_to_the_console_is_led_home(citizen: FlaskClient) -> None:
    text = citizen.get("/staff/no-such-page").text
    assert "返回首页" in text
    assert "返回工作台" not in text
    assert '<a class="button" href="/">' in text


def test_staff_who_miss_a_page_are_led_to_their_work(app: Flask) -> None:
    assert "返回工作台" in at_work(app, "clerk").get("/staff/no-such-page").text
