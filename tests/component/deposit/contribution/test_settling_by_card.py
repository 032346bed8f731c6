"""联名卡结算 under every outcome: debited once and booked once, given back once, or visibly not debited."""

import pytest

from services.common.clock import business_today
from services.common.errors import Refusal, WrongState
from services.deposit.contribution import booking
from services.deposit.contribution.rules import months_later
from tests.component.deposit.contribution.stage import CARD, MONTHLY_FEN, Stage


@pytest.mark.feature("D-09", "D-10", "D-11", "D-33")
def test_a_settled_bill_is_debited_at_once_and_booked_into_the_fund(stage: Stage) -> None:
    stage.register()
    bill = stage.settle_by_card()
    assert (bill["state"], bill["label"]) == ("settled", "联名卡结算成功")
    (debit,) = stage.outside.debits.values()
    assert (debit["body"]["amount_fen"], debit["body"]["card_number"]) == (bill["amount_fen"], CARD)
    assert stage.balance() == 0
    assert stage.standing("21902") == -MONTHLY_FEN
    assert stage.book() == 1
    assert (stage.state(), stage.balance(), stage.standing("21902")) == ("booked", MONTHLY_FEN, 0)
    stage.books_are_true()
    told = [event for event in stage.events() if event.startswith("contribution.")]
    assert told == ["contribution.registered", "contribution.settled", "contribution.booked"]


def test_nothing_is_booked_while_the_settlement_may_be_cancelled(stage: Stage) -> None:
    stage.register()
    stage.settle_by_card()
    assert booking.book_due(stage.database) == 0
    assert stage.state() == "settled"


def test_booking_twice_books_once(stage: Stage) -> None:
    stage.register()
    stage.settle_by_card()
    assert (stage.book(), stage.book()) == (1, 0)
    assert stage.balance() == MONTHLY_FEN


def test_without_consent_nothing_is_debited_and_the_text_is_told(stage: Stage) -> None:
    stage.register()
    with pytest.raises(Refusal) as refused:
        stage.press("settle_by_card")
    assert refused.value.code == "agreement_needed"
    assert "委托" in refused.value.figures["agreement_text"]
    assert (stage.state(), stage.outside.debits) == ("registered", {})


def test_the_agreement_is_asked_for_once(stage: Stage) -> None:
    stage.register()
    stage.settle_by_card()
    stage.press("cancel_card")
    assert stage.proposal()["agreement"] is None
    assert stage.press("settle_by_card")["state"] == "settled"


def test_a_debit_that_fails_leaves_the_bill_payable(stage: Stage) -> None:
    stage.register()
    stage.outside.tell("debits", "fail")
    bill = stage.settle_by_card()
    assert (bill["state"], bill["problem"] is not None) == ("registered", True)
    assert stage.standing("101") == 0
    assert stage.settle_by_card()["state"] == "settled"
    assert len(stage.outside.debits) == 2
    stage.books_are_true()


def test_a_lost_answer_is_asked_for_and_never_sent_again(stage: Stage) -> None:
    stage.register()
    stage.outside.tell("debits", "lose_answer")
    stage.outside.tell("debits_query", "down")
    assert stage.settle_by_card()["state"] == "debit_unknown"
    assert stage.press("check")["state"] == "debit_unknown"
    assert stage.press("check")["state"] == "settled"
    assert list(stage.outside.sent.values()) == [1]
    stage.books_are_true()


def test_unknown_stays_unknown_until_the_bank_knows_and_nothing_can_be_pressed(stage: Stage) -> None:
    stage.register()
    stage.outside.tell("debits", "unknown")
    stage.settle_by_card()
    stage.sweep(2)
    assert stage.state() == "debit_unknown"
    for action in ("delete", "cancel_card", "settle_by_code"):
        with pytest.raises(WrongState):
            stage.press(action)
    assert stage.stuck() == []
    stage.long_ago()
    assert [(row["number"], row["state"]) for row in stage.stuck()] == [(stage.number(), "debit_unknown")]
    stage.outside.debits[stage.order_number()]["outcome"] = 0
    stage.sweep()
    assert stage.state() == "settled"
    stage.books_are_true()


def test_a_debit_the_bank_never_saw_is_closed_there_before_it_counts_as_failed(stage: Stage) -> None:
    stage.register()
    stage.outside.tell("debits", "down")
    stage.settle_by_card()
    stage.outside.tell("debits_close", "down")
    stage.sweep()
    assert stage.state() == "debit_unknown"
    stage.sweep()
    assert stage.state() == "registered"
    late = stage.outside.post("/bank/debits", {"order_number": stage.order_number(), "amount_fen": 1}, 1.0)
    assert late.body["outcome"] == 1


@pytest.mark.parametrize("mode", ["crash_before", "crash_after"])
def test_a_death_at_the_debit_ends_debited_once_or_not_at_all(stage: Stage, mode: str) -> None:
    stage.register()
    stage.outside.tell("debits", mode)
    stage.crashing(stage.settle_by_card)
    stage.sweep_until_rest()
    assert stage.state() == ("registered" if mode == "crash_before" else "settled")
    stage.books_are_true()


@pytest.mark.parametrize("place", ["debits_query", "debits_close"])
@pytest.mark.parametrize("mode", ["crash_before", "crash_after"])
def test_a_death_while_asking_changes_nothing(stage: Stage, place: str, mode: str) -> None:
    stage.register()
    stage.outside.tell("debits", "down")
    stage.settle_by_card()
    stage.outside.tell(place, mode)
    stage.crashing(stage.drive)
    assert stage.state() == "debit_unknown"
    stage.sweep_until_rest()
    assert stage.state() == "registered"
    stage.books_are_true()


def test_the_same_key_settles_once(stage: Stage) -> None:
    stage.register()
    first = stage.settle_by_card(key="settle")
    assert stage.settle_by_card(key="settle") == first
    assert len(stage.outside.debits) == 1


def test_without_a_card_nothing_can_be_debited(stage: Stage) -> None:
    stage.unbind()
    stage.register()
    with pytest.raises(Refusal) as refused:
        stage.settle_by_card()
    assert refused.value.code == "no_card"


@pytest.mark.parametrize("told", [True, False], ids=["by the bank", "by the attempt"])
def test_a_debit_of_the_last_minute_counts_for_its_month(stage: Stage, told: bool) -> None:
    """The bank's answer is lost and asked for again after midnight."""
    stage.register()
    stage.outside.tell("debits", "lose_answer")
    assert stage.settle_by_card()["state"] == "debit_unknown"
    last_moment = stage.of_the_month_before()
    (order,) = stage.outside.debits.values()
    order["at"] = last_moment.isoformat() if told else None
    stage.sweep()
    assert stage.state() == "settled"
    stage.book()
    assert stage.line_kinds() == ["remittance"]


@pytest.mark.parametrize("way", ["card", "code"])
@pytest.mark.parametrize("change", ["base", "term"])
def test_a_bill_that_would_be_another_today_is_not_paid(stage: Stage, way: str, change: str) -> None:
    stage.register()
    if change == "base":
        stage.account(contribution_base_fen=600_000)
    else:
        stage.for_month(months_later(business_today().replace(day=1), -4))
    with pytest.raises(Refusal) as refused:
        stage.settle_by_card() if way == "card" else stage.press("settle_by_code")
    assert refused.value.code == "bill_outdated"
    assert "请删除单据后重新登记" in refused.value.sentence
    assert (stage.outside.debits, stage.outside.codes) == ({}, {})
    stage.press("delete")
    assert stage.register()["state"] == "registered"


def test_a_bill_tells_which_card_and_agreement_its_debit_needs(stage: Stage) -> None:
    bill = stage.register()
    assert (bill["card"]["bank_code"], bill["agreement"]["code"]) == ("102", "direct_debit")
    assert CARD not in str(bill)
    settled = stage.settle_by_card()
    assert (settled["card"], settled["agreement"]) == (None, None)


def test_a_bill_that_would_be_another_today_invites_to_nothing_but_deleting_it(stage: Stage) -> None:
    number = stage.register()["number"]
    assert stage.act("bill", {"number": number})["actions"] == ["settle_by_card", "settle_by_code", "delete"]
    stage.account(contribution_base_fen=600_000)
    shown = stage.act("bill", {"number": number})
    assert (shown["actions"], shown["agreement"]) == (["delete"], None)
    assert "缴存基数已经调整" in shown["notice"]
    (line,) = stage.act("bills", {})["items"]
    assert {name: shown[name] for name in line} == line
