"""What `hall import` counts and reports."""

from pathlib import Path

from ops.books.load import Outcome, lines_in, write_report


def test_lines_are_counted_and_a_missing_file_has_none(tmp_path: Path) -> None:
    place = tmp_path / "cards.csv"
    place.write_text("header\none\ntwo\n")
    assert lines_in(place) == 3
    assert lines_in(tmp_path / "other.csv") == 0


def test_the_report_names_file_line_and_reason(tmp_path: Path) -> None:
    outcome = Outcome(refused=[("cards.csv", 2, "个人账号不存在或未能导入")])
    write_report(outcome, tmp_path / "report.csv")
    assert (tmp_path / "report.csv").read_text("utf-8").splitlines() == [
        "file,line,reason",
        "cards.csv,2,个人账号不存在或未能导入",
    ]
