"""Who plays in a proof: enough people for the kills and for each seeded bug, and nobody in both."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from ops.prove import command
from ops.prove.bugs import BUGS
from ops.prove.command import Plan, prove
from ops.prove.paying_in import PAYING_IN
from ops.prove.people import OPENING, Cast, Citizen, write_people
from ops.prove.trials import FREELANCERS_A_BUG

TODAY = date(2026, 11, 22)


def people_of(cast: Cast, folder: Path) -> list[Citizen]:
    return write_people(folder, cast, TODAY)


def test_freelancers_of_the_rehearsal_open_accounts_and_settled_ones_have_one(tmp_path: Path) -> None:
    people = people_of(Cast(depositors=2, freelancers=6, settled=6), tmp_path)
    assert [one.freelancer for one in people] == [False] * 2 + [True] * 12
    opening = [OPENING in one.reasons for one in people]
    assert sum(opening[2:8]) == 2
    assert not any(opening[8:])
    assert all(one.fund_number for one in people[8:])


def test_nobody_lives_through_kills_and_bugs_both(tmp_path: Path) -> None:
    plan = Plan(kills=1, citizens=4, seed="1", bugs=BUGS)
    people = people_of(plan.cast, tmp_path)
    kills, bugs = plan.for_rehearsal(people), plan.for_bugs(people)
    assert {one.phone for one in kills}.isdisjoint(one.phone for one in bugs)
    assert len(kills) + len(bugs) == len(people)
    assert sum(one.freelancer for one in kills) == 2


def test_every_bug_has_its_players(tmp_path: Path) -> None:
    plan = Plan(kills=0, citizens=1, seed="1", bugs=BUGS)
    bugs = plan.for_bugs(people_of(plan.cast, tmp_path))
    paying_in = sum(bug.scenario in PAYING_IN for bug in BUGS)
    assert paying_in >= 5
    settled = [one for one in bugs if one.freelancer and one.fund_number]
    assert len(settled) == FREELANCERS_A_BUG * paying_in
    assert len(bugs) - len(settled) >= 2 * (len(BUGS) - paying_in)
    assert sum("retirement" in one.reasons for one in bugs) >= 2


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ((), []),
        (("--bugs",), [bug.name for bug in BUGS]),
        (("--only", BUGS[-1].name, "--only", BUGS[0].name), [BUGS[0].name, BUGS[-1].name]),
    ],
)
def test_bugs_are_tried_on_request(
    words: tuple[str, ...], names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[Plan] = []

    class Enough(Exception):
        """Seen what was to be seen."""

    def planned(plan: Plan, say: object) -> None:
        plans.append(plan)
        raise Enough

    monkeypatch.setattr(command, "proved", planned)
    assert isinstance(CliRunner().invoke(prove, words).exception, Enough)
    assert [bug.name for bug in plans[0].bugs] == names
