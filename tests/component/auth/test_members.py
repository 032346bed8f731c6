"""员工管理: an administrator makes, changes, disables and resets logins of others, and never the own one."""

import uuid

import pytest
from sqlalchemy import select

from services.auth.staff_models import StaffMember
from services.auth.usecases.staff import names_of
from services.common.database import ANSWER
from services.common.errors import Forbidden, Invalid, NotFound, Refusal, Unauthenticated
from services.common.sealed import unseal
from services.common.subject import verify_subject
from services.common.tables import Operation
from tests.component.auth.members import PASSWORD, Member, initial, setting_up
from tests.listening import statements


@pytest.fixture
def administrator(desk):
    """An administrator's session."""
    return Member(desk, "administrator").token()


def wanted(**changes):
    name = f"li-{uuid.uuid4().hex[:8]}"
    return {"login_name": name, "name": "李经办", "role": "clerk", "office": "01"} | changes


def test_a_new_login_comes_with_a_password_for_the_first_visit(desk, administrator):
    made = desk.ask("add_member", wanted(), token=administrator)
    assert (made["label"], made["office_title"], made["role_title"]) == (
        "待首次登录",
        "市南管理部",
        "柜面经办",
    )
    token = initial(desk, made["login_name"], made["initial_password"])["token"]
    assert desk.ask("complete_staff_setup", setting_up(desk, token), token=token)["role"] == "clerk"
    assert desk.ask("member", {"login_name": made["login_name"]}, token=administrator)["label"] == "在用"


def test_the_initial_password_lapses(desk, administrator):
    made = desk.ask("add_member", wanted(), token=administrator)
    desk.move_clock(72 * 3600 + 1)
    with pytest.raises(Unauthenticated, match="login_refused"):
        initial(desk, made["login_name"], made["initial_password"])


def test_a_name_is_given_once(desk, administrator):
    own = wanted()
    desk.ask("add_member", own, token=administrator)
    with pytest.raises(Refusal, match="login_name_taken"):
        desk.ask("add_member", own, token=administrator)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"office": ""}, "office_needed"),
        ({"office": "99"}, "no_such_office"),
        ({"role": "king"}, "invalid"),
        ({"login_name": "370200000001"}, "login_name_wrong"),
        ({"login_name": "a b"}, "login_name_wrong"),
    ],
)
def test_what_is_no_login_is_not_made(desk, administrator, changes, code):
    reply = desk.reply("add_member", wanted(**changes), token=administrator)
    assert code in reply["refusal"]["code"]


def test_names_are_sealed(desk, administrator):
    made = desk.ask("add_member", wanted(name="赵钱孙"), token=administrator)
    with desk.database.read() as session:
        row = session.execute(select(StaffMember).where(StaffMember.login_name == made["login_name"]))
        assert row.scalar_one().name == "赵钱孙"
        raw = session.connection().exec_driver_sql(
            "SELECT name FROM staff WHERE login_name = %s", (made["login_name"],)
        )
        assert "赵钱孙".encode() not in bytes(raw.scalar_one())


def test_another_role_ends_what_is_open(desk, administrator):
    member = Member(desk, "operator")
    token = member.token()
    change = {"login_name": member.name, "name": "周", "role": "reviewer", "office": "03"}
    changed = desk.ask("change_member", change, token=administrator)
    assert (changed["role_title"], changed["office_title"]) == ("业务复核", "李沧管理部")
    with pytest.raises(Unauthenticated, match="session_over"):
        desk.ask("renew", token=token)
    (latest, *_) = desk.ask("member", {"login_name": member.name}, token=administrator)["history"]
    assert latest["remark"] == "角色：系统运维→业务复核；机构：中心本部→李沧管理部；姓名"


def test_the_history_names_who_did_it(desk):
    administrator, member = Member(desk, "administrator", person="言四"), Member(desk, "operator")
    change = {"login_name": member.name, "name": "周", "role": "operator", "office": ""}
    desk.ask("change_member", change, token=administrator.token())
    asked = {"login_name": member.name}
    history = desk.ask("member", asked, token=Member(desk, "auditor").token())["history"]
    assert [(step["by"], step["by_name"]) for step in history][:2] == [
        (administrator.name, "言四"),
        ("system", ""),
    ]


def test_a_token_names_staff_and_no_citizen(desk):
    token = Member(desk, "clerk", "01", person="甄一").token()
    for one in (token, desk.ask("renew", token=token)["token"]):
        assert verify_subject(one).name == "甄一"
    assert verify_subject(desk.newcomer()[1]["token"]).name == ""
    assert "甄一" not in repr(verify_subject(token))


def test_a_change_that_changes_nothing_ends_nothing(desk, administrator):
    member = Member(desk, "operator")
    token = member.token()
    same = {"login_name": member.name, "name": " ", "role": "operator", "office": ""}
    desk.ask("change_member", same | {"name": "-"}, token=administrator)
    before = len(desk.ask("member", {"login_name": member.name}, token=administrator)["history"])
    desk.ask("change_member", same | {"name": "-"}, token=administrator)
    assert len(desk.ask("member", {"login_name": member.name}, token=administrator)["history"]) == before
    with pytest.raises(Unauthenticated):
        desk.ask("renew", token=token)


def test_a_disabled_login_lets_nobody_in_and_can_be_enabled(desk, administrator):
    member = Member(desk, "operator")
    token, whom = member.token(), {"login_name": member.name}
    assert desk.ask("disable_member", whom, token=administrator)["label"] == "已停用"
    with pytest.raises(Unauthenticated, match="session_over"):
        desk.ask("renew", token=token)
    assert desk.reply("staff_log_in", member.typed())["refusal"]["code"] == "login_refused"
    with pytest.raises(Refusal, match="wrong_state"):
        desk.ask("disable_member", whom, token=administrator)
    anew = desk.ask("reset_member", whom, token=administrator)
    assert initial(desk, member.name, anew["initial_password"])["restricted"]


def test_a_reset_voids_password_codes_sessions_and_lock(desk, administrator):
    member = Member(desk, "operator")
    token = member.token()
    for _ in range(6):
        desk.reply("staff_log_in", member.typed(password="not it at all", code=""))
    anew = desk.ask("reset_member", {"login_name": member.name}, token=administrator)
    with pytest.raises(Unauthenticated, match="session_over"):
        desk.ask("renew", token=token)
    desk.address = "198.51.100.7"
    with pytest.raises(Unauthenticated, match="login_refused"):
        initial(desk, member.name, PASSWORD)
    assert initial(desk, member.name, anew["initial_password"])["restricted"]


def test_a_reset_voids_a_setup_under_way(desk, administrator):
    made = desk.ask("add_member", wanted(), token=administrator)
    token = initial(desk, made["login_name"], made["initial_password"])["token"]
    own = setting_up(desk, token)
    desk.ask("reset_member", {"login_name": made["login_name"]}, token=administrator)
    with pytest.raises(Refusal, match="setup_over"):
        desk.ask("complete_staff_setup", own, token=token)


@pytest.mark.parametrize("method", ["disable_member", "reset_member", "change_member"])
def test_nobody_administers_the_own_login(desk, method):
    member = Member(desk, "administrator")
    token = member.token()
    whom = {"login_name": member.name}
    if method == "change_member":
        whom |= {"name": "我", "role": "clerk", "office": "01"}
    with pytest.raises(Forbidden, match="not_your_own"):
        desk.ask(method, whom, token=token)


@pytest.mark.parametrize("method", ["add_member", "reset_member"])
def test_an_initial_password_is_told_once_and_kept_by_nobody(desk, administrator, method):
    asked = wanted() if method == "add_member" else {"login_name": Member(desk, "operator").name}
    key = uuid.uuid4().hex
    first, again = (desk.ask(method, asked, token=administrator, key=key) for _ in range(2))
    assert len(first["initial_password"]) == 16
    assert again == first | {"initial_password": None}
    with desk.database.read() as session:
        rows = session.scalars(select(Operation).where(Operation.op_id == f"gateway|{key}"))
        (kept,) = [unseal(row.answer, ANSWER) for row in rows]
    assert first["initial_password"] not in kept
    beyond = set(first) - set(desk.ask("members", token=administrator)["items"][0])
    assert beyond == {"initial_password", "initial_until_at"}
    assert initial(desk, first["login_name"], first["initial_password"])["restricted"] is True


def test_who_is_not_there_is_not_found(desk, administrator):
    for method in ("member", "disable_member", "reset_member"):
        with pytest.raises(NotFound):
            desk.ask(method, {"login_name": "nobody-here"}, token=administrator)


@pytest.mark.parametrize("role", ["clerk", "reviewer", "supervisor", "auditor", "operator"])
def test_only_administrators_change_logins(desk, role):
    token = Member(desk, role, "01" if role in ("clerk", "reviewer") else "").token()
    for method in ("add_member", "change_member", "disable_member", "reset_member"):
        assert desk.reply(method, wanted(), token=token)["refusal"]["code"] == "role_not_allowed"


def test_the_lists_say_who_is_where_and_who_may_what(desk, administrator):
    desk.ask("add_member", wanted(office="07"), token=administrator)
    offices = {office["title"]: office for office in desk.ask("offices", token=administrator)["items"]}
    assert offices["即墨管理部"]["members"] >= 1
    table = desk.ask("permissions", token=administrator)
    assert {role["title"] for role in table["roles"]} >= {"柜面经办", "审计", "账号管理"}
    assert any(one["roles"] == ["administrator"] for one in table["permissions"])
    assert all("initial_password" not in one for one in desk.ask("members", token=administrator)["items"])


def test_an_invalid_role_is_invalid(desk, administrator):
    with pytest.raises(Invalid):
        desk.ask("add_member", wanted(role="operator_"), token=administrator)


def test_a_name_is_shown_without_reading_what_proves_the_login(desk):
    name = Member(desk, "clerk", "01", person="李经办").name
    with desk.database.read() as session, statements() as said:
        assert names_of(session, [name, None]) == {name: "李经办"}
    assert [text for text in said if "code_secret" in text or "password_hash" in text] == []
