"""Staff: a login made on the machine, two factors, a shorter session, the same doors."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner

from services.auth.second_factor import code_at, step_of
from services.auth.staff import staff
from services.auth.usecases.log_in import STAFF, Proof
from services.common.clock import technical_now
from services.common.errors import Forbidden, Invalid, Unauthenticated
from services.common.settings import settings
from services.common.subject import verify_subject
from tests.component.auth.members import PASSWORD, Member


@pytest.fixture
def operator(desk):
    """A fresh operator."""
    return Member(desk, "operator")


def refusal(desk, arguments):
    return desk.reply("staff_log_in", arguments)["refusal"]["code"]


def test_an_operator_logs_in_for_a_shorter_time(desk, operator):
    answer = desk.ask("staff_log_in", operator.typed(login_name=f" {operator.name.upper()} "))
    subject = verify_subject(answer["token"])
    assert (subject.id, subject.role, subject.edition) == (operator.name, "operator", "")
    assert subject.expires_at - subject.issued_at == 600


def test_a_login_that_exists_keeps_its_password(desk, operator):
    wanted = ["add", operator.name, "--role", "operator"]
    again = CliRunner().invoke(staff, wanted, input="another long one\n")
    assert (again.exit_code, again.output) == (0, f"{operator.name}: already there, left as it is\n")
    assert desk.ask("staff_log_in", operator.typed())["token"]


@pytest.mark.parametrize(
    ("name", "role", "office", "word"),
    [
        ("weak", "operator", "", "过于简单"),
        ("370200000001", "operator", "", "小写字母开头"),
        ("anonymous", "operator", "", "系统保留"),
        ("clerk-without", "clerk", "", "请选择管理部"),
        ("clerk-nowhere", "clerk", "77", "没有这个管理部"),
    ],
)
def test_a_weak_password_a_wrong_name_or_place_makes_no_login(desk, name, role, office, word):
    name = f"weak-{uuid.uuid4().hex[:8]}" if name == "weak" else name
    password = "12345678" if name.startswith("weak-") else PASSWORD
    wanted = ["add", name, "--role", role, "--office", office]
    refused = CliRunner().invoke(staff, wanted, input=f"{password}\n")
    assert refused.exit_code == 1
    assert word in refused.output


def test_outside_a_rehearsal_nobody_gives_a_secret(desk, monkeypatch):
    monkeypatch.setenv("HALL_DEPLOYMENT", "production")
    for rehearsal_only in (
        "HALL_CLOCK_FILE",
        "CAPTCHA_WITNESS_URL",
        "SANDBOX_PAGE_URL",
        "GATEWAY_URL",
        "FACE_URL",
    ):
        monkeypatch.delenv(rehearsal_only, raising=False)
    settings.cache_clear()
    refused = CliRunner().invoke(staff, ["add", "given", "--role", "operator"], input=f"{PASSWORD}\nABC\n")
    settings.cache_clear()
    assert (refused.exit_code, "rehearsal" in refused.output) == (1, True)


def test_staff_and_citizens_have_their_own_entrances(desk, operator):
    person, _ = desk.newcomer()
    citizen_there = desk.reply("staff_log_in", operator.typed(login_name=person.fund_number))["refusal"]
    operator_here = desk.reply("log_in", desk.login(operator.name, password=PASSWORD))["refusal"]
    assert citizen_there == operator_here
    assert citizen_there["code"] == "login_refused"


def test_an_operator_sees_dead_letters_and_a_citizen_does_not(desk, operator):
    assert desk.ask("dead_letters", token=operator.token()) == {"items": []}
    with pytest.raises(Forbidden):
        desk.ask("dead_letters", token=desk.newcomer()[1]["token"])


def test_staff_names_are_locked_alike_known_or_not(desk, operator):
    for name in (operator.name, "nobody-here"):
        typed = {"login_name": name, "password": "not it at all", "code": ""}
        wrong = [refusal(desk, operator.typed(**typed)) for _ in range(6)]
        assert wrong == ["login_refused"] * 5 + ["login_closed"]


def test_a_wrong_code_is_refused_like_a_wrong_password_and_locks_alike(desk, operator):
    wrong = [
        refusal(desk, operator.typed(code=code)) for code in ("", "000000", "abcdef", "１２３４５６", "-1")
    ]
    assert wrong == ["login_refused"] * 5
    assert refusal(desk, operator.typed(code="")) == "login_closed"


def test_a_code_counts_once(desk, operator):
    code = operator.code()
    assert desk.ask("staff_log_in", operator.typed(code=code))["token"]
    assert refusal(desk, operator.typed(code=code)) == "login_refused"


def test_a_later_code_makes_the_earlier_ones_void(desk, operator):
    now = step_of(technical_now())
    desk.ask("staff_log_in", operator.typed(code=code_at(operator.secret, now + 1)))
    assert refusal(desk, operator.typed(code=code_at(operator.secret, now))) == "login_refused"


def test_a_code_of_a_minute_ago_or_ahead_does_not_count(desk, operator):
    now = step_of(technical_now())
    for step in (now - 3, now + 3):
        assert refusal(desk, operator.typed(code=code_at(operator.secret, step))) == "login_refused"


def test_eight_logins_at_once_with_one_code_open_one_session(desk, operator):
    with desk.database.read() as session:
        candidate = STAFF.candidate(session, operator.name)
    typed = {"code": operator.code(), "address": desk.address, "client": ""}
    proof = Proof(arguments=typed, at_s=technical_now())

    def come_in(_):
        try:
            with desk.database.write() as session:
                return STAFF.open(session, candidate, proof)["session_id"]
        except Unauthenticated:
            return None

    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(come_in, range(8)))
    assert len([one for one in opened if one]) == 1


def test_a_repeat_of_the_same_login_gets_the_same_session(desk, operator):
    typed = operator.typed()
    first, again = (desk.ask("staff_log_in", typed, key=operator.name) for _ in range(2))
    assert first["session_id"] == again["session_id"]


def test_an_operators_form_has_no_edition(desk, operator):
    with pytest.raises(Invalid):
        desk.ask("staff_log_in", operator.typed(edition="normal"))
