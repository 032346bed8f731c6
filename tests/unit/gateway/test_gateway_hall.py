"""The uses: fan-out with named gaps, cursors, deadlines and the edge of money."""

import base64

import pytest
from flask.testing import FlaskClient

from gateway.amounts import fen_of, shown
from gateway.calls import QUERY_S, SILENT_SERVICE_S, Calls, Missing, Query
from gateway.cursors import Cursors
from gateway.devices import device
from gateway.visitor import Visitor
from services.common.errors import Fault, Forbidden, Invalid, NotFound, Refusal, Unknown
from tests.unit.gateway.answering import FUND_NUMBER, AnsweringBus, TokenOf

SERVICES = {"deposit": "account", "withdrawal": "waiting", "notify": "messages", "loan": "contracts"}
OWED = {"months": ["2026-10"], "amount_fen": 97800}
VISITOR = Visitor(address="127.0.0.1", client="", trace="0" * 32)


@pytest.fixture
def whole(bus: AnsweringBus) -> AnsweringBus:
    withdrawn = [
        {"number": "W1", "waits_for": "owner"},
        {"number": "W2", "waits_for": "hall"},
        {"number": "W3", "waits_for": None},
    ]
    contributed = [{"number": "C1", "waits_for": "hall", "actions": ["cancel_card"]}]
    bus.answers |= {
        "deposit.profile": {"fund_number": FUND_NUMBER, "balance_fen": 120050},
        "deposit.card": {"card": None},
        "deposit.contribution_tasks": {"items": contributed, "due": OWED},
        "withdrawal.withdrawals": {"items": withdrawn, "next_cursor": None},
        "withdrawal.cautions": {"hours": 12, "limit_fen": 500000, "active": None},
        "notify.messages": {"items": [{"number": f"S{n}"} for n in range(9)]},
        "loan.contracts": {"items": []},
    }
    return bus


@pytest.mark.feature("W-25")
def test_home_shows_what_waits_for_me(
    client: FlaskClient, citizen: dict[str, str], whole: AnsweringBus
) -> None:
    home = client.get("/api/v1/home", headers=citizen).get_json()
    assert home["account"]["balance"] == "1200.50"
    assert [bill["number"] for bill in home["waiting"]] == ["W1"]
    assert [bill["number"] for bill in home["withdrawals_under_way"]] == ["W2"]
    assert [bill["number"] for bill in home["contributions_under_way"]] == ["C1"]
    assert home["contributing"] == []
    assert home["contribution_due"] == {"months": ["2026-10"], "amount": "978.00"}
    assert (len(home["messages"]), home["missing"]) == (5, [])


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("silence", [Unknown("late"), Fault("trace")])
def test_home_names_the_part_that_is_missing(
    client: FlaskClient, citizen: dict[str, str], whole: AnsweringBus, service: str, silence: Exception
) -> None:
    for name in [one for one in whole.answers if one.startswith(service)]:
        whole.answers[name] = silence
    response = client.get("/api/v1/home", headers=citizen)
    home = response.get_json()
    assert (response.status_code, home["missing"]) == (200, [service])
    assert not home[SERVICES[service]]


def test_home_says_why_an_account_cannot_be_shown_now_and_nothing_of_it_is_missing(
    client: FlaskClient, citizen: dict[str, str], whole: AnsweringBus
) -> None:
    sentence = "您的账户资料正在导入核对，请稍后再试。"
    for name in ("deposit.profile", "deposit.card", "deposit.ledger_lines"):
        whole.answers[name] = Refusal("account_being_taken_over", sentence)
    response = client.get("/api/v1/home", headers=citizen)
    home = response.get_json()
    assert (response.status_code, home["account"], home["account_refusal"]) == (200, None, sentence)
    assert (home["missing"], [bill["number"] for bill in home["waiting"]]) == ([], ["W1"])


def test_who_may_not_ask_is_not_shown_a_home_without_parts(
    client: FlaskClient, citizen: dict[str, str], whole: AnsweringBus
) -> None:
    whole.answers["deposit.profile"] = Forbidden("not_allowed", "不能查看。")
    assert client.get("/api/v1/home", headers=citizen).status_code == 403


def test_home_asks_everybody_before_it_waits_for_anybody(
    client: FlaskClient, citizen: dict[str, str], whole: AnsweringBus
) -> None:
    asked_at_first_answer: list[int] = []
    whole.answers["deposit.profile"] = lambda _: asked_at_first_answer.append(len(whole.asked)) or {}
    client.get("/api/v1/home", headers=citizen)
    assert asked_at_first_answer == [8]


def test_what_one_does_not_have_is_left_out_of_home_but_not_missing(
    client: FlaskClient, citizen: dict[str, str], whole: AnsweringBus
) -> None:
    whole.answers["loan.contracts"] = NotFound("no_contract", "没有贷款。")
    home = client.get("/api/v1/home", headers=citizen).get_json()
    assert (home["contracts"], home["missing"]) == ([], [])


def test_a_silent_service_is_given_less_time_until_it_answers_again(bus: AnsweringBus) -> None:
    given: list[float] = []
    submit = bus.submit
    bus.submit = lambda question, seconds: given.append(seconds) or submit(question, seconds)  # type: ignore[method-assign]
    calls, query = Calls(bus, b"key"), Query(service="loan", method="contracts")
    bus.answers["loan.contracts"] = Unknown("late")
    with pytest.raises(Missing):
        calls.query(VISITOR, query)
    bus.answers["loan.contracts"] = {}
    calls.query(VISITOR, query)
    calls.query(VISITOR, query)
    assert given == [QUERY_S, SILENT_SERVICE_S, QUERY_S]


def test_a_list_goes_on_by_a_signed_cursor(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus
) -> None:
    bus.answers["deposit.ledger_lines"] = {"items": [{"amount_fen": 5}], "next_cursor": "2026-01-01.7"}
    response = client.get("/api/v1/ledger-lines?limit=1&from_on=2026-01-01", headers=citizen)
    page = response.get_json()
    assert page["items"] == [{"amount": "0.05"}] and page["next_cursor"] != "2026-01-01.7"
    following = response.headers["Link"].split(";")[0].strip("<>")
    client.get(following, headers=citizen)
    wanted = {"limit": 1, "from_on": "2026-01-01", "cursor": "2026-01-01.7"}
    assert bus.question("deposit.ledger_lines").arguments == wanted


def test_a_cursor_is_good_for_one_person_and_one_list_only(
    client: FlaskClient, citizen: dict[str, str], token_of: TokenOf, bus: AnsweringBus
) -> None:
    bus.answers |= {
        "deposit.ledger_lines": {"items": [], "next_cursor": "7"},
        "deposit.contributions": {"items": []},
    }
    cursor = client.get("/api/v1/ledger-lines", headers=citizen).get_json()["next_cursor"]
    other = {"Authorization": f"Bearer {token_of(person='370200000002')}"}
    for address, headers in (("ledger-lines", other), ("contributions", citizen)):
        response = client.get(f"/api/v1/{address}?cursor={cursor}", headers=headers)
        assert (response.status_code, response.get_json()["code"]) == (422, "cursor_invalid")


@pytest.mark.parametrize("cursor", ["", "x", "WyJhIl0.AAAA", "七"])
def test_a_cursor_nobody_gave_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        Cursors(b"key").place("list", "person", cursor)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "from_on=2026-02-30",
        "surprise=1",
        "from_on=2026-02-01&to_on=2026-01-01",
    ],
)
def test_a_window_that_is_none_is_refused(client: FlaskClient, citizen: dict[str, str], query: str) -> None:
    assert client.get(f"/api/v1/contributions?{query}", headers=citizen).status_code == 422


def test_the_operator_sees_dead_letters_of_all_services_that_answer(
    client: FlaskClient, token_of: TokenOf, bus: AnsweringBus
) -> None:
    bus.answers |= {f"{name}.dead_letters": {"items": []} for name in ("auth", "deposit", "loan", "notify")}
    bus.answers |= {
        "deposit.dead_letters": {"items": [{"number": "D1"}]},
        "withdrawal.dead_letters": Unknown("late"),
    }
    headers = {"Authorization": f"Bearer {token_of('operator')}"}
    found = client.get("/api/v1/staff/dead-letters", headers=headers).get_json()
    assert found == {"items": [{"number": "D1", "service": "deposit"}], "missing": ["withdrawal"]}


def test_fen_become_yuan_at_any_depth() -> None:
    answer = {"a_fen": 1, "b": [{"c_fen": -250, "d": "x_fen"}], "e_fen": None, "f": {"g_fen": 10**15}}
    leaving = {"a": "0.01", "b": [{"c": "-2.50", "d": "x_fen"}], "e": None, "f": {"g": "10000000000000.00"}}
    assert shown(answer) == leaving


def test_moments_leave_in_chinas_time_with_its_offset_and_days_stay_days() -> None:
    answer = {
        "registered_at": "2026-11-21T18:03:05+00:00",
        "opened_at": "2026-11-22T02:03:05+08:00",
        "released_at": None,
        "moved_at": "soon",
        "registered_on": "2026-11-22",
        "timeline": [{"at": "2026-11-21T18:03:05.25+00:00"}],
    }
    assert shown(answer) == answer | {
        "registered_at": "2026-11-22T02:03:05+08:00",
        "timeline": [{"at": "2026-11-22T02:03:05.250000+08:00"}],
    }


@pytest.mark.parametrize(
    ("text", "fen"), [("0.01", 1), ("8400", 840000), ("8400.5", 840050), ("1200.50", 120050)]
)
def test_yuan_texts_become_fen(text: str, fen: int) -> None:
    assert fen_of(text) == fen


@pytest.mark.parametrize("text", ["0", "0.0", "-1", "1.001", "1e3", " 1", "1 ", "01", "1,00", "", "八"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        fen_of(text)
    assert refused.value.pointer == "/amount"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156 Safari/537", "Chrome · Windows"),
        ("curl/8", "其他设备"),
        ("", "其他设备"),
    ],
)
def test_a_device_is_named_in_coarse_words(agent: str, words: str) -> None:
    assert device(agent) == words


@pytest.mark.parametrize("limit", ["5%0A", "5%0D%0A", "+5", "%EF%BC%95", "5.0", "9" * 400])
def test_a_limit_is_written_in_plain_digits(client: FlaskClient, citizen: dict[str, str], limit: str) -> None:
    response = client.get(f"/api/v1/ledger-lines?limit={limit}", headers=citizen)
    assert (response.status_code, response.get_json()["code"]) == (422, "fields_invalid")


def test_a_cursor_does_not_tell_whose_list_it_is(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus
) -> None:
    bus.answers["deposit.ledger_lines"] = {"items": [], "next_cursor": "7"}
    cursor = client.get("/api/v1/ledger-lines", headers=citizen).get_json()["next_cursor"]
    assert base64.urlsafe_b64decode(cursor.partition(".")[0] + "==") == b'["7"]'
