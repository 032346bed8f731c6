"""Opening a freelancer's account: once, for who proved the phone and pays the own insurance."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import literal_column, select, text
from sqlalchemy import table as sql_table

from services.common import agreements
from services.common.applications import FREELANCER_OPENING, opening_digest
from services.common.clock import business_now, business_today
from services.common.errors import Invalid, Refusal
from services.common.outside import NoAnswer
from services.common.receipts import Receipt, sign_receipt
from services.deposit import opening
from tests.component.deposit.books import request

WRITTEN = ("accounts", "outbox", "operations", "transitions", "signed_agreements")
NAME, ID_NUMBER = "贾自由", "37029719930101003X"


class RegisterStandIn:
    """Answers what it is told, and remembers whom it was asked about."""

    def __init__(self, **record):
        self.record = {"found": True, "name": NAME, "self_paying": True} | record
        self.asked = []
        self.away = False

    def ask(self, id_number):
        self.asked.append(id_number)
        if self.away:
            raise NoAnswer("/registers/employment/query", "told to")
        return self.record


def wish(**changes):
    return {
        "office": "01",
        "name": NAME,
        "id_number": ID_NUMBER,
        "base_fen": 600_000,
        "rate_percent": 10,
        "applicant": "a" * 32,
    } | changes


def receipt(wanted, **changes):
    values = {
        "id": uuid.uuid4().hex,
        "purpose": FREELANCER_OPENING,
        "person": wanted["applicant"],
        "digest": opening_digest(wanted),
        "expires_at": int((business_now() + timedelta(minutes=5)).timestamp()),
    }
    return sign_receipt(Receipt(**(values | changes)))


def submitted(**changes):
    wanted = wish(**{name: changes.pop(name) for name in list(changes) if name in wish()})
    shown = agreements.current(FREELANCER_OPENING).shown()
    consent = {name: shown[name] for name in ("code", "version", "digest")}
    return wanted | {"receipt": receipt(wanted), "consent": consent, "address": "203.0.113.9"} | changes


def opened(books, wanted, register=None, key=None):
    """As the bus face does it."""
    submission = opening.submission(wanted, business_today(), register or RegisterStandIn())
    asked = request(key or uuid.uuid4().hex, wanted)
    return books.database.once(asked, opening.open_account, submission)


def accounts(books):
    return books.row("SELECT count(*) FROM accounts")[0]


@pytest.mark.feature("D-28", "D-32")
def test_the_account_is_open_at_once_under_its_department(books):
    told = opened(books, submitted())
    row = books.row(
        "SELECT accounts.state, employers.kind, employer_monthly_fen + person_monthly_fen,"
        " contribution_base_fen FROM accounts JOIN employers ON number = employer_number"
    )
    assert row == ("normal", "freelancer", 60_000, 600_000)
    assert (told["monthly_fen"], told["office"]) == (60_000, "自由职业者（市南管理部）")
    assert books.row("SELECT number FROM ledger_accounts WHERE keeps_balance")[0].endswith(
        told["fund_number"]
    )


def test_it_is_announced_without_anything_personal_and_the_agreement_is_signed(books):
    told = opened(books, submitted())
    with books.owner.connect() as connection:
        events = dict(connection.execute(text("SELECT event, payload FROM outbox")).all())
    assert events["account.opened"] == {"fund_number": told["fund_number"], "applicant": "a" * 32}
    assert events["agreement.signed"]["code"] == FREELANCER_OPENING
    assert books.row(
        "SELECT way, version FROM signed_agreements WHERE fund_number = :n", n=told["fund_number"]
    ) == (
        "online",
        told["agreement"]["version"],
    )


def test_the_same_key_opens_one_account(books):
    wanted = submitted()
    first, second = (opened(books, wanted, key="k" * 20) for _ in range(2))
    assert first == second
    assert accounts(books) == 1


def test_one_receipt_opens_one_account(books):
    wanted = submitted()
    opened(books, wanted)
    with pytest.raises(Refusal, match="code_used"):
        opened(books, wanted)
    assert accounts(books) == 1


def test_many_applications_of_one_person_at_once_open_one_account(books):
    wishes = [submitted(applicant=f"{place:032d}") for place in range(12)]

    def one(wanted):
        try:
            return opened(books, wanted)["fund_number"]
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(one, wishes))
    assert sorted(outcomes)[1:] == ["has_account"] * 11
    assert accounts(books) == 1
    assert books.row("SELECT count(*) FROM outbox WHERE event = 'account.opened'")[0] == 1


@pytest.mark.feature("D-28")
@pytest.mark.parametrize("state", ["normal", "sealed"])
def test_who_has_an_account_opens_no_second_one(books, state):
    first = opened(books, submitted())["fund_number"]
    with books.owner.begin() as connection:
        connection.execute(text("UPDATE accounts SET state = :state"), {"state": state})
    with pytest.raises(Refusal, match="has_account"):
        opened(books, submitted())
    with books.owner.begin() as connection:
        connection.execute(text("UPDATE accounts SET state = 'closed_by_withdrawal'"))
    assert opened(books, submitted())["fund_number"] > first


def test_a_fund_number_of_the_books_is_passed_over_and_none_is_given_twice(books):
    taken = str(books.row("SELECT last_value + 1 FROM fund_numbers")[0])
    books.open(taken)
    number = opened(books, submitted())["fund_number"]
    with books.owner.begin() as connection:
        connection.execute(text("UPDATE accounts SET state = 'closed_by_withdrawal'"))
    again = opened(books, submitted())["fund_number"]
    assert len({taken, number, again}) == 3


@pytest.mark.feature("D-28")
@pytest.mark.parametrize(
    "record", [{"self_paying": False}, {"self_paying": None}, {"found": False}, {"name": "甄别人"}]
)
def test_who_does_not_pay_the_own_insurance_is_refused_by_one_sentence(books, record):
    with pytest.raises(Refusal, match="not_self_paying") as refused:
        opened(books, submitted(), RegisterStandIn(**record))
    assert refused.value.sentence.startswith("社会保险登记中没有查到")
    assert accounts(books) == 0


def test_while_the_register_is_silent_nothing_is_opened_and_the_code_stays_good(books):
    register, wanted = RegisterStandIn(), submitted()
    register.away = True
    with pytest.raises(Refusal, match="register_silent") as refused:
        opened(books, wanted, register)
    register.away = False
    assert refused.value.retry_after_s
    assert opened(books, wanted, register)["fund_number"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": "withdrawal"}, "code_for_something_else"),
        ({"person": "b" * 32}, "code_for_something_else"),
        ({"expires_at": 1}, "code_expired"),
    ],
)
def test_without_the_code_for_just_this_nobody_is_looked_up(books, change, code):
    register, wanted = RegisterStandIn(), wish()
    with pytest.raises(Refusal, match=code):
        opened(books, submitted(receipt=receipt(wanted, **change)), register)
    assert register.asked == []


@pytest.mark.feature("N-13")
@pytest.mark.parametrize(
    "change",
    [{"base_fen": 600_001}, {"rate_percent": 12}, {"office": "02"}, {"name": "贾自立"}],
)
def test_a_code_is_good_for_the_application_it_was_asked_for_alone(books, change):
    with pytest.raises(Refusal, match="code_for_something_else"):
        opened(books, submitted() | change)


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"id_number": "370297199301010030"}, "field_malformed", "/id_number"),
        ({"id_number": "370297201501010018"}, "under_age", "/id_number"),
        ({"id_number": "370297196101010031"}, "over_age", "/id_number"),
        ({"base_fen": 499_999}, "base_out_of_limits", "/base"),
        ({"base_fen": 3_000_001}, "base_out_of_limits", "/base"),
        ({"rate_percent": 11}, "rate_unknown", "/rate_percent"),
        ({"rate_percent": 26}, "rate_unknown", "/rate_percent"),
        ({"office": "99"}, "field_malformed", "/office"),
        ({"name": "贾1"}, "field_malformed", "/name"),
    ],
)
def test_what_cannot_be_is_refused_with_its_figures(books, change, code, pointer):
    with pytest.raises(Invalid, match=code) as refused:
        opening.checked(wish(**change), business_today())
    assert refused.value.pointer == pointer


def test_the_bounds_stand_in_the_sentence(books):
    with pytest.raises(Invalid) as refused:
        opening.checked(wish(base_fen=1), business_today())
    assert "5,000.00 元至 30,000.00 元" in refused.value.sentence


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"version": "2019-1"}, "agreement_changed"), ({"digest": "0" * 64}, "agreement_changed")],
)
def test_a_text_that_changed_since_it_was_shown_is_shown_anew(books, changed, code):
    wanted = submitted()
    with pytest.raises(Refusal, match=code) as refused:
        opened(books, wanted | {"consent": wanted["consent"] | changed})
    assert refused.value.figures["agreement_version"] == agreements.current(FREELANCER_OPENING).version
    assert accounts(books) == 0


def test_nothing_personal_is_readable_in_the_tables_or_events(books):
    opened(books, submitted())
    with books.owner.connect() as connection:
        stored = [
            str(row)
            for table in WRITTEN
            for row in connection.execute(
                select(literal_column(f"{table}::text")).select_from(sql_table(table))
            )
        ]
    assert len(stored) > len(WRITTEN)
    assert not [row for row in stored if NAME in row or ID_NUMBER in row or "203.0.113.9" in row]
