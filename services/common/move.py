"""The one function that moves a row along its state table: state, history and event, or none of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.common.errors import Stale
from services.common.machine import Machine, Step
from services.common.outbox import announce
from services.common.tables import Transition


class Movable(Protocol):
    """A mapped row with a business number and a state."""

    number: Any
    state: Any


def begin(session: Session, machine: Machine, row: Movable, *, actor: str, at: datetime) -> None:
    """Put a new row into the machine's start and write the first line of its history."""
    row.state = machine.start
    session.add(row)
    session.add(
        Transition(
            machine=machine.name,
            number=row.number,
            action="register",
            source="",
            target=machine.start,
            actor=actor,
            remark="",
            at=at,
        )
    )


def move(
    session: Session,
    machine: Machine,
    row: Movable,
    action: str,
    *,
    actor: str,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
    remark: str = "",
    aggregate: str = "",
) -> Step:
    """Take one step of the machine: the state, its history and its event in the session's transaction.

    `aggregate` is whose events are counted, the row's own unless it says otherwise.
    Raises IllegalStep when the table has no such arrow, Stale when somebody else moved the row first.
    """
    step = machine.step(row.state, action)
    session.flush()
    kind: Any = type(row)
    moved = session.execute(
        update(kind)
        .where(kind.number == row.number, kind.state == step.source)
        .values(state=step.target)
        .returning(kind.number)
        .execution_options(synchronize_session="evaluate")
    ).first()
    if moved is None:
        raise Stale("moved_first", "该单据刚刚已被处理，请刷新后查看。")
    session.add(_history(machine, row, step, actor=actor, at=at, remark=remark))
    if step.event:
        whose = aggregate or f"{machine.name}:{row.number}"
        announce(session, step.event, whose, {**(payload or {}), "number": row.number})
    return step


def _history(
    machine: Machine, row: Movable, step: Step, *, actor: str, at: datetime, remark: str
) -> Transition:
    return Transition(
        machine=machine.name,
        number=row.number,
        action=step.action,
        source=step.source,
        target=step.target,
        actor=actor,
        remark=remark,
        at=at,
    )
