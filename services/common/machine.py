"""State tables: a procedure is a list of steps, and nothing else decides what may follow what. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.common.errors import WrongState


@dataclass(frozen=True)
class Step:
    """One arrow: from `source`, `action` by `actor` leads to `target` and announces `event`."""

    source: str
    action: str
    target: str
    actor: str
    event: str | None = None


class IllegalStep(WrongState):
    """The table has no such arrow."""


@dataclass(frozen=True)
class Machine:
    """A procedure as a table. `labels` are the Chinese words people read for each state.

    In the states of `owner_acts_in` nothing goes on, or not well, until its owner does something.
    """

    name: str
    start: str
    steps: tuple[Step, ...]
    final: frozenset[str]
    labels: dict[str, str] = field(default_factory=dict)
    owner_acts_in: frozenset[str] = frozenset()

    @property
    def states(self) -> set[str]:
        """Every state the table names."""
        return {self.start} | {step.source for step in self.steps} | {step.target for step in self.steps}

    def step(self, state: str, action: str) -> Step:
        """The arrow for `action` in `state`; raises IllegalStep when the table has none."""
        for step in self.steps:
            if step.source == state and step.action == action:
                return step
        raise self.refused(state)

    def refused(self, state: str) -> IllegalStep:
        """What an action is refused with that may not be taken from `state`."""
        label = self.labels.get(state, state)
        return IllegalStep(
            "wrong_state",
            f"当前状态为“{label}”，不能进行此操作，请刷新页面后按页面上的按钮办理。",
            figures={"bill_state": label},
        )

    def actions(self, state: str, actor: str) -> list[str]:
        """What `actor` may do in `state`, in the table's order: the page's buttons."""
        return [step.action for step in self.steps if step.source == state and step.actor == actor]

    def waits_for(self, state: str) -> str | None:
        """Who goes on from `state`: "owner", or "hall" with the bank and the registers; None at an end."""
        if state in self.final:
            return None
        return "owner" if state in self.owner_acts_in else "hall"

    def mermaid(self) -> str:
        """The table as a mermaid state diagram."""
        lines = [f"    {step.source} --> {step.target}: {step.action} ({step.actor})" for step in self.steps]
        ends = [f"    {state} --> [*]" for state in sorted(self.final)]
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.start}", *lines, *ends])


def reachable(machine: Machine) -> set[str]:
    """The states that can be reached from the start."""
    found, frontier = {machine.start}, [machine.start]
    while frontier:
        state = frontier.pop()
        new = set(_targets(machine, state)) - found
        found |= new
        frontier.extend(new)
    return found


def _targets(machine: Machine, state: str) -> Iterable[str]:
    return (step.target for step in machine.steps if step.source == state)
