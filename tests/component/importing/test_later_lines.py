"""Lines that come later: none for accounts in use; what a line takes back, it takes back whole."""

from pathlib import Path

import pytest

from tests.component.importing.desk import Desk
from tests.component.importing.test_refused_lines import folder, of, spoil, with_column

__all__ = ["folder"]

IN_USE = "账户的明细已核对并启用，导入不再增加明细：请核对这一行"
KIND, INTEREST = 3, 7
FREEZE_FLAG = 13


def moved(desk: Desk) -> tuple[tuple[int, str], tuple[int, str]]:
    """What was booked and what stands on the accounts."""
    state = desk.state("deposit")
    return state["postings"], state["ledger_accounts"]


def of_an_account_in_use(desk: Desk) -> str:
    """Somebody with money that nothing keeps from moving."""
    usable = desk.rows(
        "deposit",
        "SELECT min(fund_number) FROM accounts JOIN ledger_accounts ON number = '201-' || fund_number"
        " WHERE freeze_flag = 'none' AND state = 'normal' AND balance_fen > 0",
    )
    return str(usable[0][0])


@pytest.mark.parametrize("account_line_differs", [False, True])
def test_later_books_do_not_move_money_of_an_account_in_use(
    desk: Desk, books: Path, folder: Path, account_line_differs: bool
) -> None:
    """The hall may have booked the same money itself, under its own voucher."""
    desk.load("deposit", books)
    before, fund_number = moved(desk), of_an_account_in_use(desk)
    drawn = f"LATER1,{fund_number},2026-11-22,11,-1.00,-1.00,0.00,0.00,07,01,,,"
    spoil(folder, "ledger_lines.csv", lambda lines: lines.append(drawn))
    if account_line_differs:
        spoil(folder, "accounts.csv", lambda lines: raise_base(lines, fund_number))
    refused = of(desk.load("deposit", folder), "ledger_lines.csv")
    assert list(refused.values()) == [IN_USE]
    assert moved(desk) == before


def raise_base(accounts: list[str], fund_number: str) -> None:
    """The account's own line says something else now."""
    at = next(at for at, line in enumerate(accounts) if line.startswith(f"{fund_number},"))
    accounts[at] = with_column(accounts[at], 4, "4321.00")


def test_an_account_that_its_books_had_frozen_awaits_no_lines(desk: Desk, books: Path, folder: Path) -> None:
    def freeze(accounts: list[str]) -> None:
        accounts[1] = with_column(accounts[1], FREEZE_FLAG, "2")

    spoil(folder, "accounts.csv", freeze)
    desk.load("deposit", folder)
    before = moved(desk)
    fund_number = (books / "accounts.csv").read_text("utf-8").splitlines()[1].split(",")[0]
    contributed = f"LATER1,{fund_number},2026-11-22,01,1.00,1.00,0.00,0.00,,01,,,"
    spoil(folder, "ledger_lines.csv", lambda lines: lines.append(contributed))
    refused = of(desk.load("deposit", folder), "ledger_lines.csv")
    assert (list(refused.values()), moved(desk)) == ([IN_USE], before)


def test_a_reversed_closing_withdrawal_takes_its_interest_back_too(desk: Desk, folder: Path) -> None:
    def reverse(lines: list[str]) -> None:
        closed = next(line.split(",") for line in lines if line.split(",")[KIND] == "12")
        assert float(closed[INTEREST]) > 0
        amount = closed[4].removeprefix("-")
        lines.append(",".join(["R1", *closed[1:4], amount, amount, "0.00", *closed[7:9], "02", "", "", ""]))

    spoil(folder, "ledger_lines.csv", reverse)
    refused = desk.load("deposit", folder)
    assert of(refused, "ledger_lines.csv") == {}
    legs = desk.rows(
        "deposit",
        "SELECT mine.line FROM postings mine JOIN postings original ON original.value_on = mine.value_on"
        " AND (original.debit, original.credit) = (mine.credit, mine.debit)"
        " AND original.amount_fen = mine.amount_fen AND original.line = mine.line"
        " WHERE mine.voucher = 'import/R1' ORDER BY mine.line",
    )
    assert legs == [(1,), (2,), (3,)]


def test_a_line_of_interest_alone_that_comes_in_another_file_changes_nothing(
    desk: Desk, folder: Path
) -> None:
    """Emptied before, closed with the interest that was still owed."""

    def close_empty(lines: list[str]) -> None:
        at = next(at for at, line in enumerate(lines) if line.split(",")[KIND] == "12")
        lines[at] = with_column(lines[at], KIND, "11")
        lines[at] = with_column(lines[at], INTEREST, "0.00")
        values = lines[at].split(",")
        lines.append(f"I1,{values[1]},{values[2]},12,0.00,0.00,0.00,0.12,03,01,,,")

    spoil(folder, "ledger_lines.csv", close_empty)
    assert of(desk.load("deposit", folder), "ledger_lines.csv") == {}
    before = moved(desk)
    spoil(folder, "ledger_lines.csv", lambda lines: lines.insert(1, lines.pop()))
    assert of(desk.load("deposit", folder), "ledger_lines.csv") == {}
    assert moved(desk) == before
