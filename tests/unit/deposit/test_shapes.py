"""What may be typed around transfers and refunds, and with which sentence the rest is turned away."""

import pytest

from services.common.errors import Invalid
from services.common.shape import loaded
from services.deposit.contribution.schemas import RefundRetry
from services.deposit.transfers.schemas import Application

FILLED = {"centre": "C37010000000000", "account_number": "010123456789"}
REFUND = "F20261122000001"


@pytest.mark.parametrize(
    "name",
    ["济南甄测试商贸有限公司", "甄测试（中国）有限公司·第2分公司", "A&B (Test) Co., Ltd.", "𠮷田-测试"],
)
def test_the_former_employer_has_an_ordinary_name(name: str) -> None:
    assert loaded(Application, FILLED | {"employer_name": name})["employer_name"] == name


@pytest.mark.parametrize(
    "name", ["测", "  ", "济南<b>甄测试</b>", "甄测试😀公司", "甄测试\n公司", "测" * 101]
)
def test_another_name_is_turned_away_with_what_is_wrong(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        loaded(Application, FILLED | {"employer_name": name})
    assert "原单位名称应为2至100个字，不能含有 < > 或表情符号" in refused.value.sentence


@pytest.mark.parametrize("reason", ["    ", "  核实 ", "\n\n\n\n"])
def test_blanks_are_no_reason_to_try_a_refund_again(reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        loaded(RefundRetry, {"number": REFUND, "reason": reason})
    assert refused.value.pointer == "/reason"


def test_a_reason_is_kept_without_the_blanks_around_it() -> None:
    assert loaded(RefundRetry, {"number": REFUND, "reason": " 已与银行核实 "})["reason"] == "已与银行核实"
