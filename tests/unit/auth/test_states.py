"""The two tables of auth, arrow by arrow: everything not drawn is refused."""

import itertools
from pathlib import Path

import pytest

from services.auth.states import FIRST_VISIT, SESSION
from services.common.machine import IllegalStep, reachable

README = Path(__file__).parents[3] / "services" / "auth" / "README.md"
MACHINES = (FIRST_VISIT, SESSION)


def names(machine):
    return machine.name


@pytest.mark.parametrize("machine", MACHINES, ids=names)
def test_everything_not_drawn_is_refused(machine):
    drawn = {(step.source, step.action) for step in machine.steps}
    actions = {step.action for step in machine.steps} | {"nonsense"}
    for pair in set(itertools.product(machine.states, actions)) - drawn:
        with pytest.raises(IllegalStep):
            machine.step(*pair)


@pytest.mark.parametrize("machine", MACHINES, ids=names)
def test_every_state_is_reached_and_only_final_ones_have_no_way_out(machine):
    assert reachable(machine) == machine.states
    assert {state for state in machine.states if not any(step.source == state for step in machine.steps)} == (
        set(machine.final)
    )


@pytest.mark.parametrize("machine", MACHINES, ids=names)
def test_every_state_has_a_label(machine):
    assert set(machine.labels) == machine.states


@pytest.mark.parametrize("machine", MACHINES, ids=names)
def test_the_readme_draws_the_table(machine):
    assert machine.mermaid() in README.read_text(encoding="utf-8")


def test_every_way_to_end_a_session_is_announced():
    assert {step.event for step in SESSION.steps if step.target in SESSION.final} == {"session.revoked"}
