"""`./hall prove`: the whole proof in a hall of its own, its figures, and the seeded bugs on request."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import click

from ops.places import Home
from ops.prove.bugs import BUGS, ONE_ACCOUNT_A_BATCH, Bug
from ops.prove.nemesis import Nemesis
from ops.prove.paying_in import PAYING_IN
from ops.prove.people import Cast, Citizen
from ops.prove.rehearsal import added, rehearse, visited
from ops.prove.results import Figures, Proof, source, write_result
from ops.prove.settling import settled_under_kills
from ops.prove.stage import Stage, staged, write_history
from ops.prove.trials import FREELANCERS_A_BUG, PEOPLE_A_BUG, Trials, apply

NOTHING: Figures = {"acknowledged": 0, "lost": 0, "doubled": 0, "drift_fen": 0, "unfinished": 0}
FINDINGS_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a proof is to do; the same seed plays the same kills, faults, reasons and amounts."""

    kills: int
    citizens: int
    seed: str
    bugs: tuple[Bug, ...] = ()

    @property
    def cast(self) -> Cast:
        """Who has to be there: the people of the rehearsal, and some for each bug."""
        paying_in = sum(bug.scenario in PAYING_IN for bug in self.bugs)
        return Cast(
            depositors=self.citizens + PEOPLE_A_BUG * (len(self.bugs) - paying_in),
            freelancers=max(2, self.citizens // 3),
            settled=FREELANCERS_A_BUG * paying_in,
        )

    def for_rehearsal(self, people: list[Citizen]) -> list[Citizen]:
        """Those of the cast who live through the kills."""
        first = self.cast.depositors
        return people[: self.citizens] + people[first : first + self.cast.freelancers]

    def for_bugs(self, people: list[Citizen]) -> list[Citizen]:
        """Those of the cast who try the seeded bugs."""
        first = self.cast.depositors
        return people[self.citizens : first] + people[first + self.cast.freelancers :]


@click.command()
@click.option("--kills", type=click.IntRange(0, 10_000), default=10, show_default=True)
@click.option("--citizens", type=click.IntRange(1, 1_000), default=12, show_default=True)
@click.option(
    "--seed", default="1", show_default=True, help="the same seed plays the same kills and citizens"
)
@click.option("--bugs", is_flag=True, help="also show that each seeded bug is caught")
@click.option(
    "--only",
    multiple=True,
    metavar="BUG",
    type=click.Choice([bug.name for bug in BUGS]),
    help="of the seeded bugs this one; may be given several times",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def prove(kills: int, citizens: int, seed: str, bugs: bool, only: tuple[str, ...], as_json: bool) -> None:
    """Kill processes while citizens withdraw, open accounts and pay in and interest is booked; count."""
    told = Telling(quiet=as_json)
    chosen = tuple(bug for bug in BUGS if bug.name in only) if only else BUGS if bugs else ()
    plan = Plan(kills=kills, citizens=citizens, seed=seed, bugs=chosen)
    proof = proved(plan, told)
    place = write_result(proof)
    told(f"written to {place}")
    if kills and not proof.killed_at_years_end:
        told("nobody was killed while interest was booked: that proves nothing of the year's end")
    click.echo(json.dumps(proof.figures))
    sys.exit(0 if proof.is_well else 1)


class Telling:
    """Progress lines, on the error stream when the output has to be JSON alone."""

    def __init__(self, *, quiet: bool) -> None:
        self._to_errors = quiet
        self._began_at = time.monotonic()

    def __call__(self, line: str) -> None:
        """Print a line with the seconds since the beginning."""
        click.echo(f"{time.monotonic() - self._began_at:7.1f} s  {line}", err=self._to_errors)


def proved(plan: Plan, say: Callable[[str], None]) -> Proof:
    """Play the plan in a fresh hall."""
    home, began_at, proved_source = Home(Home.chosen().path / "prove"), time.monotonic(), source()
    say(f"a hall of its own in {home.path}")
    with staged(home, plan.cast) as stage:
        say("the hall runs")
        figures, killed = _disturbed(stage, plan, say)
        caught = Trials(stage, plan.for_bugs(stage.citizens), say).run(plan.bugs)
        figures, killed_then = _year_ended(stage, plan, figures, say)
    whole = {
        "kills": len(killed),
        **figures,
        "bugs_tried": len(plan.bugs),
        "bugs_caught": sum(caught.values()),
    }
    about: dict[str, object] = {
        **proved_source,
        "seed": plan.seed,
        "citizens": plan.citizens,
        "kills_by_name": dict(Counter(killed)),
        "bugs": caught,
        "lasted_s": round(time.monotonic() - began_at),
    }
    return Proof(figures=whole, killed_at_years_end=killed_then, about=about)


def _year_ended(
    stage: Stage, plan: Plan, figures: Figures, say: Callable[[str], None]
) -> tuple[Figures, list[str]]:
    """The figures with what is found when those who lived through the kills get their year's interest."""
    if not plan.kills:
        return figures, []
    apply(stage.source, ONE_ACCOUNT_A_BATCH)
    stage.restart(("deposit",))
    people = [one.fund_number for one in plan.for_rehearsal(stage.citizens) if one.fund_number]
    found, killed = settled_under_kills(stage, people, say)
    for finding in found[:FINDINGS_SHOWN]:
        say(f"{finding.kind}: {finding.what}")
    return added(figures, found), killed


def _disturbed(stage: Stage, plan: Plan, say: Callable[[str], None]) -> tuple[Figures, list[str]]:
    if not plan.kills:
        return NOTHING, []
    clients = visited(stage, plan.for_rehearsal(stage.citizens), say)
    nemesis = Nemesis(stage, plan.seed, plan.kills, say)
    verdict, history = rehearse(stage, clients, nemesis, say)
    write_history(stage.home, history.as_rows())
    for finding in verdict.findings[:FINDINGS_SHOWN]:
        say(f"{finding.kind}: {finding.what}")
    return verdict.figures(), nemesis.done
