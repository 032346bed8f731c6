"""Staff: a login made on the machine, a shorter session, the same doors."""

import uuid

import pytest
from click.testing import CliRunner

from services.auth.staff import staff
from services.common.errors import Forbidden, Invalid
from services.common.subject import verify_subject

PASSWORD = "a long enough one"


@pytest.fixture
def operator(desk):
    """The name of a fresh operator."""
    name = f"operator-{uuid.uuid4().hex[:8]}"
    added = CliRunner().invoke(staff, ["add", name, "--role", "operator"], input=PASSWORD + "\n")
    assert added.output == f"{name}: added\n"
    return name


def typed(desk, name, **changes):
    own = {"login_name": name, "password": PASSWORD, "address": desk.address, "client": ""}
    return own | desk.captcha() | changes


def test_an_operator_logs_in_for_a_shorter_time(desk, operator):
    answer = desk.ask("staff_log_in", typed(desk, f" {operator.upper()} "))
    subject = verify_subject(answer["token"])
    assert (subject.id, subject.role, subject.edition) == (operator, "operator", "")
    assert subject.expires_at - subject.issued_at == 600


def test_a_login_that_exists_keeps_its_password(desk, operator):
    again = CliRunner().invoke(staff, ["add", operator], input="another long one\n")
    assert (again.exit_code, again.output) == (0, f"{operator}: already there, left as it is\n")
    assert desk.ask("staff_log_in", typed(desk, operator))["token"]


def test_a_weak_password_makes_no_login(desk):
    refused = CliRunner().invoke(staff, ["add", f"weak-{uuid.uuid4().hex[:8]}"], input="12345678\n")
    assert refused.exit_code == 1
    assert "过于简单" in refused.output


def test_staff_and_citizens_have_their_own_entrances(desk, operator):
    person, _ = desk.newcomer()
    citizen_there = desk.reply("staff_log_in", typed(desk, person.fund_number))["refusal"]
    operator_here = desk.reply("log_in", desk.login(operator, password=PASSWORD))["refusal"]
    assert citizen_there == operator_here
    assert citizen_there["code"] == "login_refused"


def test_an_operator_sees_dead_letters_and_a_citizen_does_not(desk, operator):
    token = desk.ask("staff_log_in", typed(desk, operator))["token"]
    assert desk.ask("dead_letters", token=token) == {"items": []}
    with pytest.raises(Forbidden):
        desk.ask("dead_letters", token=desk.newcomer()[1]["token"])


def test_staff_names_are_locked_alike_known_or_not(desk, operator):
    for name in (operator, "nobody-here"):
        wrong = [desk.reply("staff_log_in", typed(desk, name, password="not it at all")) for _ in range(6)]
        assert [reply["refusal"]["code"] for reply in wrong] == ["login_refused"] * 5 + ["login_closed"]


def test_an_operators_form_has_no_edition(desk, operator):
    with pytest.raises(Invalid):
        desk.ask("staff_log_in", typed(desk, operator, edition="normal"))
