"""The first login of staff: own password and second factor before anything else; other passwords later."""

import uuid

import pytest
from click.testing import CliRunner

from services.auth.second_factor import code_at, step_of
from services.auth.staff import staff
from services.common.clock import technical_now
from services.common.errors import Forbidden, Invalid, Refusal, TooMany, Unauthenticated
from services.common.subject import verify_subject
from tests.component.auth.members import PASSWORD, Member, initial, setting_up


@pytest.fixture
def invited(desk):
    """The name of an auditor who has never been here."""
    name = f"auditor-{uuid.uuid4().hex[:8]}"
    CliRunner().invoke(staff, ["add", name, "--role", "auditor"], input=PASSWORD + "\n")
    return name


def test_the_first_login_leads_to_the_setup_and_nowhere_else(desk, invited):
    token = initial(desk, invited, PASSWORD)["token"]
    assert verify_subject(token).restricted
    for method in ("sessions", "staff_profile", "dead_letters", "members"):
        with pytest.raises(Forbidden, match="role_not_allowed"):
            desk.ask(method, token=token)
    with pytest.raises(Forbidden, match="role_not_allowed"):
        desk.ask("renew", token=token)


def test_the_setup_shows_a_secret_for_the_phone(desk, invited):
    shown = desk.ask("staff_setup", token=initial(desk, invited, PASSWORD)["token"])
    assert shown["login_name"] == invited
    assert shown["address"].startswith("otpauth://totp/")
    assert shown["secret"] in shown["address"]
    assert len(shown["secret"]) == 32


def test_a_setup_opens_a_session_and_the_code_is_used(desk, invited):
    token = initial(desk, invited, PASSWORD)["token"]
    own = setting_up(desk, token)
    answer = desk.ask("complete_staff_setup", own, token=token)
    assert not verify_subject(answer["token"]).restricted
    typed = {"login_name": invited, "address": desk.address, "client": "", "code": own["code"]}
    again = desk.reply("staff_log_in", typed | desk.captcha() | {"password": own["password"]})
    assert again["refusal"]["code"] == "login_refused"
    titles = [step["title"] for step in desk.ask("staff_profile", token=answer["token"])["history"]]
    assert titles == ["首次登录，设置密码和动态口令", "新增账号"]


def test_the_initial_password_is_void_afterwards(desk, invited):
    token = initial(desk, invited, PASSWORD)["token"]
    secret = desk.ask("staff_setup", token=token)["secret"]
    desk.ask("complete_staff_setup", setting_up(desk, token), token=token)
    ahead = code_at(secret, step_of(technical_now()) + 1)
    typed = {
        "login_name": invited,
        "password": PASSWORD,
        "address": desk.address,
        "client": "",
        "code": ahead,
    }
    assert desk.reply("staff_log_in", typed | desk.captcha())["refusal"]["code"] == "login_refused"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "000000"}, "one_time_code_wrong"),
        ({"password": "12345678"}, "password_weak"),
        ({"password": PASSWORD}, "password_same"),
    ],
)
def test_a_setup_with_a_wrong_code_or_a_bad_password_changes_nothing(desk, invited, changes, code):
    token = initial(desk, invited, PASSWORD)["token"]
    with pytest.raises(Invalid, match=code):
        desk.ask("complete_staff_setup", setting_up(desk, token, **changes), token=token)
    assert desk.ask("complete_staff_setup", setting_up(desk, token), token=token)["token"]


def test_two_setups_begun_and_one_completed(desk, invited):
    first, second = (initial(desk, invited, PASSWORD)["token"] for _ in range(2))
    own, other = setting_up(desk, first), setting_up(desk, second)
    desk.ask("complete_staff_setup", own, token=first)
    with pytest.raises(Refusal, match="setup_over"):
        desk.ask("complete_staff_setup", other, token=second)


def test_a_repeated_setup_gets_the_same_session(desk, invited):
    token = initial(desk, invited, PASSWORD)["token"]
    own = setting_up(desk, token)
    first, again = (desk.ask("complete_staff_setup", own, token=token, key=invited) for _ in range(2))
    assert first == again


def test_nobody_and_citizens_have_nothing_to_set_up(desk):
    with pytest.raises(Unauthenticated):
        desk.ask("staff_setup")
    citizen = desk.newcomer()[1]["token"]
    visitor = desk.begin(desk.person().fund_number)["token"]
    for token in (citizen, visitor, Member(desk, "auditor").token()):
        with pytest.raises(Forbidden):
            desk.ask("staff_setup", token=token)
        own = {"password": "my very own one", "code": "000000", "address": desk.address, "client": ""}
        with pytest.raises(Forbidden):
            desk.ask("complete_staff_setup", own, token=token)


def changing(member, **changes):
    own = {"password": PASSWORD, "new_password": "another good one", "code": ""}
    return own | ({} if "code" in changes else {"code": member.code()}) | changes


def test_another_password_needs_the_present_one_and_a_code(desk):
    member = Member(desk, "supervisor")
    token, other = member.token(), member.token()
    desk.ask("change_staff_password", changing(member), token=token)
    with pytest.raises(Unauthenticated, match="session_over"):
        desk.ask("renew", token=other)
    assert desk.ask("renew", token=token)["token"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "not it at all"}, "password_wrong"),
        ({"code": "000000"}, "one_time_code_wrong"),
        ({"new_password": "11111111"}, "password_weak"),
        ({"new_password": PASSWORD}, "password_same"),
    ],
)
def test_a_password_is_not_changed_by_who_cannot_prove_it(desk, changes, code):
    member = Member(desk, "supervisor")
    token = member.token()
    with pytest.raises(Invalid, match=code):
        desk.ask("change_staff_password", changing(member, **changes), token=token)


def test_guessing_the_present_password_locks_the_login(desk):
    member = Member(desk, "supervisor")
    token, wrong = member.token(), {"password": "not it at all", "code": "000000"}
    for _ in range(10):
        with pytest.raises(Invalid):
            desk.ask("change_staff_password", changing(member, **wrong), token=token)
    with pytest.raises(TooMany):
        desk.ask("change_staff_password", changing(member, **wrong), token=token)
    assert desk.reply("staff_log_in", member.typed())["refusal"]["code"] == "login_refused"
