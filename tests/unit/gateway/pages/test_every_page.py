"""Every page in every state: renders, escapes, is clean for a strict content policy, labelled and small."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.common.errors import Forbidden, TooMany
from tests.unit.gateway.pages.contribution_double import a_contribution
from tests.unit.gateway.pages.fund_double import NAME
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.markup import Markup
from tests.unit.gateway.pages.withdrawal_double import LABELS, TITLES, a_bill, a_reason

PAGE_BYTES_MAX = 80 * 1024
STATIC = Path(__file__).parents[4] / "gateway" / "static"
CITIZEN_PAGES = [
    "/", "/account", "/contributions", "/ledger", "/withdrawals", "/withdrawals/new", "/card", "/own",
    "/messages", "/sessions", "/sessions?ended=one", "/phone", "/phone/changes/5e0b", "/operation-log",
    "/looks", "/welcome", "/password", "/password?ended=2",
    "/phone/verification", "/phone/verification?done=yes",
    "/operations/withdrawal-1?asked=1&back=/withdrawals/new", "/login", "/login/normal",
    "/sms-subscription", "/sms-subscription/changes/D2026112200000001",
    "/first-visit", "/freelancer-opening", "/base-adjustment",
    "/nowhere", "/withdrawals?from_on=yesterday", "/withdrawals/W20261122000008/deletion",
    "/opening", "/opening/done", "/opening/return", "/agreements", f"/agreements/{'f' * 32}",
    *(f"/withdrawals/new/{code}" for code in TITLES),
    "/contribute", "/contribute/new", "/contribute/C20261122000000/card-settlement",
    "/contribute/C20261122000000/payment-code", "/contribute/C20261122000000/deletion",
    "/contribute/C20261122000002/card-settlement-cancellation",
    *(f"/contribute/C2026112200000{n}{part}" for n in range(8) for part in ("", "/receipt")),
    *(f"/withdrawals/W2026112200000{n}{p}" for n in range(len(LABELS)) for p in ("", "/result", "/receipt")),
]  # fmt: skip
STAFF_PAGES = [
    "/staff/stuck-withdrawals",
    "/staff/stuck-contributions",
    "/staff/dead-letters",
    "/staff/trial-balance",
    "/staff/sms",
    "/staff/interest",
]


def assert_sound(text: str) -> None:
    """What holds for every page of the hall."""
    markup = Markup(text)
    assert markup.inline() == []
    assert markup.unlabelled() == []
    assert markup.repeated_ids() == []
    assert markup.unguarded_forms(text) == 0
    assert NAME not in text
    assert "None" not in text


def carried_bytes(text: str) -> int:
    """The page with everything it loads, each compressed as it would travel."""
    markup = Markup(text)
    loaded = [each.get("src") or "" for each in markup.all("script", "img")]
    loaded += [each.get("href") or "" for each in markup.all("link")]
    files = {name.split("?")[0].removeprefix("/static/") for name in loaded if name.startswith("/static/")}
    return len(gzip.compress(text.encode())) + sum(
        len(gzip.compress((STATIC / f).read_bytes())) for f in files
    )


@pytest.mark.parametrize("path", CITIZEN_PAGES)
def test_a_citizens_page_is_sound(citizen: FlaskClient, path: str) -> None:
    answer = citizen.get(path)
    assert answer.status_code in (200, 202, 404, 422)
    assert_sound(answer.text)


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_an_operators_page_is_sound(operator: FlaskClient, path: str) -> None:
    answer = operator.get(path)
    assert answer.status_code == 200
    assert_sound(answer.text)


@pytest.mark.parametrize("path", [*CITIZEN_PAGES[:10], "/withdrawals/new/rent_quota"])
def test_a_page_travels_in_80_kilobytes(citizen: FlaskClient, path: str) -> None:
    assert carried_bytes(citizen.get(path).text) <= PAGE_BYTES_MAX


@pytest.mark.parametrize("service", ["deposit", "withdrawal", "notify"])
def test_the_home_page_names_what_is_missing(citizen: FlaskClient, hall: HallDouble, service: str) -> None:
    hall.missing = [service]
    text = citizen.get("/").text
    assert_sound(text)
    assert "部分内容暂时看不到" in text


def test_the_home_page_says_why_there_is_no_balance_in_its_place(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    hall.account_shown = None
    hall.account_refusal = "您的账户资料正在导入核对，完成后方可查询和办理，请稍后再试。"
    text = citizen.get("/").text
    assert_sound(text)
    assert hall.account_refusal in text
    assert ("暂时看不到" in text, "可用余额" in text) == (False, False)


def test_a_refused_reason_tells_rule_figures_and_first_day(citizen: FlaskClient, hall: HallDouble) -> None:
    refusal = {
        "code": "interval",
        "sentence": "距上次提取不满12个月。",
        "rule": "青住金规〔2019〕4号",
        "figures": {"last_withdrawn_on": "2026-03-30", "available": "12345.60"},
        "passes_on": "2027-03-30",
    }
    hall.entry = lambda code: a_reason(code, allowed=False, ceiling=None, refusals=[refusal])
    text = citizen.get("/withdrawals/new/rent_quota").text
    assert_sound(text)
    for words in (
        "距上次提取不满12个月。",
        "青住金规〔2019〕4号",
        "2026-03-30",
        "12,345.60 元",
        "2027-03-30",
    ):
        assert words in text
    assert "下一步" not in text


@pytest.mark.parametrize(
    "words", ["2026年1月2日", "2026年1月", "1月2日21:05", "2026-01-02T03:04", "5,000.00元", "5000.00 元"]
)
def test_what_is_written_otherwise_is_found_on_any_page(words: str) -> None:
    assert Markup(f"<p>{words}</p>").otherwise_written() == [words]
    assert Markup(f'<input aria-label="{words}">').otherwise_written() == [words]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Forbidden("no", "不能查看。"), 403),
        (TooMany("slow", "请稍后。", retry_after_s=7), 429),
        (RuntimeError("x"), 500),
    ],
)
def test_an_error_is_a_page_with_a_way_back(
    citizen: FlaskClient, hall: HallDouble, error: Exception, status: int
) -> None:
    hall.refusing["account"] = error
    answer = citizen.get("/account")
    assert answer.status_code == status
    assert_sound(answer.text)
    assert "返回首页" in answer.text


@pytest.mark.feature("W-25", "W-28", "W-29")
@pytest.mark.parametrize("number", range(len(LABELS)))
def test_a_bill_offers_exactly_what_its_state_allows(citizen: FlaskClient, number: int) -> None:
    paths = {
        "pay": "payment",
        "check": "payment-check",
        "cancel_settlement": "settlement-cancellation",
        "delete": "deletion",
    }
    address = f"/withdrawals/W2026112200000{number}"
    markup = Markup(citizen.get(address).text)
    targets = {each.get("action") for each in markup.all("form")} | {
        each.get("href") for each in markup.all("a")
    }
    allowed = set(a_bill(list(LABELS)[number])["actions"])
    assert {name for name, path in paths.items() if f"{address}/{path}" in targets} == allowed


@pytest.mark.parametrize("freelancer", [True, False])
def test_who_pays_in_by_himself_finds_the_registration_at_home(
    citizen: FlaskClient, hall: HallDouble, freelancer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = hall.home

    def home(visitor: Any) -> Any:
        found = shown(visitor)
        return found | {"account": found["account"] | {"freelancer": freelancer}}

    monkeypatch.setattr(hall, "home", home)
    text = citizen.get("/").text
    assert_sound(text)
    assert ('<a href="/contribute/new">缴存登记</a>' in text) is freelancer


def test_all_that_waits_stands_in_one_list(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.contribution_due = {"months": ["2026-10", "2026-11"], "amount": "2014.60"}
    text = citizen.get("/").text
    assert_sound(text)
    home = hall.home(None)
    waiting = len(home["waiting"]) + len(home["contributing"]) + 1
    assert f'等待我办理 <span class="count">{waiting}</span>' in text
    assert "2026-10、2026-11 还没有缴存。" in text
    assert "没有等待您办理的业务" not in text


def test_what_went_wrong_with_a_bill_stands_on_the_home_page_too(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    hall.contributed[0] |= {"problem": "银行没有扣款：余额不足。"}
    assert "银行没有扣款：余额不足。" in citizen.get("/").text


def test_the_home_page_offers_the_normal_edition_nothing_that_would_be_refused(
    normal: FlaskClient, hall: HallDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.contribution_due = {"months": ["2026-11"], "amount": "1200.00"}
    shown = hall.home

    def home(visitor: Any) -> Any:
        found = shown(visitor)
        return found | {"account": found["account"] | {"freelancer": True}}

    monkeypatch.setattr(hall, "home", home)
    answer = normal.get("/").text
    assert_sound(answer)
    main = answer.partition("<main")[2].partition("</main>")[0]
    waiting = main.partition('<h2 id="under-way-title">')[0]
    tasks = waiting.count('<article class="card task')
    assert (tasks > 2, waiting.count(">开通专业版<")) == (True, tasks)
    markup = Markup(main)
    offered = [str(link.get("href")) for link in markup.all("a")]
    offered += [str(form.get("action")) for form in markup.all("form")]
    assert [place for place in offered if normal.get(place).status_code in (403, 405)] == []


def test_what_goes_on_by_itself_stands_apart_and_is_not_counted(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    hall.bills = [a_bill("paid", "W20261122000001")]
    hall.contributed = [a_contribution("settled", "C20261122000001")]
    text = citizen.get("/").text
    assert_sound(text)
    waiting, under_way = text.split('<h2 id="under-way-title">办理中</h2>')
    assert "没有等待您办理的业务。" in waiting and 'class="count"' not in text
    assert under_way.index("/withdrawals/W20261122000001") < under_way.index("/contribute/C20261122000001")


def test_without_anything_under_way_there_is_no_such_heading(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.bills, hall.contributed = [a_bill("payment_failed")], [a_contribution("registered")]
    text = citizen.get("/").text
    assert '等待我办理 <span class="count">2</span>' in text and "under-way-title" not in text


def test_who_has_nothing_to_do_is_told_so(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.bills, hall.contributed = [], []
    assert "没有等待您办理的业务。" in citizen.get("/").text
    hall.missing = ["deposit"]
    text = citizen.get("/").text
    assert "暂时看不到等待办理的缴存单据" in text
    assert "没有等待您办理的业务。" not in text
