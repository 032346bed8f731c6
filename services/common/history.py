"""What is shown of a row's past: its steps, each with its time, its words and who took it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.machine import Machine
from services.common.tables import Transition

_ACTORS = {"system": "网厅", "bank": "银行", "platform": "全国转移接续平台"}
_OWNER = "本人"


def timeline(
    session: Session, machine: Machine, number: str, words: Mapping[str, str], *, remarks: bool = False
) -> list[dict[str, Any]]:
    """The steps of a row from the first on, as its owner reads them.

    `words` is what each action is called. `remarks` are shown only where they were written for the owner.
    """
    past = select(Transition).where(Transition.machine == machine.name, Transition.number == number)
    rows = session.scalars(past.order_by(Transition.id))
    return [_shown(row, machine, words) | ({"remark": row.remark} if remarks else {}) for row in rows]


def _shown(row: Transition, machine: Machine, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "at": row.at.isoformat(),
        "action": row.action,
        "label": words[row.action],
        "state": row.target,
        "state_label": machine.labels[row.target],
        "by": _ACTORS.get(row.actor, _OWNER),
    }
