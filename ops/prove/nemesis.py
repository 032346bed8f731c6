"""Kills processes of the hall and disturbs the bank, by a seed; the supervisor has to bring all back."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from ops.processes import NAMES
from ops.prove.stage import Stage, reached
from ops.state import RUNNING

# The sandbox is the outside world: it may answer badly, but it is not ours to kill.
TARGETS = tuple(name for name in NAMES if name != "sandbox")
# Mostly a kill hits a hall that works, which it can only after the last one has been repaired; else it comes
# into the repair.
INTO_REPAIR_SHARE = 0.3
REPAIR_S = 60.0
INTO_REPAIR_S = (0.5, 4.0)
AT_WORK_S = (0.5, 4.0)
FAULTS: tuple[dict[str, object], ...] = (
    {"target": "bank.payouts", "mode": "lose_answer", "times": 3},
    {"target": "bank.payouts", "mode": "unknown", "times": 2, "delay_ms": 3000},
    {"target": "bank.query", "mode": "unknown", "times": 3},
    {"target": "bank.query", "mode": "delay", "times": 3, "delay_ms": 1500},
    {"target": "bank.close", "mode": "lose_answer", "times": 2},
    {"target": "bank.debits", "mode": "lose_answer", "times": 2},
    {"target": "bank.debit_query", "mode": "delay", "times": 2, "delay_ms": 1500},
    {"target": "bank.refunds", "mode": "lose_answer", "times": 2},
    {"target": "bank.codes", "mode": "lose_answer", "times": 2},
    {"target": "bank.code_close", "mode": "lose_answer", "times": 2},
    {"target": "callbacks.bank", "mode": "twice", "times": 3},
    {"target": "callbacks.bank", "mode": "down", "times": 5},
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
            self._disturb_bank(chance)
            if chance.random() < INTO_REPAIR_SHARE:
                pause.wait(chance.uniform(*INTO_REPAIR_S))
            else:
                reached(self._all_run, REPAIR_S)
                pause.wait(chance.uniform(*AT_WORK_S))
            self._kill(bag.pop())
        self.stage.clear_faults()
        self.last_at = time.monotonic()

    def _kill(self, name: str) -> None:
        if self.stage.kill(name):
            self.done.append(name)
            self.say(f"kill {len(self.done)} of {self.kills}: {name}")

    def _all_run(self) -> bool:
        return all(row.state == RUNNING for row in self.stage.processes())

    def _disturb_bank(self, chance: random.Random) -> None:
        fault = chance.choice(FAULTS)
        if chance.random() < FAULT_SHARE:
            try:
                self.stage.set_fault(**fault)
            except requests.RequestException:
                self.say("the outside world did not take a fault")
