"""The life of a message: every arrow that is not in the table is refused."""

from itertools import product

import pytest

from services.common.machine import IllegalStep, reachable
from services.notify.states import MESSAGE

ACTIONS = sorted({step.action for step in MESSAGE.steps})
DRAWN = {(step.source, step.action) for step in MESSAGE.steps}


@pytest.mark.parametrize(("state", "action"), sorted(product(MESSAGE.states, ACTIONS)))
def test_everything_not_drawn_is_refused(state: str, action: str) -> None:
    if (state, action) in DRAWN:
        assert MESSAGE.step(state, action).source == state
        return
    with pytest.raises(IllegalStep):
        MESSAGE.step(state, action)


def test_every_state_is_reached_and_has_a_label() -> None:
    assert reachable(MESSAGE) == MESSAGE.states == set(MESSAGE.labels)


def test_only_the_final_states_have_no_way_out() -> None:
    assert MESSAGE.states - {step.source for step in MESSAGE.steps} == MESSAGE.final


def test_a_lost_answer_never_leads_to_failed_by_itself() -> None:
    own = {step.target for step in MESSAGE.steps if step.source == "unknown" and step.actor == "sender"}
    assert own == {"sending", "abandoned"}
