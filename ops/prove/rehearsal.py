"""One proof: first visits, citizens and nemesis at once, then the wait for rest, then the checker."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ops.prove.checker import check, waiting
from ops.prove.citizen import Actor, Occasion
from ops.prove.client import Client
from ops.prove.contributor import BOOKED_AFTER_S, Contributor
from ops.prove.facts import read_facts
from ops.prove.finding import DOUBLED, DRIFT, LOST, UNFINISHED, Finding
from ops.prove.history import History
from ops.prove.nemesis import Nemesis
from ops.prove.people import Citizen
from ops.prove.stage import Stage, reached

VISITS_AT_ONCE = 6
REST_S = 60.0
HOUR_S = 3660
Say = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """What the checker found, how much was acknowledged, and how long it took to come to rest."""

    acknowledged: int
    findings: list[Finding]
    rested_after_s: float

    @property
    def is_well(self) -> bool:
        """Nothing at all was found."""
        return not self.findings

    def figures(self) -> dict[str, int]:
        """The figures of the result."""
        return {"acknowledged": self.acknowledged, **_counted(self.findings)}


def _counted(findings: Sequence[Finding]) -> dict[str, int]:
    kinds = [finding.kind for finding in findings]
    return {
        "lost": kinds.count(LOST),
        "doubled": kinds.count(DOUBLED),
        "drift_fen": sum(finding.fen for finding in findings if finding.kind == DRIFT),
        "unfinished": kinds.count(UNFINISHED),
    }


def added(figures: dict[str, int], findings: Sequence[Finding]) -> dict[str, int]:
    """The figures with what was found besides."""
    return figures | {name: figures[name] + count for name, count in _counted(findings).items()}


def visited(stage: Stage, citizens: list[Citizen], say: Say) -> list[Client]:
    """Let everybody come for the first time, while nothing is disturbed."""
    clients = [Client(stage, citizen) for citizen in citizens]
    with ThreadPoolExecutor(VISITS_AT_ONCE) as pool:
        known = [client for client in clients if client.citizen.fund_number]
        for count, _ in enumerate(pool.map(Client.first_visit, known), 1):
            if count % 10 == 0 or count == len(clients):
                say(f"{count} of {len(clients)} citizens have a session")
    # Limits per minute and hour count the codes of the first visits, too.
    stage.move_clock(HOUR_S)
    return clients


def rehearse(stage: Stage, clients: list[Client], nemesis: Nemesis, say: Say) -> tuple[Verdict, History]:
    """Run citizens and nemesis to their ends, wait for rest, check the whole hall."""
    history, over = History(), threading.Event()
    occasion = Occasion(history=history, seed=nemesis.seed, progress=nemesis.progress, over=over)
    actors = [(Contributor if client.citizen.freelancer else Actor)(client, occasion) for client in clients]
    for actor in actors:
        actor.start()
    nemesis.run()
    say(f"the last fault is over; {history.acknowledged()} acknowledgements so far")
    over.set()
    for actor in actors:
        actor.join(max(0.1, nemesis.last_at + REST_S - time.monotonic()))
    for trouble in (f"{actor.name}: {one}" for actor in actors for one in actor.trouble):
        say(f"a citizen gave up: {trouble}")
    # What may be cancelled no more is booked.
    stage.move_clock(BOOKED_AFTER_S)
    left_s = nemesis.last_at + REST_S - time.monotonic()
    return judged(stage, clients, history, limit_s=left_s, whole_hall=True), history


def judged(
    stage: Stage, clients: list[Client], history: History, *, limit_s: float, whole_hall: bool = False
) -> Verdict:
    """What is found about these citizens once all is at rest, at the latest after `limit_s` seconds."""
    people = [client.citizen.fund_number for client in clients]
    pay_in = any(client.citizen.freelancer for client in clients)
    found: list[Finding] = []
    began_at = time.monotonic()

    def at_rest() -> bool:
        facts = read_facts(stage, people, whole_hall=whole_hall, pay_in=pay_in)
        found[:] = check(facts, history.of(lambda wish: wish.fund_number in people))
        return not found and not waiting(facts)

    reached(at_rest, max(1.0, limit_s))
    return Verdict(history.acknowledged(), found, time.monotonic() - began_at)
