"""What the edge takes in: days within reach, whole numbers, real yes and no, texts that say something."""

from datetime import timedelta
from typing import Any
from unicodedata import normalize

import pytest
from flask.testing import FlaskClient

from gateway.api.schemas import (
    CardBinding,
    CodeWish,
    FirstPassword,
    FirstVisit,
    OpeningIdentity,
    OpeningWish,
    PaperVerification,
    PhoneWish,
    Registration,
    StaffSessionOpening,
    StatementWish,
)
from gateway.api.staff_schemas import (
    Lifting,
    LooksWish,
    LookWish,
    OpeningAtCounter,
    OpeningCheck,
    RefundRetry,
    StaffSetup,
)
from gateway.api.windows import Window
from gateway.problems import InvalidFields, checked
from services.common.clock import business_today

OPENING = {"office": "01", "name": "贾自由", "id_number": "37029719930101003X", "base": "6000"}
AT_THE_EDGE = ["0001-01-01", "1989-12-31", "9999-12-31"]


def refused(schema: Any, body: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidFields) as caught:
        checked(schema, body)
    return [error["detail"] for error in caught.value.errors]


@pytest.mark.parametrize("day", AT_THE_EDGE)
@pytest.mark.parametrize("schema", [Window(), StatementWish()])
def test_a_day_at_the_edge_of_the_calendar_is_refused_with_the_days_that_may_be(
    schema: Any, day: str
) -> None:
    latest_on = business_today() + timedelta(days=3653)
    for name in ("from_on", "to_on"):
        assert refused(schema, {name: day}) == [f"日期应在 1990-01-01 至 {latest_on} 之间。"]


@pytest.mark.parametrize("schema", [Window(), StatementWish(), LooksWish()])
def test_a_day_may_be_typed_wide_and_in_no_other_digits(schema: Any) -> None:
    assert checked(schema, {"to_on": "２０２６－１１－２２"})["to_on"] == "2026-11-22"
    assert refused(schema, {"to_on": "٢٠٢٦-11-22"}) == [
        "日期应为日历上有的一天，按 年-月-日 填写，例如 2026-01-31。"
    ]


def test_the_first_and_the_last_day_may_be_asked_for() -> None:
    days = {"from_on": "1990-01-01", "to_on": (business_today() + timedelta(days=3653)).isoformat()}
    assert checked(StatementWish(), days) == days


@pytest.mark.parametrize("path", ["/contribution-bills", "/operation-log", "/withdrawals"])
def test_such_a_day_in_a_query_never_reaches_a_service(
    client: FlaskClient, citizen: dict[str, str], path: str
) -> None:
    answer = client.get(f"/api/v1{path}?to_on=9999-12-31", headers=citizen)
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "#/to_on")


@pytest.mark.parametrize("rate", [10.5, 10.0, "10", True, None, [10]])
def test_a_number_in_a_body_is_whole_and_no_text(rate: Any) -> None:
    assert refused(OpeningWish(), OPENING | {"rate_percent": rate}) in (["应为整数。"], ["此项不能为空。"])
    assert checked(OpeningWish(), OPENING | {"rate_percent": 10})["rate_percent"] == 10


@pytest.mark.parametrize("limit", ["10.5", " 10", "+10", "1_0", "１０", 10.5])
def test_a_number_in_a_query_is_written_in_plain_digits(limit: Any) -> None:
    assert refused(Window(), {"limit": limit}) == ["应为整数。"]
    assert checked(Window(), {"limit": "10"})["limit"] == 10


@pytest.mark.parametrize("right", [1, 1.0, 0, "true", "yes", []])
def test_a_verdict_is_yes_or_no_and_nothing_like_it(right: Any) -> None:
    assert refused(OpeningCheck(), {"right": right}) == ["应为是或否。"]
    assert checked(OpeningCheck(), {"right": False})["right"] is False


@pytest.mark.parametrize("blanks", [" ", "    ", "\t\n ", "\u3000" * 5])
def test_blanks_are_no_reason(blanks: str) -> None:
    assert refused(Lifting(), {"correction": blanks}) == ["长度应为 1 至 200 个字符。"]
    assert refused(RefundRetry(), {"reason": blanks}) == ["长度应为 4 至 200 个字符。"]
    assert checked(OpeningCheck(), {"right": True, "remark": blanks})["remark"] == blanks


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("15,426.00", "15426.00"),
        ("1,015,426.5", "1015426.5"),
        ("１５４２６．００", "15426.00"),
        ("１５，４２６", "15426"),
        ("8400.00", "8400.00"),
    ],
)
def test_an_amount_may_be_typed_as_people_write_it(typed: str, plain: str) -> None:
    body = {"purpose": "withdrawal", "reason": "rent", "amount": typed}
    assert checked(CodeWish(), body)["amount"] == plain


@pytest.mark.parametrize(
    "typed",
    ["1,5", "15,42,600", "1542,600", "0,123", ",100", "100,", "1,234,", "1.5,000", "5²", "①0", "1，2"],
)
def test_an_amount_that_may_mean_another_is_refused(typed: str) -> None:
    body = {"reason": "rent", "amount": typed, "code": "123456"}
    assert refused(Registration(), body) == ["金额应为大于零的数字，最多两位小数。"]


CONSENT = {"code": "professional_edition", "version": "1", "digest": "d" * 64}
ON_THE_COUNTER = {"look": "L1", "name": "甄测试", "paper_number": "QD-0001"}
WIDE = [
    (PaperVerification(), {"code": "ＡＢＣＤ2345ＥＦＧＨ6789", "tail": "１２３４"}),
    (FirstVisit(), {"fund_number": "３７０２０００００００１", "captcha_id": "c", "captcha_answer": "k"}),
    (FirstPassword(), {"code": "１２３４５６", "password": "p"}),
    (PhoneWish(), {"old_phone": "１５１０００００００１", "new_phone": "１５１０００００００２"}),
    (CardBinding(), {"bank_code": "１０２", "card_number": "６２２２０２０２０００００００１２"}),
    (OpeningIdentity(), {"name": "n", "id_number": "１１０１０５１９４９１２３１００２Ｘ", "password": "p"}),
    (LookWish(), {"number": "３７０２０００００００１", "purpose": "enquiry"}),
    (
        OpeningAtCounter(),
        ON_THE_COUNTER | {"id_number": "１１０１０５１９４９１２３１００２Ｘ", "consent": CONSENT},
    ),
    (StaffSetup(), {"code": "１２３４５６", "password": "p"}),
    (
        StaffSessionOpening(),
        {
            "login_name": "n",
            "password": "p",
            "captcha_id": "c",
            "captcha_answer": "k",
            "code": "１２３４５６",
        },
    ),
]


@pytest.mark.parametrize(("schema", "body"), WIDE, ids=lambda one: type(one).__name__)
def test_numbers_and_codes_typed_wide_go_on_narrow(schema: Any, body: dict[str, Any]) -> None:
    narrow = {name: normalize("NFKC", text) if isinstance(text, str) else text for name, text in body.items()}
    assert narrow != body
    assert checked(schema, body) == checked(schema, narrow) == narrow


@pytest.mark.parametrize("tail", ["١٢٣٤", "१२३४", "①②③④", "1２3"])
def test_digits_of_other_scripts_are_no_digits(tail: str) -> None:
    assert "请输入职工编号后 4 位数字。" in refused(PaperVerification(), {"code": "A" * 16, "tail": tail})
