"""What a slip carries, and how the words of a paper are kept."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Invalid
from services.common.money import in_capitals
from services.common.papers import slips, wording
from services.common.papers.slips import Ended, content
from services.common.papers.verifying import Verification
from services.common.shape import loaded

AT = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)


def a_bill(**changes: Any) -> Ended:
    bill: dict[str, Any] = {
        "bill_number": "W20261122000001",
        "business": "住房公积金提取",
        "matter": "退休提取",
        "name": "甄测试",
        "fund_number": "370200000001",
        "amount_fen": 840_000,
        "booked_on": date(2026, 11, 22),
    }
    return Ended(**bill | changes)


def test_of_the_person_it_carries_only_what_is_masked() -> None:
    said = content(a_bill())
    assert (said["name_masked"], said["fund_number_masked"]) == ("甄**", "********0001")
    assert "甄测试" not in str(said) and "370200000001" not in str(said)


@given(st.integers(1, 10**12))
def test_the_amount_stands_in_words_too(amount_fen: int) -> None:
    said = content(a_bill(amount_fen=amount_fen))
    assert (said["amount_fen"], said["capitals"]) == (amount_fen, in_capitals(amount_fen))


def test_what_there_is_not_is_left_out_and_the_order_stays() -> None:
    said = content(
        a_bill(
            parts={"本金": 840_000, "利息": 0, "其他": None},
            facts={"结算方式": "转账", "账户处理": None, "记账凭证": "", "付款指令号": "1"},
            times={"登记时间": AT, "支付时间": None, "记账时间": AT},
        )
    )
    assert [part["title"] for part in said["parts"]] == ["本金"]
    assert [fact["title"] for fact in said["facts"]] == ["结算方式", "付款指令号"]
    assert [time["title"] for time in said["times"]] == ["登记时间", "记账时间"]
    assert said["times"][0]["at"] == "2026-11-23T00:30:00+08:00"


def test_a_stranger_is_told_what_tells_papers_apart_and_no_detail() -> None:
    kept = content(a_bill(facts={"收款借记卡": "6222"})) | {
        "number": "RW20261122000001",
        "code": "A" * 16,
        "centre": "中心",
        "made_at": AT.isoformat(),
    }
    told = slips.summary(kept)
    assert told["amount_fen"] == 840_000
    assert not {"facts", "times", "parts", "code", "layout"} & set(told)


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (None, None),
        ({"bank_code": "105", "card_number": "6222020000000000012"}, "中国建设银行 6222***********0012"),
        ({"bank_code": "999", "card_number": "6222020000000000012"}, "999 6222***********0012"),
    ],
)
def test_a_card_on_paper_is_masked(card: dict[str, str] | None, words: str | None) -> None:
    assert slips.card_words(card) == words


@pytest.mark.parametrize(("voucher", "words"), [("settle/H1", "H1"), ("H1", "H1"), (None, None), ("", None)])
def test_a_voucher_is_named_by_its_number(voucher: str | None, words: str | None) -> None:
    assert slips.voucher_words(voucher) == words


def test_the_digest_is_of_every_word_and_of_nothing_else() -> None:
    said = content(a_bill())
    text, digest = wording.wording(said, "R1", "A" * 16, AT)
    assert wording.wording(dict(reversed(said.items())), "R1", "A" * 16, AT) == (text, digest)
    others = [
        wording.wording(said | {"amount_fen": 840_001}, "R1", "A" * 16, AT),
        wording.wording(said, "R2", "A" * 16, AT),
        wording.wording(said, "R1", "B" * 16, AT),
    ]
    assert digest not in {other for _, other in others}


def test_codes_differ_and_have_no_letter_that_is_read_for_another() -> None:
    codes = {wording.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {16}
    assert not set("01ILOU") & set("".join(codes))


@pytest.mark.parametrize("tail", ["１２３４", "١٢٣٤", "123", "12345", "1234\n"])
def test_a_paper_is_asked_for_by_four_plain_digits(tail: str) -> None:
    asked = {"code": "A" * 16, "address": "203.0.113.9"}
    assert loaded(Verification, asked | {"tail": "1234"})["tail"] == "1234"
    with pytest.raises(Invalid, match="invalid_value"):
        loaded(Verification, asked | {"tail": tail})
