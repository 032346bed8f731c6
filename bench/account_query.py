"""The account query three ways in one run on one machine: the floor, the textbook baseline, the hall.

The floor answers without asking who it is; baseline and hall answer the holder of a session. Rounds are
interleaved, so that what else the machine does meets all three; figures are medians over the rounds. CPU is
summed over each one's own processes and the two servers all of them use. The load generator is not counted.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bench import yard
from bench.contenders import Baseline, Floor, Hall
from bench.ground import SERVERS, Ground
from bench.measure import Round, measured, summary
from bench.settling import idle_rates, settled

People = list[tuple[str, str]]

# A round of a thousand would be over within a second: too soon for clock ticks of 10 ms, and for what else
# the machine does.
MORE_OFTEN = {"floor": 4, "hall": 4}


class Contender(Protocol):
    """One way to answer: its processes by name, and a way to let people ask."""

    def roots(self) -> dict[str, int]:
        """Process numbers by name."""
        ...

    def run(self, people: People) -> None:
        """Let each of them ask once."""
        ...

    def close(self) -> None:
        """End what was started for the measurement."""
        ...


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is asked: people with a session, requests a round, rounds, questions open at a time, seed."""

    people: int = 300
    requests: int = 1000
    rounds: int = 7
    width: int = 8
    seed: int = 1


def account_query(ground: Ground, plan: Plan) -> dict[str, Any]:
    """Measure, and return the figures of `./hall bench` with all that stands behind them."""
    everything = ground.processes()
    shared = {name: everything[name] for name in SERVERS}
    own = {name: pid for name, pid in everything.items() if name not in SERVERS}
    people = _people(ground, plan)
    place = yard.opened(ground.setting, people)
    contenders: dict[str, Contender] = {}
    try:
        contenders["hall"] = Hall(ground.gateway, own, plan.width)
        contenders["floor"] = Floor(place, plan.width)
        contenders["baseline"] = Baseline(place, plan.width)
        return _figures(_rounds(contenders, shared, people, plan)) | {
            "idle_cpu_ms_per_s": idle_rates(everything),
            "plan": vars(plan),
        }
    finally:
        for contender in contenders.values():
            contender.close()
        yard.closed(ground.setting)


def _people(ground: Ground, plan: Plan) -> People:
    chosen = random.Random(plan.seed).sample(ground.fund_numbers(), plan.people)  # noqa: S311
    return [(fund_number, ground.token(fund_number)) for fund_number in chosen]


def _rounds(
    contenders: Mapping[str, Contender], shared: dict[str, int], people: People, plan: Plan
) -> dict[str, list[Round]]:
    chance = random.Random(plan.seed)  # noqa: S311
    for contender in contenders.values():
        contender.run(people)
    rounds: dict[str, list[Round]] = {name: [] for name in contenders}
    for _ in range(plan.rounds):
        for name, contender in contenders.items():
            asking = chance.choices(people, k=plan.requests * MORE_OFTEN.get(name, 1))
            settled(contender.roots() | shared)
            rounds[name].append(_one(contender, shared, asking))
    return rounds


def _one(contender: Contender, shared: dict[str, int], asking: People) -> Round:
    return measured(contender.roots() | shared, len(asking), lambda: contender.run(asking))


def _figures(rounds: dict[str, list[Round]]) -> dict[str, Any]:
    summaries = {name: summary(done) for name, done in rounds.items()}
    hall, floor, baseline = (summaries[name]["cpu_ms"] for name in ("hall", "floor", "baseline"))
    return {
        "floor_cpu_ms": floor,
        "baseline_cpu_ms": baseline,
        "hall_cpu_ms": hall,
        "per_second": summaries["hall"]["per_second"],
        "times_the_floor": round(hall / floor, 2),
        "share_of_the_baseline": round(hall / baseline, 3),
        "details": summaries,
    }
