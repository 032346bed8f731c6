"""Bad lines: each is refused with its number and a reason, the rest arrives, and nothing personal is told."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.component.importing.desk import Desk

Edit = Callable[[list[str]], None]


@pytest.fixture
def folder(books: Path, tmp_path: Path) -> Path:
    """A copy of the books that a test may spoil."""
    return Path(shutil.copytree(books, tmp_path / "books"))


def spoil(folder: Path, file: str, edit: Edit) -> None:
    """Change the lines of a file; index 0 is the header, so index + 1 is the line's number."""
    place = folder / file
    lines = place.read_text("utf-8").splitlines()
    edit(lines)
    place.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))


def with_column(line: str, column: int, value: str) -> str:
    """The line with another value in that column."""
    values = line.split(",")
    values[column] = value
    return ",".join(values)


def of(refused: list[tuple[str, int, str]], file: str) -> dict[int, str]:
    """Refused lines of one file."""
    return {line: reason for name, line, reason in refused if name == file}


def test_wrong_id_numbers_and_phones_are_refused_by_auth(desk: Desk, folder: Path) -> None:
    def edit(lines: list[str]) -> None:
        number = lines[1].split(",")[3]
        wrong = number[:17] + ("1" if number[17] != "1" else "2")
        lines[1] = with_column(lines[1], 3, wrong)
        lines[2] = with_column(lines[2], 4, "12345")
        lines[3] = with_column(lines[3], 0, "37020000000X")
        lines[4] = lines[4] + ",more"
        lines[5] = with_column(lines[5], 2, "03")
        lines[7] = lines[6]

    spoil(folder, "depositors.csv", edit)
    refused = of(desk.load("auth", folder), "depositors.csv")
    assert refused == {
        2: "证件号码：身份证号码校验位不正确",
        3: "手机号码：手机号码应为11位数字",
        4: "个人账号：职工编号应为12位数字",
        5: "应有5列",
        6: "本网厅只受理居民身份证",
        8: "同一个人账号在文件中重复",
    }
    assert desk.rows("auth", "SELECT count(*) FROM people") == [(54,)]


def test_what_is_no_text_and_a_stray_quote_harm_their_own_line_only(desk: Desk, folder: Path) -> None:
    def edit(lines: list[str]) -> None:
        lines[1] = with_column(lines[1], 1, "\udcff\udcfe")
        lines[2] = with_column(lines[2], 1, '"甄')
        lines[3] = with_column(lines[3], 1, '"甄安"')

    spoil(folder, "depositors.csv", edit)
    refused = of(desk.load("auth", folder), "depositors.csv")
    assert refused == {2: "姓名：应为1至60个可显示字符", 3: "应有5列"}


def test_accounts_that_contradict_themselves_are_refused(desk: Desk, folder: Path) -> None:
    def edit(lines: list[str]) -> None:
        lines[1] = with_column(lines[1], 9, "1.00")
        lines[2] = with_column(lines[2], 12, "")
        lines[3] = with_column(lines[3], 2, "77")
        lines[4] = with_column(lines[4], 1, "000000000000")
        lines[5] = with_column(lines[5], 0, "999999999999")
        lines[6] = with_column(lines[6], 3, "2026-02-30")
        lines[7] = with_column(lines[7], 10, "-1.00")
        lines[8] = with_column(lines[8], 5, "7.50")

    spoil(folder, "accounts.csv", edit)
    refused = of(desk.load("deposit", folder), "accounts.csv")
    assert refused == {
        2: "余额不等于上年结转与当年归集之和",
        3: "封存账户应有封存日期",
        4: "个人账户状态：不是“A.6 个人账户状态”的代码",
        5: "单位不存在或未能导入",
        6: "个人信息中没有此个人账号，或其信息有误",
        7: "开户日期：日期应为YYYY-MM-DD",
        8: "个人账户上年结转余额：金额不能为负数",
        9: "单位缴存比例：缴存比例应为整数百分比",
    }


def test_ledger_lines_that_cannot_be_are_refused(desk: Desk, folder: Path) -> None:
    def edit(lines: list[str]) -> None:
        lines[2] = with_column(lines[2], 4, "12.345")
        lines[3] = with_column(lines[3], 5, "1.00")
        lines[4] = with_column(lines[4], 11, "1.00")
        lines[5] = with_column(lines[5], 3, "05")
        lines[6] = with_column(lines[6], 3, "11")
        lines[7] = with_column(lines[7], 1, "999999999999")
        lines[9] = lines[8]
        lines[10] = with_column(lines[10], 10, "202613")

    spoil(folder, "ledger_lines.csv", edit)
    refused = desk.load("deposit", folder)
    assert of(refused, "ledger_lines.csv") == {
        3: "发生额：金额应为两位小数",
        4: "发生额不等于当年归集与上年结转发生额之和",
        5: "发生额不等于单位与个人缴存之和",
        6: "此类明细不应有发生额",
        7: "发生额的正负与明细类型不符",
        8: "个人账号不存在或未能导入",
        10: "同一业务流水号在文件中重复",
        11: "汇补缴年月：年月应为YYYYMM",
    }


def test_an_account_whose_lines_do_not_add_up_is_told_and_frozen(desk: Desk, folder: Path) -> None:
    spoil(folder, "ledger_lines.csv", lambda lines: lines.__delitem__(2))
    refused = desk.load("deposit", folder)
    assert refused == [("accounts.csv", 2, "余额与明细账合计不符，账户已冻结")]
    assert desk.rows("deposit", "SELECT freeze_flag FROM accounts ORDER BY fund_number LIMIT 1") == [
        ("no_movement",)
    ]


def test_corrected_lines_make_the_account_whole_again(desk: Desk, folder: Path, books: Path) -> None:
    spoil(folder, "ledger_lines.csv", lambda lines: lines.__delitem__(2))
    desk.load("deposit", folder)
    refused = desk.load("deposit", books)
    assert [line for line in refused if line[0] != "cards.csv"] == []
    assert desk.rows("deposit", "SELECT freeze_flag FROM accounts ORDER BY fund_number LIMIT 1") == [
        ("none",)
    ]


def test_a_line_that_says_something_else_now_is_refused(desk: Desk, folder: Path, books: Path) -> None:
    desk.load("deposit", books)
    before = desk.rows("deposit", "SELECT sum(balance_fen) FROM ledger_accounts")

    def edit(lines: list[str]) -> None:
        for column, value in ((4, "9.00"), (5, "9.00"), (11, "4.50"), (12, "4.50")):
            lines[2] = with_column(lines[2], column, value)

    spoil(folder, "ledger_lines.csv", edit)
    refused = of(desk.load("deposit", folder), "ledger_lines.csv")
    assert refused == {3: "业务流水号已导入，且内容不同"}
    assert desk.rows("deposit", "SELECT sum(balance_fen) FROM ledger_accounts") == before


def test_a_line_before_there_is_money_is_refused(desk: Desk, folder: Path) -> None:
    def edit(lines: list[str]) -> None:
        for column, value in ((3, "11"), (4, "-5.00"), (5, "-5.00"), (10, ""), (11, ""), (12, "")):
            lines[2] = with_column(lines[2], column, value)

    spoil(folder, "ledger_lines.csv", edit)
    refused = of(desk.load("deposit", folder), "ledger_lines.csv")
    assert refused[3] == "余额不足以支付此笔，或明细未按日期先后排列"


def test_cards_of_other_banks_are_refused(desk: Desk, folder: Path) -> None:
    def edit(lines: list[str]) -> None:
        lines[1] = with_column(lines[1], 1, "308")
        lines[2] = with_column(lines[2], 2, "6222")

    spoil(folder, "cards.csv", edit)
    refused = of(desk.load("deposit", folder), "cards.csv")
    assert list(refused) == [2, 3]
    assert refused[3] == "个人存款账户号码：银行卡号应为16至19位数字"


def test_loans_that_do_not_add_up_are_refused(desk: Desk, folder: Path) -> None:
    spoil(folder, "loan_contracts.csv", lambda lines: lines.__setitem__(1, with_column(lines[1], 9, "1.00")))
    spoil(folder, "loan_repayments.csv", lambda lines: lines.append(with_column(lines[-1], 7, "1.00")))
    refused = desk.load("loan", folder)
    assert of(refused, "loan_contracts.csv") == {2: "发放额不等于回收本金与余额之和"}
    reasons = of(refused, "loan_repayments.csv")
    assert set(reasons.values()) == {"合同不存在或未能导入", "同一业务流水号在文件中重复"}


def test_a_file_that_is_another_book_stops_the_import(desk: Desk, folder: Path) -> None:
    shutil.copy(folder / "cards.csv", folder / "employers.csv")
    status, told = desk.told("deposit", folder)
    assert status != 0
    assert "表头应为" in told


def test_a_missing_file_is_told(desk: Desk, folder: Path) -> None:
    (folder / "agreements.csv").unlink()
    status, told = desk.told("auth", folder)
    assert status == 0
    assert '"event": "missing"' in told


def test_nothing_personal_is_told(desk: Desk, folder: Path) -> None:
    people = [line.split(",") for line in (folder / "depositors.csv").read_text("utf-8").splitlines()[1:]]
    spoil(folder, "depositors.csv", lambda lines: lines.__setitem__(slice(2, None), lines[1:]))
    _, told = desk.told("auth", folder)
    assert "重复" in told
    assert not [text for person in people for text in (person[1], person[3], person[4]) if f'"{text}' in told]
