"""The one driver: takes a row through its table of steps, as far as it goes before a deadline.

No external call is made inside a transaction, and what a call brings is written in one transaction that
checks the lease, so an overtaken driver changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from eventlet import sleep
from sqlalchemy.orm import Session

from services.common.clock import business_now
from services.common.database import DatabaseAccess
from services.common.driving import leases
from services.common.driving.leases import LeaseLost, Row, Turn
from services.common.errors import Fault, Refusal, Unavailable, Unknown, WrongState
from services.common.logs import get_logger
from services.common.machine import Machine
from services.common.move import move
from services.common.outside import NoAnswer
from services.common.request import Request

log = get_logger(__name__)

# More than any bill has before it rests or waits: a table that goes in circles does not hold its driver.
STEPS_MOST = 8
WAIT_FOR_OTHER_S = 0.05
KEPT_FOR_THE_ANSWER_S = 1.0

ELSEWHERE: Final = (Unknown, Unavailable, NoAnswer, Fault, Refusal)
"""Trouble of others, which passes: the row is put off, and whoever pressed is told how it stands.

A refusal is among them because it was not said to the person: their press has taken effect. WrongState is
not: only an own state table says it, so in a driver it is a bug, and told as one.
"""


class Hall(Protocol):
    """What a driver needs of a service, beside what its own steps use."""

    database: DatabaseAccess


ThisHall = TypeVar("ThisHall", bound=Hall)


@dataclass(frozen=True, kw_only=True)
class Procedure(Generic[ThisHall, Row]):
    """How rows of one kind are driven.

    `driven` are the states from which the hall goes on by itself; `steps` has one for each of them, and for
    those where a row may be made due besides. `told` is what events tell of a row: numbers and amounts,
    nothing personal. `begun` writes what must be on record before a driver asks anybody.
    """

    kind: type[Row]
    machine: Machine
    driven: frozenset[str]
    steps: Mapping[str, Callable[[ThisHall, Turn[Row], Request], Turn[Row] | None]]
    told: Callable[[Row], Mapping[str, Any]]
    begun: Callable[[Session, Row], None] = leases.nothing_more

    def __post_init__(self) -> None:
        """A state that is driven and has no step would be put off for ever."""
        if left := self.driven - self.steps.keys():
            raise ValueError(f"{self.machine.name}: no step for {sorted(left)}")

    def moved(self, session: Session, row: Row, action: str, actor: str, remark: str = "") -> None:
        """One step of the row with its event; one that goes on by itself is due at once, any other rests.

        A press that only hurries a row under way leaves it standing where it has stood since `moved_at`, with
        the tries it has had.
        """
        now, before = business_now(), (row.state, row.drive_after is not None)
        move(session, self.machine, row, action, actor=actor, at=now, payload=self.told(row), remark=remark)
        if before == (row.state, True):
            leases.hurry(row)
            return
        row.moved_at = now
        if row.state in self.driven:
            leases.due_now(row)
        else:
            leases.rest(row)

    def drive(self, hall: ThisHall, number: str, request: Request) -> None:
        """Take the row as far as it goes before the request's deadline. Leaves the rest to the sweeper."""
        turn = leases.take(hall.database, self.kind, number, self.begun)
        for _ in range(STEPS_MOST):
            if turn is None:
                return
            if request.remaining_s() < KEPT_FOR_THE_ANSWER_S:
                break
            turn = self._one_step(hall, turn, request)
        if turn is not None:
            leases.give_back(hall.database, turn)

    def drive_or_wait(self, hall: ThisHall, number: str, request: Request) -> None:
        """As `drive`; while another driver has the row, wait for it as long as the request allows."""
        self.drive(hall, number, request)
        while request.remaining_s() > KEPT_FOR_THE_ANSWER_S and self._under_way(hall, number):
            sleep(WAIT_FOR_OTHER_S)
            self.drive(hall, number, request)

    def _under_way(self, hall: ThisHall, number: str) -> bool:
        with hall.database.read() as session:
            return leases.is_leased(session.get_one(self.kind, number))

    def _one_step(self, hall: ThisHall, turn: Turn[Row], request: Request) -> Turn[Row] | None:
        """The row one step on, or None when it rests, waits for a later try or has another driver."""
        try:
            return self.steps[turn.row.state](hall, turn, request)
        except LeaseLost:
            return None
        except Exception as trouble:
            self._put_off(hall, turn)
            if isinstance(trouble, WrongState) or not isinstance(trouble, ELSEWHERE):
                raise
            self._note(turn, trouble)
            return None

    def _put_off(self, hall: ThisHall, turn: Turn[Row]) -> None:
        try:
            with leases.keeping(hall.database, turn) as (_, row):
                leases.put_off(row)
        except LeaseLost:
            log.info("lease lost", machine=self.machine.name, number=turn.number)

    def _note(self, turn: Turn[Row], trouble: Exception) -> None:
        log.warning(
            "bill put off",
            machine=self.machine.name,
            number=turn.number,
            state=turn.row.state,
            cause=type(trouble).__name__,
            said=str(trouble.args[-1]) if trouble.args else "",
        )
