"""Kills processes of the hall and disturbs the bank, by a seed; the supervisor has to bring all back."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from ops.processes import NAMES
from ops.prove.stage import Stage

# The sandbox is the outside world: it may answer badly, but it is not ours to kill.
TARGETS = tuple(name for name in NAMES if name != "sandbox")
# The broker needs about ten seconds to come back; in the meantime others are killed less often.
PAUSE_S = {"rabbitmq": (6.0, 12.0), "postgresql": (2.0, 5.0)}
USUAL_PAUSE_S = (1.5, 4.5)
FAULTS: tuple[dict[str, object], ...] = (
    {"target": "bank.payouts", "mode": "lose_answer", "times": 3},
    {"target": "bank.payouts", "mode": "unknown", "times": 2, "delay_ms": 3000},
    {"target": "bank.query", "mode": "unknown", "times": 3},
    {"target": "bank.query", "mode": "delay", "times": 3, "delay_ms": 1500},
    {"target": "bank.close", "mode": "lose_answer", "times": 2},
    {"target": "registers.low_income", "mode": "down", "times": 3},
    {"target": "sms.messages", "mode": "unknown", "times": 3},
)
FAULT_SHARE = 0.5


@dataclass
class Nemesis:
    """`kills` SIGKILLs in an order that reaches every process before any comes again."""

    stage: Stage
    seed: str
    kills: int
    say: Callable[[str], None]
    done: list[str] = field(default_factory=list)
    last_at: float = 0.0

    def progress(self) -> float:
        """How far it is, 0 to 1."""
        return len(self.done) / self.kills if self.kills else 1.0

    def run(self) -> None:
        """Do all of it; the last disturbance of any kind is at `last_at`."""
        chance, pause = random.Random(f"nemesis:{self.seed}"), threading.Event()  # noqa: S311 (no secret)
        bag: list[str] = []
        while len(self.done) < self.kills:
            bag = bag or chance.sample(TARGETS, len(TARGETS))
            name = bag.pop()
            pause.wait(chance.uniform(*USUAL_PAUSE_S))
            self._disturb_bank(chance)
            if self._killed(name):
                pause.wait(chance.uniform(*PAUSE_S.get(name, (0.0, 0.0))))
        self.stage.clear_faults()
        self.last_at = time.monotonic()

    def _killed(self, name: str) -> bool:
        if not self.stage.kill(name):
            return False
        self.done.append(name)
        self.say(f"kill {len(self.done)} of {self.kills}: {name}")
        return True

    def _disturb_bank(self, chance: random.Random) -> None:
        fault = chance.choice(FAULTS)
        if chance.random() < FAULT_SHARE:
            try:
                self.stage.set_fault(**fault)
            except requests.RequestException:
                self.say("the outside world did not take a fault")
