"""日志查询: what was done in the own name stands there with time, device and result, and nobody else's."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from services.common.clock import business_today, technical_at
from services.common.errors import Invalid, Refusal
from services.common.tables import Operation
from tests.component.auth.test_openings import (
    bring_back,
    callback,
    confirmation,
    enter,
    hear,
    submitted,
)
from tests.component.auth.test_phone_change import begun, saving


def log(desk, token, **wanted):
    return desk.ask("operation_log", wanted, token=token)["items"]


def titles(desk, token, **wanted):
    return [item["title"] for item in log(desk, token, **wanted)]


def age(desk, fund_number, days):
    """Let the person's operations have been done so many days earlier."""
    with desk.database.write() as session:
        mine = Operation.holder == fund_number
        session.execute(update(Operation).where(mine).values(done_at=technical_at() - timedelta(days=days)))


def operations(desk, fund_number):
    with desk.database.read() as session:
        return session.scalars(select(Operation).where(Operation.holder == fund_number)).all()


@pytest.mark.feature("A-20")
def test_what_was_done_in_the_own_name_is_listed_the_latest_first(desk):
    person, first = desk.newcomer()
    second = desk.log_in(person.fund_number)
    desk.ask("change_phone", saving(person, begun(desk, person, second["token"])), token=second["token"])
    desk.ask("log_out", token=second["token"])
    items = log(desk, first["token"])
    assert [item["title"] for item in items] == ["退出登录", "修改手机号", "登录", "首次登录并设置密码"]
    assert [item["session_id"] for item in items] == [second["session_id"]] * 3 + [first["session_id"]]
    assert {item["kind_label"] for item in items} == {"登录与安全"}
    assert items[0]["at"].endswith("+08:00")


@pytest.mark.feature("A-20")
def test_a_login_with_a_wrong_password_is_shown_to_the_owner_with_device_and_address(desk):
    person, first = desk.newcomer()
    desk.reply("log_in", desk.login(person.phone, password="not the one 9", client="手机浏览器"))
    newest = log(desk, first["token"])[0]
    assert (newest["title"], newest["refused"]) == ("登录未成功（密码不正确）", True)
    assert newest["place"] == {"client": "手机浏览器", "address": desk.address}


BY = {
    "return": lambda desk, opening_id: bring_back(desk, opening_id),
    "phone": lambda desk, opening_id: desk.ask("confirm_opening", confirmation(desk, opening_id)),
}


@pytest.mark.feature("A-20")
@pytest.mark.parametrize("way", BY)
def test_an_opening_is_listed_where_it_takes_effect_and_coming_in_is_a_login(desk, way):
    person = desk.person(professional_since_on=None)
    opening_id, number = submitted(desk, person)
    hear(desk, callback(desk, number))
    BY[way](desk, opening_id)
    entered = enter(desk, opening_id)
    items = log(desk, entered["token"])
    assert [item["title"] for item in items] == ["在线开通后登录", "在线开通专业版并设置密码"]
    assert items[1]["number"] == number


@pytest.mark.feature("A-20")
def test_an_opening_that_ends_with_the_callback_is_listed_although_nobody_came_in(desk):
    person, _ = desk.newcomer(professional_since_on=None)
    opening_id, number = submitted(desk, person)
    bring_back(desk, opening_id)
    hear(desk, callback(desk, number))
    token = desk.log_in(person.fund_number, password="another horse 8")["token"]
    assert titles(desk, token) == ["登录", "在线开通专业版并设置密码", "首次登录并设置密码"]


def test_nobody_sees_anothers_log(desk):
    _, mine = desk.newcomer()
    person, theirs = desk.newcomer()
    desk.reply("log_in", desk.login(person.fund_number, password="not the one 9"))
    assert titles(desk, mine["token"]) == ["首次登录并设置密码"]
    assert len(titles(desk, theirs["token"])) == 2


def test_a_repeated_command_is_one_entry_and_a_renewal_none(desk):
    person, first = desk.newcomer()
    typed = desk.login(person.fund_number)
    for _ in range(3):
        desk.ask("log_in", typed, key=f"twice-{person.fund_number}")
    desk.ask("renew", token=first["token"])
    assert titles(desk, first["token"]).count("登录") == 1
    assert len(titles(desk, first["token"])) == 2


def test_the_log_is_paged_and_filtered_by_day_and_kind(desk):
    person, first = desk.newcomer()
    for _ in range(4):
        desk.log_in(person.fund_number)
    whole = log(desk, first["token"])
    page = desk.ask("operation_log", {"limit": 2}, token=first["token"])
    assert (page["items"], page["more"]) == (whole[:2], True)
    last = page["items"][-1]
    rest = log(desk, first["token"], before_at=last["at"], before_entry=last["entry"])
    assert rest == whole[2:]
    today, tomorrow = business_today(), business_today() + timedelta(days=1)
    assert log(desk, first["token"], from_on=today.isoformat(), to_on=today.isoformat()) == whole
    assert log(desk, first["token"], from_on=tomorrow.isoformat()) == []
    assert log(desk, first["token"], kind="identity") == whole
    assert log(desk, first["token"], kind="withdrawal") == []
    with pytest.raises(Invalid):
        log(desk, first["token"], kind="all of it")


def test_answers_are_forgotten_after_ninety_days_and_the_entries_stay(desk):
    person, _ = desk.newcomer()
    typed = desk.login(person.fund_number)
    key = f"old-{person.fund_number}"
    opened = desk.ask("log_in", typed, key=key)
    before = titles(desk, opened["token"])
    age(desk, person.fund_number, 89)
    desk.service.forget_operations()
    assert desk.ask("log_in", typed, key=key) == opened
    age(desk, person.fund_number, 91)
    desk.service.forget_operations()
    assert [row.answer for row in operations(desk, person.fund_number)] == [None, None]
    assert titles(desk, opened["token"]) == before
    with pytest.raises(Refusal, match="answer_forgotten"):
        desk.ask("log_in", typed, key=key)


def test_entries_are_deleted_after_three_years_but_the_proof_of_a_used_code_stays(desk):
    person, first = desk.newcomer()
    desk.log_in(person.fund_number)
    age(desk, person.fund_number, 3 * 365 + 1)
    desk.service.forget_operations()
    assert titles(desk, first["token"]) == ["首次登录并设置密码"]


def test_the_log_itself_holds_nothing_personal(desk):
    person, first = desk.newcomer()
    desk.reply("log_in", desk.login(person.id_number, password="not the one 9"))
    told = json.dumps(log(desk, first["token"]), ensure_ascii=False)
    assert all(personal not in told for personal in (person.id_number, person.phone, person.name))
