"""Slips on contributions and refunds: what they say, once it is booked or given back, and to whom."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from services.common.clock import business_today
from services.common.errors import NotFound, WrongState
from services.deposit import operations
from services.deposit.models import Account
from services.deposit.papers.models import Slip
from tests.component.deposit.books import FUND_NUMBER
from tests.component.deposit.contribution.stage import MONTHLY_FEN, OTHER, Stage
from tests.component.deposit.slip_desk import slip, titles, verified, words
from tests.listening import statements


@pytest.fixture
def booked(stage: Stage) -> Stage:
    stage.register()
    stage.settle_by_card()
    assert stage.book() == 1
    return stage


def test_a_contribution_that_is_booked_has_a_slip(booked: Stage) -> None:
    bill = booked.act("bill", {"number": booked.number()})
    said = slip(booked.database, bill["number"])
    assert (said["number"], said["bill_number"]) == (f"R{bill['number']}", bill["number"])
    assert (said["amount_fen"], said["capitals"]) == (MONTHLY_FEN, "壹仟贰佰元整")
    assert said["booked_on"] == business_today().isoformat() == bill["booked_on"]
    assert words(said) == {
        "结算方式": "联名卡结算",
        "扣款借记卡": "中国工商银行 6222***********0012",
        "支付渠道": "联名卡",
        "订单号": bill["settlement"]["order_number"],
        "银行流水号": bill["settlement"]["bank_serial"],
        "记账凭证": bill["number"],
    }
    assert titles(said, "times") == ["登记时间", "支付时间", "到账时间", "记账时间"]
    assert [(line["month"], line["amount_fen"]) for line in said["lines"]] == [
        (f"{business_today():%Y-%m}", MONTHLY_FEN)
    ]


def test_it_names_the_person_only_masked(booked: Stage) -> None:
    said = slip(booked.database, booked.number())
    assert (said["name_masked"], said["fund_number_masked"]) == ("甄**", f"********{FUND_NUMBER[-4:]}")
    assert FUND_NUMBER not in str(said)
    assert "甄测试" not in str(said)


def test_asked_again_it_is_the_same_whatever_has_changed(booked: Stage) -> None:
    first = slip(booked.database, booked.number())
    with booked.books.owner.begin() as connection:
        connection.execute(update(Account.__table__).values(state="sealed"))  # type: ignore[arg-type]
    assert slip(booked.database, booked.number()) == first
    assert booked.books.row("SELECT count(*) FROM slips") == (1,)
    assert booked.books.row("SELECT about FROM operations WHERE method = 'make_slip'") == (
        first["bill_number"],
    )


@pytest.mark.parametrize("step", ["register", "settle"])
def test_before_the_booking_it_says_where_the_bill_stands(stage: Stage, step: str) -> None:
    stage.register()
    if step == "settle":
        stage.settle_by_card()
    label = stage.act("bill", {"number": stage.number()})["label"]
    with pytest.raises(WrongState) as refused:
        slip(stage.database, stage.number())
    assert refused.value.code == "slip_not_yet"
    assert label in refused.value.sentence
    assert stage.books.row("SELECT count(*) FROM slips") == (0,)


def test_nobody_gets_anothers(booked: Stage) -> None:
    for _ in ("before it is made", "and after"):
        with pytest.raises(NotFound):
            slip(booked.database, booked.number(), by=OTHER)
        slip(booked.database, booked.number())


@pytest.mark.parametrize(
    "number", ["A20261122000001", "C20261122999999", "T20261122999999", "F20261122999999"]
)
def test_what_is_no_bill_has_none(stage: Stage, number: str) -> None:
    with pytest.raises(NotFound):
        slip(stage.database, number)


def test_a_refund_that_is_done_has_a_slip_of_its_own(stage: Stage) -> None:
    stage.register()
    stage.settle_by_card()
    bill = stage.press("cancel_card")
    (refund,) = bill["refunds"]
    said = slip(stage.database, refund["number"])
    assert (said["business"], said["amount_fen"]) == ("缴存退款", MONTHLY_FEN)
    assert "联名卡结算取消" in said["matter"]
    (order_number,), (sent, order) = stage.outside.debits, *stage.outside.refunds.items()
    facts = words(said)
    assert (facts["缴存单据号"], facts["退款指令号"]) == (bill["number"], sent)
    assert facts["银行流水号"] == order["serial"] != stage.outside.debits[order_number]["serial"]
    assert (facts["原付款订单号"], "订单号" in facts) == (order_number, False)
    assert titles(said, "times") == ["支付时间", "退款登记", "退款完成"]
    with pytest.raises(NotFound):
        slip(stage.database, refund["number"], by=OTHER)


def test_a_slip_of_a_refund_that_was_cut_off_tells_the_bill_of_the_refund(stage: Stage) -> None:
    stage.register()
    stage.settle_by_card()
    (refund,) = stage.press("cancel_card")["refunds"]
    slip(stage.database, refund["number"], key="slip")
    with stage.database.read() as session:
        told = operations.operation(session, "slip", stage.request("operation", {}))
    assert told["answer"]["number"] == stage.number()


def test_a_refund_under_way_has_none_yet(stage: Stage) -> None:
    stage.register()
    stage.settle_by_card()
    stage.outside.tell("refunds", "unknown")
    (refund,) = stage.press("cancel_card")["refunds"]
    with pytest.raises(WrongState) as refused:
        slip(stage.database, refund["number"])
    assert refused.value.sentence == f"该单据目前为“{refund['label']}”，退款完成后才能下载回单。"


def test_a_bill_that_is_deleted_is_not_told_to_wait_for_its_slip(stage: Stage) -> None:
    stage.register()
    number = stage.number()
    stage.press("delete")
    with pytest.raises(WrongState) as refused:
        slip(stage.database, number)
    assert refused.value.code == "slip_never"
    assert refused.value.sentence == "该单据目前为“缴存单据已删除”，没有记账，因此没有回单。"


def test_a_stranger_verifies_it_with_the_digits(booked: Stage) -> None:
    said = slip(booked.database, booked.number())
    told = verified(booked.database, said["code"])
    assert (told["kind"], told["amount_fen"], told["digest"]) == ("slip", MONTHLY_FEN, said["digest"])
    assert "facts" not in told
    with pytest.raises(NotFound):
        verified(booked.database, said["code"], "0000")


def test_a_slip_is_never_changed_or_removed_and_says_nothing_at_rest(booked: Stage) -> None:
    slip(booked.database, booked.number())
    for change in (update(Slip).values(code="x"), Slip.__table__.delete()):  # type: ignore[attr-defined]
        with pytest.raises(DBAPIError), booked.database.write() as session:
            session.execute(change)
    (content,) = booked.books.row("SELECT content FROM slips")
    assert "甄".encode() not in bytes(content)


def test_a_slip_reads_nothing_that_it_does_not_say(booked: Stage) -> None:
    with statements() as said:
        slip(booked.database, booked.number())
    assert [text for text in said if "FROM refunds" in text or "FROM cards" in text] == []
    assert sum("FROM transitions" in text for text in said) == 1
