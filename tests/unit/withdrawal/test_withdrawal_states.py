"""The state table of a withdrawal, arrow by arrow: what is there, and that nothing else is."""

import itertools
from pathlib import Path

import pytest

from services.common.errors import WrongState
from services.common.machine import reachable
from services.withdrawal.states import DRIVEN, HISTORY, IN_FLIGHT, LABELS, NOTICES, WITHDRAWAL

ACTIONS = sorted({step.action for step in WITHDRAWAL.steps})
ARROWS = {(step.source, step.action): step for step in WITHDRAWAL.steps}
PAIRS = list(itertools.product(sorted(WITHDRAWAL.states), ACTIONS))


@pytest.mark.parametrize(("state", "action"), [pair for pair in PAIRS if pair not in ARROWS])
def test_everything_not_drawn_is_refused(state: str, action: str) -> None:
    with pytest.raises(WrongState) as refused:
        WITHDRAWAL.step(state, action)
    assert LABELS[state] in refused.value.sentence


@pytest.mark.parametrize("pair", ARROWS)
def test_every_arrow_leads_where_it_is_drawn(pair: tuple[str, str]) -> None:
    assert WITHDRAWAL.step(*pair) is ARROWS[pair]


def test_no_pair_is_drawn_twice() -> None:
    assert len(ARROWS) == len(WITHDRAWAL.steps)


def test_every_state_can_be_reached() -> None:
    assert reachable(WITHDRAWAL) == WITHDRAWAL.states


def test_only_the_final_states_have_no_way_out() -> None:
    assert {step.source for step in WITHDRAWAL.steps} == WITHDRAWAL.states - WITHDRAWAL.final


def test_every_state_and_step_has_its_words() -> None:
    assert set(LABELS) == set(NOTICES) == WITHDRAWAL.states
    assert set(HISTORY) == {"register", *ACTIONS}


@pytest.mark.feature("W-28")
def test_settlement_is_cancelled_only_where_nothing_was_sent_or_the_payment_failed() -> None:
    cancellable = {state for state, action in ARROWS if action == "cancel_settlement"}
    assert cancellable == {"registered", "held", "awaiting_evidence", "payment_failed"}


@pytest.mark.feature("W-29")
def test_only_a_cancelled_bill_is_deleted() -> None:
    assert {state for state, action in ARROWS if action == "delete"} == {"settlement_cancelled"}


@pytest.mark.feature("W-25")
def test_an_unpaid_bill_offers_payment() -> None:
    assert WITHDRAWAL.actions("registered", "citizen") == ["pay", "cancel_settlement"]
    assert "pay" in WITHDRAWAL.actions("settlement_cancelled", "citizen")


@pytest.mark.feature("W-27")
@pytest.mark.parametrize("state", ["sent", "payment_unknown", "paid"])
def test_a_payment_under_way_offers_a_check_and_no_cancelling(state: str) -> None:
    assert WITHDRAWAL.actions(state, "citizen") == ["check"]


def test_only_the_bank_says_what_became_of_a_payment() -> None:
    told = {step.actor for step in WITHDRAWAL.steps if step.action in ("confirm", "fail", "doubt")}
    assert told == {"bank"}


@pytest.mark.feature("W-24", "W-26")
def test_the_results_are_the_words_of_the_manual() -> None:
    assert NOTICES["registered"] == "登记完成，请及时点[申请支付]完成结算操作"
    assert NOTICES["paid"] == "支付完成，请等待记账！稍后可登录个人网银查看资金是否到账"


def test_what_is_booked_does_not_ask_to_wait_for_it() -> None:
    assert "已记账" in NOTICES["booked"]
    assert "等待" not in NOTICES["booked"]


def test_what_the_hall_drives_is_in_flight() -> None:
    assert DRIVEN < IN_FLIGHT


@pytest.mark.feature("V-17")
def test_no_staff_stands_between_registration_and_booking() -> None:
    assert {step.actor for step in WITHDRAWAL.steps} == {"citizen", "bank", "system"}


def test_the_diagram_draws_every_arrow() -> None:
    assert WITHDRAWAL.mermaid().count("-->") == len(WITHDRAWAL.steps) + 1 + len(WITHDRAWAL.final)


def test_the_readme_shows_the_diagram_as_it_is() -> None:
    readme = Path(__file__).parents[3] / "services" / "withdrawal" / "README.md"
    assert WITHDRAWAL.mermaid() in readme.read_text(encoding="utf-8")


def test_a_bill_waits_for_its_owner_only_where_nothing_else_brings_it_on() -> None:
    waiting = {state for state in WITHDRAWAL.states if WITHDRAWAL.waits_for(state) == "owner"}
    assert waiting == {"registered", "held", "payment_failed", "settlement_cancelled"}
    assert waiting | DRIVEN | WITHDRAWAL.final == WITHDRAWAL.states
    assert {state for state in WITHDRAWAL.states if WITHDRAWAL.waits_for(state) is None} == WITHDRAWAL.final
