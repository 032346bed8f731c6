"""What can be said instead of an answer.

    Refusal            an expected no: a code, an HTTP status and a Chinese sentence, with rule and figures
    |- Invalid         422  a value is not as asked for
    |- KeyReused       422  the key of another request, with another body
    |- Unauthenticated 401
    |- Forbidden       403
    |- NotFound        404
    |- WrongState      409  the state table has no such step now
    |- InFlight        409  the same request is being done at this moment
    |- Stale           412  somebody else changed it first
    '- TooMany         429
    Unknown            the deadline passed: it may or may not have happened
    Unavailable        a service did not answer a question in time: nothing happened
    Fault              a bug on the other side, with its trace number

Everything else is a bug: the citizen sees a trace number and nothing more.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any


class Refusal(Exception):
    """A no that the person can act on. `sentence` is Chinese; `figures` name what was compared."""

    status = 409

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        pointer: str | None = None,
        rule: str | None = None,
        figures: Mapping[str, str] | None = None,
        passes_on: date | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.pointer = pointer
        self.rule = rule
        self.figures = dict(figures or {})
        self.passes_on = passes_on
        self.retry_after_s = retry_after_s

    def on_wire(self) -> dict[str, Any]:
        """The refusal as plain values for the bus; `refusal_from_wire` builds it again."""
        return {
            "code": self.code,
            "status": self.status,
            "sentence": self.sentence,
            "pointer": self.pointer,
            "rule": self.rule,
            "figures": self.figures,
            "passes_on": self.passes_on.isoformat() if self.passes_on else None,
            "retry_after_s": self.retry_after_s,
        }


class Invalid(Refusal):
    """A value is not as asked for; `pointer` leads to it."""

    status = 422


class KeyReused(Refusal):
    """The key of an earlier request came with another body."""

    status = 422


class Unauthenticated(Refusal):
    """Nobody is logged in, or no longer."""

    status = 401


class Forbidden(Refusal):
    """The role does not allow it."""

    status = 403


class NotFound(Refusal):
    """There is no such thing among what the person may see."""

    status = 404


class WrongState(Refusal):
    """The state table has no such step from here."""

    status = 409


class InFlight(Refusal):
    """The same request is being done right now."""

    status = 409


class Stale(Refusal):
    """Somebody else moved it first."""

    status = 412


class TooMany(Refusal):
    """A limit is reached; `retry_after_s` says when to come back."""

    status = 429


class Unknown(Exception):
    """The deadline passed: the effect may or may not have happened; look it up by key."""


class Unavailable(Exception):
    """A service did not answer a question in time; `args[0]` names the service."""


class Fault(Exception):
    """A bug on the other side; `args[0]` is the trace number."""


_BY_STATUS: dict[int, type[Refusal]] = {
    kind.status: kind for kind in (Refusal, Invalid, Unauthenticated, Forbidden, NotFound, Stale, TooMany)
}


def refusal_from_wire(wire: Mapping[str, Any]) -> Refusal:
    """The refusal that `on_wire` wrote."""
    passes_on = wire.get("passes_on")
    return _BY_STATUS.get(wire["status"], Refusal)(
        wire["code"],
        wire["sentence"],
        pointer=wire.get("pointer"),
        rule=wire.get("rule"),
        figures=wire.get("figures"),
        passes_on=date.fromisoformat(passes_on) if passes_on else None,
        retry_after_s=wire.get("retry_after_s"),
    )
