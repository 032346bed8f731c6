"""The short tier of the proof: a few kills and two seeded bugs; campaigns are run by command."""

from collections.abc import Iterator

import pytest

from ops.places import Home
from ops.prove.bugs import BUGS
from ops.prove.command import Plan, proved
from ops.prove.results import Figures, Proof

SHOWN_HERE = ("event_acknowledged_before_commit", "unknown_treated_as_failed")
PLAN = Plan(kills=10, citizens=10, seed="tier", bugs=tuple(bug for bug in BUGS if bug.name in SHOWN_HERE))


@pytest.fixture(scope="module")
def proof() -> Iterator[Proof]:
    """One short proof."""
    lines: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HALL_HOME", str(Home.chosen().path / "test"))
        found = proved(PLAN, lines.append)
    print("\n".join(lines))  # noqa: T201 (shown by pytest where the test fails)
    yield found


@pytest.fixture(scope="module")
def figures(proof: Proof) -> Figures:
    """Its figures."""
    return proof.figures


@pytest.mark.failure("N1", "N8", "N12")
def test_kills_lose_and_double_nothing(figures: Figures) -> None:
    assert figures["kills"] == PLAN.kills
    assert figures["acknowledged"] > 0
    wrong = {name: figures[name] for name in ("lost", "doubled", "drift_fen", "unfinished")}
    assert wrong == {"lost": 0, "doubled": 0, "drift_fen": 0, "unfinished": 0}


def test_kills_meet_interest_that_is_being_booked(proof: Proof) -> None:
    assert proof.killed_at_years_end


@pytest.mark.failure("N2")
def test_seeded_bugs_are_caught(figures: Figures) -> None:
    assert (figures["bugs_tried"], figures["bugs_caught"]) == (len(SHOWN_HERE), len(SHOWN_HERE))
