"""What comes between the look at a password and the session, and what a form sent again gets."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from services.auth.second_factor import SENT_AGAIN_S, STEP_S, code_at, step_of
from services.auth.usecases import attempts, log_in, profiles
from services.auth.usecases.attempts import Door
from services.auth.usecases.limits import NAME_AT_ADDRESS
from services.common.clock import business_now, technical_now
from tests.component.auth.desk import Desk
from tests.component.auth.members import PASSWORD as OF_STAFF
from tests.component.auth.members import Member
from tests.component.auth.test_counter_changes import RESET, entered, judged
from tests.component.auth.test_openings import bring_back, callback, hear, submitted
from tests.component.auth.test_own_password import wanted
from tests.component.auth.test_phone_change import begun, saving
from tests.component.auth.test_suspensions import WRONG, served


def once_looked_at(desk, meanwhile):
    """Let something happen right after the next password was looked at."""
    plain = desk.work.matches

    def matches(password, password_hash, wait_s):
        desk.work.matches = plain
        right = plain(password, password_hash, wait_s)
        meanwhile()
        return right

    desk.work.matches = matches


def refusal(desk, form, method="log_in", **how):
    return desk.reply(method, form, **how)["refusal"]["code"]


def changed(desk, person, first):
    return lambda: desk.ask("change_password", wanted(first, person), token=first["token"])


def reset(desk, person, first):
    clerk, reviewer = Member(desk, "clerk", "01").token(), Member(desk, "reviewer", "01").token()
    number = entered(desk, clerk, person, RESET)
    return lambda: desk.ask("check_counter_change", judged(number), token=reviewer)


def opened_online(desk, person, first):
    opening_id, number = submitted(desk, person)
    hear(desk, callback(desk, number))
    return lambda: bring_back(desk, opening_id)


@pytest.mark.parametrize("event", [changed, reset, opened_online])
def test_a_login_under_way_does_not_outlive_its_password(desk, event):
    person, first = desk.newcomer(professional_since_on=None)
    form = desk.login(person.fund_number, edition="normal")
    once_looked_at(desk, event(desk, person, first))
    assert refusal(desk, form) == "login_refused"


def test_a_login_under_way_does_not_outlive_its_edition(desk):
    clerk, reviewer = Member(desk, "clerk", "01").token(), Member(desk, "reviewer", "01").token()
    person, number = served(desk, clerk)
    form = desk.login(person.fund_number)
    judgment = {"number": number} | WRONG
    once_looked_at(desk, lambda: desk.ask("check_opening_at_counter", judgment, token=reviewer))
    assert refusal(desk, form) == "professional_suspended"
    assert desk.log_in(person.fund_number, edition="normal")["token"]


def at(monkeypatch, seconds):
    """Codes are looked at at this moment."""
    for module in (attempts, log_in, profiles):
        monkeypatch.setattr(module, "technical_now", lambda: seconds)


def cut_off():
    raise ConnectionError


def test_a_wrong_code_of_staff_does_not_become_right_under_its_key(desk, monkeypatch):
    operator = Member(desk, "operator")
    later = step_of(technical_now()) + 40
    form, key = operator.typed(code=code_at(operator.secret, later)), uuid.uuid4().hex
    before = desk.work.checks
    assert {refusal(desk, form, "staff_log_in", key=key) for _ in range(9)} == {"login_refused"}
    assert desk.work.checks - before == 1
    at(monkeypatch, later * STEP_S + 5.0)
    assert refusal(desk, form, "staff_log_in", key=key) == "login_refused"


def test_a_code_is_of_the_moment_of_the_attempt(desk, monkeypatch):
    """Also when the attempt was cut off before anything came of it."""
    operator = Member(desk, "operator")
    later = step_of(technical_now()) + 40
    form, key = operator.typed(code=code_at(operator.secret, later)), uuid.uuid4().hex
    once_looked_at(desk, cut_off)
    assert "refusal" not in desk.reply("staff_log_in", form, key=key)
    at(monkeypatch, later * STEP_S + 5.0)
    assert refusal(desk, form, "staff_log_in", key=key) == "login_refused"


@pytest.mark.parametrize(("waited_s", "counts"), [(SENT_AGAIN_S, True), (SENT_AGAIN_S + 1, False)])
@pytest.mark.parametrize("method", ["staff_log_in", "change_staff_password"])
def test_a_form_that_was_cut_off_counts_with_its_code_for_two_minutes(
    desk, monkeypatch, method, waited_s, counts
):
    operator = Member(desk, "operator")
    how = {"key": uuid.uuid4().hex, "token": operator.token()}
    own = {"password": OF_STAFF, "new_password": "my other long one"}
    form = operator.typed() if method == "staff_log_in" else own | {"code": operator.code()}
    first_s = technical_now()
    at(monkeypatch, first_s)
    once_looked_at(desk, cut_off)
    assert "refusal" not in desk.reply(method, form, **how)
    at(monkeypatch, first_s + waited_s)
    for _ in range(2):
        assert ("answer" in desk.reply(method, form, **how)) is counts


@pytest.mark.parametrize("wrong", [{"code": "later"}, {"password": "not the one"}])
def test_a_wrong_code_for_another_password_does_not_become_right_under_its_key(desk, monkeypatch, wrong):
    operator = Member(desk, "operator")
    token, later = operator.token(), step_of(technical_now()) + 40
    own = {"password": OF_STAFF, "new_password": "my other long one", "code": code_at(operator.secret, later)}
    form = own | ({} if "code" in wrong else wrong)
    key, before = uuid.uuid4().hex, desk.work.checks
    codes = {refusal(desk, form, "change_staff_password", key=key, token=token) for _ in range(9)}
    assert codes == {"one_time_code_wrong" if "code" in wrong else "password_wrong"}
    assert desk.work.checks - before == 1
    at(monkeypatch, later * STEP_S + 5.0)
    assert {refusal(desk, form, "change_staff_password", key=key, token=token)} == codes


def test_a_form_sent_again_costs_no_second_look_at_the_password(desk):
    person, _ = desk.newcomer(professional_since_on=None)
    forms = [
        desk.login(person.fund_number, password="not the one"),
        desk.login(person.fund_number),
        desk.login(person.fund_number, edition="normal"),
    ]
    for form in forms:
        before, key = desk.work.checks, uuid.uuid4().hex
        replies = [desk.reply("log_in", form, key=key) for _ in range(5)]
        assert replies == [replies[0]] * 5
        assert desk.work.checks - before == 1


@pytest.mark.parametrize("method", ["change_password", "change_phone"])
def test_a_wrong_own_password_sent_again_costs_no_second_look(desk, method):
    person, first = desk.newcomer()
    wrong, token = {"password": "not the one"}, first["token"]
    if method == "change_password":
        form = wanted(first, person, **wrong)
    else:
        form = saving(person, begun(desk, person, token), **wrong)
    before, key = desk.work.checks, uuid.uuid4().hex
    assert {refusal(desk, form, method, key=key, token=token) for _ in range(5)} == {"password_wrong"}
    assert desk.work.checks - before == 1


def test_tries_at_a_closed_door_do_not_lock_the_person_out_elsewhere(desk, database, move_clock):
    person, _ = desk.newcomer()
    codes = [refusal(desk, desk.login(person.fund_number, password="not the one")) for _ in range(12)]
    assert codes == ["login_refused"] * 5 + ["login_closed"] * 7
    assert Desk(database, move_clock).log_in(person.fund_number)["token"]


def somebody_waits(database):
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"
    with database.read() as session:
        return session.scalar(text(f"{blocked} AND datname = current_database()")) > 0


def test_an_attempt_is_counted_while_the_right_person_is_let_in(database):
    """Whose failures are just being forgotten may try at the same time."""
    door, now = Door(NAME_AT_ADDRESS, uuid.uuid4().hex), business_now()

    def attempt():
        with database.write() as session:
            return attempts.try_door(session, door, now)

    attempt()
    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            attempts.try_door(session, door, now)
            other, until = pool.submit(attempt), time.monotonic() + 20
            while not somebody_waits(database) and not other.done():
                assert time.monotonic() < until, "nobody came"
            attempts.forget(session, [door])
        assert other.result() == 0
    assert [attempt() > 0 for _ in range(5)] == [False] * 4 + [True]
