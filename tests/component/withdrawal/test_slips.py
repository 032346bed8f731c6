"""Slips on withdrawals: frozen once the bill is booked, their owner's alone, verified within limits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from services.common.errors import NotFound, TooMany, WrongState
from services.common.papers.slips import SlipNamed, slip_of
from services.common.shape import loaded
from services.common.tables import Operation
from services.withdrawal import slips
from services.withdrawal.models import Attempt, Slip, VerificationAttempt
from tests.component.withdrawal.stage import RENTER, RETIREE, Stage

ADDRESS = "203.0.113.7"


def slip(stage: Stage, number: str, *, by: str = RENTER, key: str | None = None) -> Any:
    arguments = loaded(SlipNamed, {"number": number})
    request = stage.request(by, "make_slip", arguments, key)
    if (stored := stage.database.answered(request)) is not None:
        return stored
    return slip_of(stage.database, request, Slip, arguments["number"], slips.told)


def verify(stage: Stage, code: str, tail: str = RENTER[-4:], address: str = ADDRESS) -> Any:
    return slips.VERIFYING.verify(stage.database, {"code": code, "tail": tail, "address": address})


def made(stage: Stage) -> list[Slip]:
    with stage.database.read() as session:
        return list(session.scalars(select(Slip)))


def test_a_withdrawal_that_is_booked_has_a_slip(stage: Stage) -> None:
    bill = stage.register()
    said = slip(stage, bill["number"])
    assert (said["number"], said["bill_number"]) == (f"R{bill['number']}", bill["number"])
    assert (said["matter"], said["amount_fen"]) == (bill["title"], 840_000)
    assert (said["capitals"], said["booked_on"]) == ("捌仟肆佰元整", bill["booked_on"])
    words = {fact["title"]: fact["words"] for fact in said["facts"]}
    assert words["收款借记卡"].endswith("6222***********0012")
    assert (words["付款指令号"], words["记账凭证"]) == (bill["order_number"], bill["number"])
    assert "账户处理" not in words
    steps = {step["action"]: step["at"] for step in bill["timeline"]}
    assert [(one["title"], datetime.fromisoformat(one["at"])) for one in said["times"]] == [
        ("登记时间", datetime.fromisoformat(bill["registered_at"])),
        ("支付时间", datetime.fromisoformat(steps["confirm"])),
        ("记账时间", datetime.fromisoformat(steps["book"])),
    ]


def test_one_that_closes_the_account_says_so_and_names_the_interest(stage: Stage) -> None:
    bill = stage.act("register", stage.retirement(), by=RETIREE)
    said = slip(stage, bill["number"], by=RETIREE)
    assert [(part["title"], part["amount_fen"]) for part in said["parts"]] == [
        ("本金", 5_000_000),
        ("结算利息", 29_792),
    ]
    assert {"title": "账户处理", "words": "提取后销户"} in said["facts"]


def test_it_names_the_person_only_masked(stage: Stage) -> None:
    number = stage.register()["number"]
    with stage.database.read() as session:
        payee = session.scalars(select(Attempt.payee)).one()
    said = str(slip(stage, number))
    assert "holder_name" in payee
    for personal in (RENTER, stage.deposit.call("payee", {"fund_number": RENTER}, None)["holder_name"]):  # type: ignore[arg-type]
        assert personal not in said


@pytest.mark.parametrize(
    ("mode", "state"),
    [("fail", "payment_failed"), ("unknown", "payment_unknown"), ("refuse_hold", "registered")],
)
def test_one_that_is_not_booked_says_where_it_stands(stage: Stage, mode: str, state: str) -> None:
    stage.faults.tell(*(("hold", "refuse") if mode == "refuse_hold" else ("payout", mode)))
    bill = stage.register()
    assert bill["state"] == state
    with pytest.raises(WrongState) as refused:
        slip(stage, bill["number"])
    assert (refused.value.code, bill["label"] in refused.value.sentence) == ("slip_not_yet", True)
    assert made(stage) == []


def test_one_that_is_deleted_never_has_one(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    number = stage.register()["number"]
    for action in ("cancel_settlement", "delete"):
        stage.act(action, {"number": number})
    with pytest.raises(WrongState) as refused:
        slip(stage, number)
    assert (refused.value.code, refused.value.figures) == ("slip_never", {"bill_state": "已删除"})


def test_one_that_is_paid_and_not_booked_yet_has_none(stage: Stage) -> None:
    stage.faults.tell("settle", "down")
    bill = stage.register()
    assert bill["state"] == "paid"
    with pytest.raises(WrongState):
        slip(stage, bill["number"])
    stage.sweep_until_rest()
    assert slip(stage, bill["number"])["bill_number"] == bill["number"]


def test_asked_again_or_at_once_it_is_the_same(stage: Stage) -> None:
    number = stage.register()["number"]
    with ThreadPoolExecutor(4) as threads:
        asked = list(threads.map(lambda _: slip(stage, number, key="slip"), range(4)))
    asked.append(slip(stage, number, key="slip"))
    asked.append(slip(stage, number))
    assert all(one == asked[0] for one in asked)
    assert len(made(stage)) == 1


def test_it_stays_when_the_answers_of_commands_are_forgotten(stage: Stage) -> None:
    number = stage.register()["number"]
    first = slip(stage, number, key="slip")
    with stage.database.write() as session:
        session.execute(update(Operation).values(answer=None))
    assert slip(stage, number, key="slip") == first


def test_nobody_gets_anothers(stage: Stage) -> None:
    number = stage.register()["number"]
    for _ in ("before it is made", "and after"):
        with pytest.raises(NotFound):
            slip(stage, number, by=RETIREE)
        slip(stage, number)


def test_it_is_never_changed_or_removed(stage: Stage) -> None:
    slip(stage, stage.register()["number"])
    for change in (update(Slip).values(code="x"), Slip.__table__.delete()):  # type: ignore[attr-defined]
        with pytest.raises(DBAPIError), stage.database.write() as session:
            session.execute(change)


def test_a_stranger_verifies_it_and_sees_no_person(stage: Stage) -> None:
    said = slip(stage, stage.register()["number"])
    told = verify(stage, said["code"])
    assert (told["kind"], told["amount_fen"], told["digest"]) == ("slip", 840_000, said["digest"])
    assert set(told) & {"facts", "times", "parts", "code"} == set()


def test_a_wrong_code_and_wrong_digits_are_told_alike(stage: Stage) -> None:
    said = slip(stage, stage.register()["number"])
    sentences = set()
    for code, tail in ((said["code"], "9999"), ("2" * 16, RENTER[-4:])):
        with pytest.raises(NotFound) as refused:
            verify(stage, code, tail)
        sentences.add((refused.value.code, refused.value.sentence))
    assert len(sentences) == 1


def test_the_digits_of_a_slip_are_not_found_by_trying(stage: Stage) -> None:
    said = slip(stage, stage.register()["number"])
    for tried in range(20):
        with pytest.raises(NotFound):
            verify(stage, said["code"], f"{9900 + tried}", f"203.0.113.{tried}")
    with pytest.raises(TooMany, match="verifications_by_code"):
        verify(stage, said["code"], address="198.51.100.1")


def test_an_address_asks_so_often_an_hour_and_what_no_limit_needs_is_forgotten(stage: Stage) -> None:
    said = slip(stage, stage.register()["number"])
    for _ in range(30):
        verify(stage, said["code"])
    with pytest.raises(TooMany) as refused:
        verify(stage, said["code"])
    assert 0 < int(refused.value.retry_after_s or 0) <= 3600
    assert verify(stage, said["code"], address="203.0.113.8")["number"] == said["number"]
    hours_ago = VerificationAttempt.at - timedelta(hours=25)
    with stage.database.write() as session:
        session.execute(update(VerificationAttempt).values(at=hours_ago))
    slips.VERIFYING.forget(stage.database)
    with stage.database.read() as session:
        assert session.scalars(select(VerificationAttempt.id)).all() == []
