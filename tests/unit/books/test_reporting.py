"""What `hall import` counts and reports."""

from pathlib import Path

import pytest

from ops.books.load import Outcome, conclude, lines_in, write_report


def test_lines_are_counted_and_a_missing_file_has_none(tmp_path: Path) -> None:
    place = tmp_path / "cards.csv"
    place.write_text("header\none\ntwo\n")
    assert lines_in(place) == 3
    assert lines_in(tmp_path / "other.csv") == 0


def test_the_end_says_how_many_accounts_still_wait_and_for_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conclude(Outcome(), tmp_path / "report.csv")
    assert "账簿导入核对中" not in capsys.readouterr().out
    conclude(Outcome(unfinished_accounts=12), tmp_path / "report.csv")
    told = capsys.readouterr().out
    assert "12  accounts" in told
    assert "import that folder again, or a corrected one" in told


def test_the_report_names_file_line_and_reason(tmp_path: Path) -> None:
    outcome = Outcome(refused=[("cards.csv", 2, "个人账号不存在或未能导入")])
    write_report(outcome, tmp_path / "report.csv")
    assert (tmp_path / "report.csv").read_text("utf-8").splitlines() == [
        "file,line,reason",
        "cards.csv,2,个人账号不存在或未能导入",
    ]
