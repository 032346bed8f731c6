"""The outside world as a whole: does what is asked, or lets go wrong what was told to."""

import logging
import time
from collections.abc import Callable
from typing import Any

from sandbox.answers import Answer, Dropped, Refused
from sandbox.callbacks import Callbacks
from sandbox.faults import Faults
from sandbox.late import LateWork
from sandbox.operations import Operation
from sandbox.store import Store
from sandbox.told import Fault

log = logging.getLogger("sandbox.faults")

Treatment = Callable[["World", Operation, dict[str, Any], Fault], Answer]


class World:
    """State, faults in force, work that comes late, and what the hall is told."""

    def __init__(self, store: Store, keys: dict[str, bytes], hall_url: str = "") -> None:
        self.store = store
        self.faults = Faults(store)
        self.late = LateWork(store)
        self.callbacks = Callbacks(store, self.faults, keys, hall_url)

    def do(self, operation: Operation, body: dict[str, Any]) -> Answer:
        """The answer to a checked request. Raises Refused, or Dropped where no answer is to come."""
        fault = self.faults.take(operation.target, body.get("card_number", ""))
        if fault is None:
            return operation.act(self.store, body, None)
        log.info("%s goes wrong as told: %s", fault.target, fault.mode)
        return TREATMENTS[fault.mode](self, operation, body, fault)


def _answer_as_told(world: World, operation: Operation, body: dict[str, Any], fault: Fault) -> Answer:
    return operation.act(world.store, body, fault)


def _wait(world: World, operation: Operation, body: dict[str, Any], fault: Fault) -> Answer:
    """Done after the delay even if the caller has stopped waiting."""
    time.sleep(fault.delay_ms / 1000)
    return operation.act(world.store, body, None)


def _lose_answer(world: World, operation: Operation, body: dict[str, Any], fault: Fault) -> Answer:
    operation.act(world.store, body, None)
    raise Dropped


def _be_down(world: World, operation: Operation, body: dict[str, Any], fault: Fault) -> Answer:
    raise Refused(503, "down")


def _answer_late(world: World, operation: Operation, body: dict[str, Any], fault: Fault) -> Answer:
    world.late.put(operation, body, fault.delay_ms)
    raise Dropped


TREATMENTS: dict[str, Treatment] = {
    "fail": _answer_as_told,
    "unknown": _answer_as_told,
    "undelivered": _answer_as_told,
    "delay": _wait,
    "lose_answer": _lose_answer,
    "down": _be_down,
    "answer_late": _answer_late,
}
