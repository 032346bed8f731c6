"""An import that was killed is known as begun: nobody is paid on half of its lines until it is finished."""

import shutil
from pathlib import Path

from tests.component.importing.desk import Desk


def begun(desk: Desk) -> list[tuple[bool, bool]]:
    """Whether each import on record is finished, and whether another took its place."""
    return desk.rows(
        "deposit",
        "SELECT finished_at IS NOT NULL, replaced_at IS NOT NULL FROM book_imports ORDER BY begun_at",
    )


def flags(desk: Desk) -> set[str]:
    """The freeze flags of all accounts."""
    return {flag for (flag,) in desk.rows("deposit", "SELECT DISTINCT freeze_flag FROM accounts")}


def years(desk: Desk) -> list[tuple[str, str]]:
    """The settlements of interest and how far each is."""
    return desk.rows("deposit", "SELECT number, state FROM interest_runs")


def test_interest_waits_for_a_killed_import_until_the_same_folder_is_imported(
    desk: Desk, long_books: Path
) -> None:
    desk.kill_after("deposit", long_books, "ledger_lines.csv", 1)
    assert begun(desk) == [(False, False)]
    log = desk.settle_interest()
    assert (years(desk), "import the same folder again" in log) == ([], True)
    assert desk.load("deposit", long_books) == []
    assert begun(desk) == [(True, False)]
    desk.settle_interest()
    assert years(desk) == [("2026", "finished")]


def test_nothing_moves_on_an_account_before_its_lines_are_compared(desk: Desk, long_books: Path) -> None:
    desk.kill_after("deposit", long_books, "ledger_lines.csv", 1)
    assert flags(desk) == {"taking_over"}
    desk.load("deposit", long_books)
    assert "taking_over" not in flags(desk)
    assert "none" in flags(desk)


def test_an_import_that_is_finished_stays_so(desk: Desk, books: Path) -> None:
    desk.load("deposit", books)
    desk.load("deposit", books)
    assert begun(desk) == [(True, False)]


def test_other_files_wait_for_an_import_that_was_begun_unless_they_take_its_place(
    desk: Desk, long_books: Path, books: Path
) -> None:
    desk.kill_after("deposit", long_books, "ledger_lines.csv", 1)
    status, told = desk.told("deposit", books)
    assert (status, "say --instead" in told, begun(desk)) == (1, True, [(False, False)])
    assert desk.told("deposit", books, "--instead")[0] == 0
    assert begun(desk) == [(False, True), (True, False)]


def test_a_file_that_is_another_book_leaves_nothing_begun(desk: Desk, books: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(books, tmp_path / "books"))
    shutil.copy(folder / "employers.csv", folder / "cards.csv")
    assert desk.told("deposit", folder)[0] != 0
    assert (begun(desk), desk.rows("deposit", "SELECT count(*) FROM accounts")) == ([], [(0,)])


def test_accounts_without_any_lines_are_frozen_where_they_should_hold_money(
    desk: Desk, books: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(books, tmp_path / "books"))
    (folder / "ledger_lines.csv").unlink()
    refused = desk.load("deposit", folder)
    assert {reason for _, _, reason in refused} == {"余额与明细账合计不符，账户已冻结"}
    assert (begun(desk), "taking_over" in flags(desk)) == ([(True, False)], False)
    assert [line for line in desk.load("deposit", books) if line[0] != "cards.csv"] == []
    assert "none" in flags(desk)
