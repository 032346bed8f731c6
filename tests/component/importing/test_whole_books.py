"""Whole generated books: everything arrives, balances, twice changes nothing, killed anywhere ends equal."""

from datetime import date
from pathlib import Path

import pytest

from ops.books.generate import generate
from tests.component.importing.desk import Desk

SERVICES = ("auth", "deposit", "loan")


def test_every_line_of_made_up_books_is_taken_over(desk: Desk, books: Path) -> None:
    assert {service: desk.load(service, books) for service in SERVICES} == {
        "auth": [],
        "deposit": [],
        "loan": [],
    }
    assert desk.rows("deposit", "SELECT count(*) FROM accounts") == [(60,)]
    assert desk.rows("auth", "SELECT count(*) FROM people") == [(60,)]


def test_balances_are_those_of_the_books_and_the_ledger_balances(desk: Desk, books: Path) -> None:
    desk.load("deposit", books)
    told = [line.split(",") for line in (books / "accounts.csv").read_text("utf-8").splitlines()[1:]]
    kept = dict(desk.rows("deposit", "SELECT number, balance_fen FROM ledger_accounts WHERE keeps_balance"))
    assert {f"201-{row[0]}": int(row[9].replace(".", "")) for row in told} == kept
    entries = dict(
        desk.rows(
            "deposit",
            "SELECT account, sum(moved)::int8"
            " FROM (SELECT credit AS account, amount_fen AS moved FROM postings"
            " UNION ALL SELECT debit, -amount_fen FROM postings) AS both_sides GROUP BY account",
        )
    )
    assert {number: entries.get(number, 0) for number in kept} == kept
    assert sum(entries.values()) == 0


def test_interest_payable_is_nothing_once_all_interest_is_settled(desk: Desk, books: Path) -> None:
    desk.load("deposit", books)
    assert desk.rows(
        "deposit",
        "SELECT sum(CASE WHEN credit = '211' THEN amount_fen ELSE -amount_fen END)::int8 FROM postings"
        " WHERE '211' IN (debit, credit)",
    ) == [(0,)]


def test_the_planner_knows_at_once_what_was_taken_over(desk: Desk, books: Path) -> None:
    desk.load("deposit", books)
    told = "SELECT reltuples > 0 FROM pg_class WHERE relname IN ('accounts', 'postings', 'ledger_accounts')"
    assert desk.rows("deposit", told) == [(True,)] * 3


@pytest.mark.parametrize("service", SERVICES)
def test_the_same_folder_twice_changes_nothing(desk: Desk, books: Path, service: str) -> None:
    desk.load(service, books)
    before = desk.state(service)
    assert desk.load(service, books) == []
    assert desk.state(service) == before


@pytest.mark.parametrize("service", SERVICES)
def test_the_same_lines_in_another_file_change_nothing(
    desk: Desk, books: Path, tmp_path: Path, service: str
) -> None:
    """Lines that are there already are known again even where the file as a whole is another."""
    desk.load(service, books)
    before = desk.state(service)
    generate(tmp_path, accounts=63, seed=3, today=date(2026, 11, 22))
    refused = desk.load(service, tmp_path)
    assert [line for line in refused if line[0] != "cards.csv"] == []
    after = desk.state(service)
    assert all(after[table][0] >= before[table][0] for table in before)


def test_an_import_killed_between_chunks_goes_on_and_ends_equal(desk: Desk, tmp_path: Path) -> None:
    """Three chunks of ledger lines; killed after the first, then after the second, then left to end."""
    generate(tmp_path, accounts=900, seed=5, today=date(2026, 11, 22))
    desk.load("deposit", tmp_path)
    whole = desk.state("deposit")
    desk.empty()
    desk.kill_after("deposit", tmp_path, "ledger_lines.csv", 1)
    desk.kill_after("deposit", tmp_path, "ledger_lines.csv", 1)
    assert desk.state("deposit") != whole
    assert desk.load("deposit", tmp_path) == []
    assert desk.state("deposit") == whole


def test_nothing_personal_is_stored_in_clear(desk: Desk, books: Path) -> None:
    for service in SERVICES:
        desk.load(service, books)
    person = (books / "depositors.csv").read_text("utf-8").splitlines()[1].split(",")
    card = (books / "cards.csv").read_text("utf-8").splitlines()[1].split(",")[2]
    stored = repr(
        desk.rows("auth", "SELECT * FROM people")
        + desk.rows("deposit", "SELECT name, id_number, id_index FROM accounts")
        + desk.rows("deposit", "SELECT card_number FROM cards")
    )
    clear = [person[1], person[3], person[4], card]
    assert not [text for text in clear if text in stored or repr(text.encode())[2:-1] in stored]


@pytest.mark.feature("A-12")
def test_everybody_with_an_account_is_known_and_nobody_has_a_password(desk: Desk, books: Path) -> None:
    desk.load("auth", books)
    desk.load("deposit", books)
    people = desk.rows("auth", "SELECT fund_number FROM people ORDER BY 1")
    assert people == desk.rows("deposit", "SELECT fund_number FROM accounts ORDER BY 1")
    assert desk.rows("auth", "SELECT count(*) FROM logins") == [(0,)]


def test_what_was_drawn_before_is_known_with_its_day_and_national_reason(
    desk: Desk, long_books: Path
) -> None:
    desk.load("deposit", long_books)
    lines = [line.split(",") for line in (long_books / "ledger_lines.csv").read_text("utf-8").splitlines()]
    drawn = sorted((line[1], line[2], line[8], line[4]) for line in lines if line[3] == "11")
    assert drawn
    assert drawn == desk.rows(
        "deposit",
        "SELECT fund_number, drawn_on::text, national_reason, (-amount_fen / 100.0)::numeric(18, 2)::text"
        " FROM imported_withdrawals ORDER BY 1, 2, 3, 4",
    )
