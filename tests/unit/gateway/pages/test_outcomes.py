"""Writes whose answer did not come in time: looked up, told, and not waited for without end."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.calls import Missing, Outstanding
from gateway.pages import outcomes
from services.common.clock import technical_now
from tests.unit.gateway.pages.conftest import token_of
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.markup import Markup
from tests.unit.gateway.pages.staff_double import HANDED_OVER, MEMBER
from tests.unit.gateway.pages.test_every_page import assert_sound
from tests.unit.gateway.pages.test_flows import post


def waiting(**more: str | int) -> str:
    asked = {"asked": int(technical_now()), "back": "/withdrawals/new/rent_quota"} | more
    return "/operations/withdrawal-1?" + "&".join(f"{name}={value}" for name, value in asked.items())


def long_ago() -> str:
    return waiting(asked=int(technical_now()) - outcomes.ABSENT_AFTER_S - 1)


def links(answer: TestResponse) -> set[str | None]:
    return {each.get("href") for each in Markup(answer.text).all("a")}


def test_what_never_ran_is_told_with_a_way_to_do_it_again(citizen: FlaskClient) -> None:
    answer = citizen.get(long_ago())
    assert answer.status_code == 200
    assert "Refresh" not in answer.headers
    assert "没有产生任何结果" in answer.text
    assert "/withdrawals/new/rent_quota" in links(answer)
    assert_sound(answer.text)


def test_what_may_still_run_is_waited_for(citizen: FlaskClient) -> None:
    answer = citizen.get(waiting())
    assert (answer.status_code, answer.headers["Refresh"]) == (202, "3")
    assert "没有产生任何结果" not in answer.text


@pytest.mark.parametrize("asked", ["", "x", "-5", "99999999999"])
def test_an_address_without_its_time_begins_to_wait_anew(citizen: FlaskClient, asked: str) -> None:
    answer = citizen.get(waiting(asked=asked) if asked else "/operations/withdrawal-1")
    counted = parse_qs(urlsplit(str(answer.location)).query)
    assert 0 <= technical_now() - int(counted["asked"][0]) < 60


def test_a_service_that_cannot_say_is_asked_on(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["operation"] = Missing("withdrawal")
    answer = citizen.get(long_ago())
    assert (answer.status_code, answer.headers["Refresh"]) == (202, "10")
    assert "提取业务暂时没有回应" in answer.text


@pytest.mark.parametrize("asked", ["9" * 400, "-1", "1e400", "١٢", ""])
def test_a_moment_that_is_none_begins_the_wait_anew(citizen: FlaskClient, asked: str) -> None:
    answer = citizen.get("/operations/withdrawal-1", query_string={"asked": asked})
    assert answer.status_code == 303
    assert str(answer.location).startswith("/operations/withdrawal-1?asked=")


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_the_way_back_leads_to_no_other_site(citizen: FlaskClient, back: str) -> None:
    address = long_ago().replace("/withdrawals/new/rent_quota", back)
    assert not any("evil" in str(link) for link in links(citizen.get(address)))


def test_the_way_back_is_the_page_of_the_form(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.refusing["pay"] = Outstanding("withdrawal-1")
    proof = re.search(r'name="csrf_token" value="([^"]+)"', citizen.get("/withdrawals").text)
    assert proof is not None
    answer = citizen.post(
        "/withdrawals/W20261122000000/payment",
        data={"csrf_token": proof[1]},
        headers={"Referer": "http://localhost/withdrawals/W20261122000000"},
    )
    assert parse_qs(urlsplit(str(answer.location)).query)["back"] == ["/withdrawals/W20261122000000"]


TYPED = {"login_name": "370200000001", "password": "p", "captcha_id": "c", "captcha_answer": "7"}


@pytest.mark.parametrize(("use", "path"), [("log_in", "/login/normal"), ("staff_log_in", "/staff/login")])
def test_a_login_without_answer_asks_to_log_in_again(
    nobody: FlaskClient, hall: HallDouble, use: str, path: str
) -> None:
    hall.refusing[use] = Outstanding("auth-1")
    answer = post(nobody, path, **TYPED, next="/account")
    assert answer.status_code == 503
    assert "再登录一次" in answer.text
    assert 'name="captcha_answer"' in answer.text
    assert_sound(answer.text)


def test_nobody_is_sent_to_an_address_that_tells_nobody_anything(
    nobody: FlaskClient, hall: HallDouble
) -> None:
    hall.refusing["begin_first_visit"] = Outstanding("auth-1")
    answer = post(nobody, "/first-visit", fund_number="370200000001", captcha_id="c", captcha_answer="7")
    assert answer.status_code == 503
    assert "没有收到结果" in answer.text
    assert "/first-visit" in links(answer)


def at_work(app: Flask, role: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", token_of(role))
    return client


def test_staff_wait_for_their_own_commands(app: Flask, hall: HallDouble) -> None:
    hall.refusing["replay_dead_letter"] = Outstanding("notify-1")
    client, path = at_work(app, "operator"), "/staff/dead-letters/notify/D1/replay"
    answer = post(client, path, key="k")
    page = client.get(str(answer.location))
    assert (page.status_code, page.headers["Refresh"]) == (202, "3")
    assert "个人提取信息" not in page.text
    assert_sound(page.text)
    over = client.get(str(answer.location).replace("asked=", "asked=1&before="))
    assert "没有产生任何结果" in over.text
    assert path in links(over)


@pytest.mark.parametrize(
    ("role", "method", "answer", "place"),
    [
        ("clerk", "look_up", {"look": "L1"}, "/staff/counter/L1"),
        ("clerk", "open_at_counter", {"number": "O1"}, "/staff/counter-openings?done=O1"),
        ("clerk", "enter_counter_change", {"number": "K1"}, "/staff/counter-changes?done=K1"),
        ("operator", "drop_dead_letter", {"letter": {}}, "/staff/dead-letters?done=drop"),
        ("administrator", "disable_member", MEMBER, "/staff/members/li.na"),
        ("operator", "something_new", {"number": "W1"}, "/staff"),
    ],
)
def test_staff_are_led_to_what_became_of_it(
    app: Flask, hall: HallDouble, role: str, method: str, answer: dict[str, Any], place: str
) -> None:
    hall.operation_state, hall.operation_method, hall.operation_answer = "done", method, answer
    assert at_work(app, role).get(waiting()).location == place


def test_an_initial_password_is_not_lost_with_its_answer(app: Flask, hall: HallDouble) -> None:
    hall.operation_state, hall.operation_method = "done", "add_member"
    hall.operation_answer = MEMBER | HANDED_OVER
    text = at_work(app, "administrator").get(waiting()).text
    assert HANDED_OVER["initial_password"] in re.sub(r"<[^>]+>|\s", "", text)
