"""What a call carries: who asks, through whom, under which key and until when. Pure."""

import uuid
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import orjson

from services.common.clock import technical_now
from services.common.subject import Subject

BACKGROUND_S = 20.0
ANSWERING_S = 0.3
SHORTEST_WAIT_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call on the bus. `deadline` is technical unix seconds; `op_id` names a keyed command."""

    method: str
    caller: str
    trace: str
    deadline: float
    token: str | None = None
    subject: Subject | None = None
    op_id: str | None = None
    digest: str | None = None

    def remaining_s(self) -> float:
        """Seconds until the caller stops waiting; may be negative."""
        return self.deadline - technical_now()

    def wait_s(self, most_s: float) -> float:
        """How long to wait for the outside world: `most_s`, or less where the caller stops waiting sooner.

        What is left for writing down and answering is kept back. Never zero: a question asked at the last
        moment is asked for a moment.
        """
        return max(SHORTEST_WAIT_S, min(most_s, self.remaining_s() - ANSWERING_S))

    def step(self, name: str) -> "Request":
        """A part of a keyed command with a key of its own: it stays done when a later part is refused."""
        return replace(self, op_id=f"{self.op_id}/{name}")

    @property
    def effect(self) -> "Request":
        """The request under the key of its effect; under its own key the bill is kept as it came to rest."""
        return self.step("effect")

    @property
    def person(self) -> Subject:
        """The subject; a method that declares roles always has one."""
        if self.subject is None:
            raise LookupError(f"{self.method} was called without a subject")
        return self.subject


def background(caller: str, seconds: float = BACKGROUND_S) -> Request:
    """The request of a sweeper or timer: nobody asks, but every call still has a deadline and a trace."""
    return Request(
        method="background", caller=caller, trace=uuid.uuid4().hex, deadline=technical_now() + seconds
    )


def digest_of(values: Any) -> str:
    """Hex SHA-256 over the canonical JSON of plain values: equal values, equal digest."""
    return sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()
