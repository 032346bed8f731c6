"""The generator: same seed, same bytes; every number is well formed; every demo person is there."""

import json
import re
from collections.abc import Callable
from datetime import date
from filecmp import cmpfiles
from pathlib import Path

import pytest

from ops.books.generate import generate
from ops.books.registers import REGISTERS
from services.common.identifiers import (
    parse_bank_code,
    parse_card_number,
    parse_id_number,
    parse_mobile,
)
from services.common.national_standard.books import (
    ACCOUNTS,
    BOOKS,
    CARDS,
    DEPOSITORS,
    EMPLOYERS,
    LEDGER_LINES,
    Book,
)
from services.common.national_standard.code_lists import ACCOUNT_STATES

TODAY = date(2026, 11, 22)
Rows = list[dict[str, str]]
Read = Callable[[Book], Rows]


def files_of(folder: Path) -> list[str]:
    return sorted(str(place.relative_to(folder)) for place in folder.rglob("*") if place.is_file())


def test_the_same_seed_writes_the_same_bytes(books: Path, tmp_path: Path) -> None:
    generate(tmp_path, accounts=300, seed=7, today=TODAY)
    equal, different, missing = cmpfiles(books, tmp_path, files_of(books), shallow=False)
    assert (different, missing) == ([], [])
    assert equal == files_of(tmp_path)


def test_another_seed_writes_other_people(books: Path, tmp_path: Path) -> None:
    generate(tmp_path, accounts=300, seed=8, today=TODAY)
    assert (tmp_path / "depositors.csv").read_bytes() != (books / "depositors.csv").read_bytes()


def test_a_longer_run_begins_with_the_same_accounts(books: Path, tmp_path: Path) -> None:
    generate(tmp_path, accounts=320, seed=7, today=TODAY)
    shorter = (books / "depositors.csv").read_text("utf-8").splitlines()
    assert (tmp_path / "depositors.csv").read_text("utf-8").splitlines()[:299] == shorter[:299]


def test_there_are_as_many_accounts_as_asked_for(rows: Read) -> None:
    assert len(rows(ACCOUNTS)) == len(rows(DEPOSITORS)) == 300


def test_fewer_accounts_than_demo_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least"):
        generate(tmp_path, accounts=10, seed=1, today=TODAY)


def test_every_number_is_well_formed_and_nobodys_twice(rows: Read) -> None:
    people = rows(DEPOSITORS)
    assert all(re.fullmatch(r"[0-9]{12}", person["fund_number"]) for person in people)
    for column, parse in (
        ("fund_number", str),
        ("id_number", parse_id_number),
        ("mobile", parse_mobile),
    ):
        numbers = [parse(person[column]) for person in people]
        assert len(set(numbers)) == len(people)


def test_no_number_can_belong_to_anybody(rows: Read) -> None:
    for person in rows(DEPOSITORS):
        assert person["id_number"][:5] == "37029"
        assert person["id_number"][5] in "0123456789"
        assert person["id_number"][4:6] >= "90"
        assert person["mobile"].startswith("154")


def test_cards_are_of_the_five_banks_with_a_right_luhn_digit(rows: Read) -> None:
    cards = rows(CARDS)
    assert cards
    for card in cards:
        assert parse_bank_code(card["bank_code"])
        assert parse_card_number(card["card_number"]).luhn_holds


def test_codes_are_those_of_the_standard(rows: Read) -> None:
    states = {account["state"] for account in rows(ACCOUNTS)}
    kinds = {line["kind"] for line in rows(LEDGER_LINES)}
    assert {"01", "02", "05", "06"} <= states <= set(ACCOUNT_STATES.codes)
    assert {"01", "02", "03", "05", "09", "10", "11", "12", "14"} == kinds


def test_the_demo_people_cover_the_eight_reasons_and_the_refusals(books: Path) -> None:
    people = json.loads((books / "demo_people.json").read_text("utf-8"))
    keys = [person["key"] for person in people]
    assert len(set(keys)) == len(keys) >= 12
    assert {
        *("retiree", "renter_single", "renter_married", "fund_loan_borrower", "commercial_loan"),
        *("incapacitated", "unemployed_two_years", "low_income", "non_local_sealed"),
        *("frozen", "sealed_recently", "home_owner", "no_card", "loan_arrears"),
    } <= set(keys)


def test_the_registers_know_everybody_they_should(books: Path) -> None:
    records = {
        name: [
            json.loads(line) for line in (books / f"registers/{name}.jsonl").read_text("utf-8").splitlines()
        ]
        for name in REGISTERS
    }
    assert len(records["property"]) == len(records["marriage"]) == 300
    applicants = json.loads((books / "applicants.json").read_text("utf-8"))
    assert len(records["employment"]) == 300 + len(applicants)
    married = {record["id_number"]: record["spouse_id_number"] for record in records["marriage"]}
    assert all(married[spouse] == one for one, spouse in married.items() if spouse)


def test_freelancers_stand_under_a_department_and_pay_their_own_insurance(books: Path, rows: Read) -> None:
    employers = {row["employer_number"]: row for row in rows(EMPLOYERS)}
    numbers = {row["fund_number"]: row["id_number"] for row in rows(DEPOSITORS)}
    own = [row for row in rows(ACCOUNTS) if employers[row["employer_number"]]["kind"] == "72"]
    told = (books / "registers/employment.jsonl").read_text("utf-8").splitlines()
    paying = {record["id_number"] for record in map(json.loads, told) if record["self_paying"]}
    assert len(own) > 3
    assert {numbers[account["fund_number"]] for account in own} <= paying


def test_nobody_who_may_open_an_account_has_one(books: Path, rows: Read) -> None:
    applicants = json.loads((books / "applicants.json").read_text("utf-8"))
    people = rows(DEPOSITORS)
    for own, theirs in (("id_number", "id_number"), ("phone", "mobile")):
        numbers = [applicant[own] for applicant in applicants]
        assert len(set(numbers)) == len(numbers) > 200
        assert not set(numbers) & {person[theirs] for person in people}
    assert all(parse_id_number(applicant["id_number"])[:5] == "37029" for applicant in applicants)
    assert {applicant["key"] for applicant in applicants} > {"applicant", "applicant_young"}


def test_the_demo_freelancer_is_two_months_behind(books: Path, rows: Read) -> None:
    people = json.loads((books / "demo_people.json").read_text("utf-8"))
    number = next(person["fund_number"] for person in people if person["key"] == "freelancer")
    months = [line["for_month"] for line in rows(LEDGER_LINES) if line["fund_number"] == number]
    assert max(months) == "202609"


def test_the_manifest_counts_what_stands_in_the_files(books: Path, rows: Read) -> None:
    manifest = json.loads((books / "manifest.json").read_text("utf-8"))
    for book in BOOKS:
        assert manifest["rows"][book.name] == len(rows(book))
