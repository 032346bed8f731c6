"""What citizens asked for and were told: invoke, then ok, fail or unknown, by key. Unknown is not failed."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

OK, FAIL, UNKNOWN = "ok", "fail", "unknown"
WITHDRAWAL, CONTRIBUTION = "withdrawal", "contribution"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One answer to one try: `bill` is the number in an ok, `code` the refusal's in a fail."""

    at: float
    outcome: str
    bill: str = ""
    code: str = ""


@dataclass(kw_only=True)
class Wish:
    """One keyed command, with all its tries. `action` is register, open or a button's name."""

    key: str
    fund_number: str
    action: str
    subject: str
    amount_fen: int | None = None
    business: str = WITHDRAWAL
    invoked_at: float = field(default_factory=time.time)
    told: list[Told] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """ok once any try was acknowledged, fail once one was refused, else unknown."""
        outcomes = {one.outcome for one in self.told}
        return OK if OK in outcomes else FAIL if FAIL in outcomes else UNKNOWN

    @property
    def bills(self) -> set[str]:
        """The bills that acknowledgements of this key named; never more than one."""
        return {one.bill for one in self.told if one.outcome == OK}

    @property
    def is_contradicted(self) -> bool:
        """Whether a repeat of the key got another answer than the acknowledged one."""
        told = [one for one in self.told if one.outcome != UNKNOWN]
        first_ok = next((place for place, one in enumerate(told) if one.outcome == OK), None)
        if first_ok is None:
            return False
        return len(self.bills) > 1 or any(one.outcome == FAIL for one in told[first_ok:])


class History:
    """All wishes of a proof; threads add to it."""

    def __init__(self) -> None:
        self.wishes: list[Wish] = []
        self._adding = threading.Lock()

    def invoke(self, wish: Wish) -> Wish:
        """Note the wish before anybody is asked."""
        with self._adding:
            self.wishes.append(wish)
        return wish

    def of(self, keep: Callable[[Wish], bool]) -> list[Wish]:
        """The wishes that `keep` chooses."""
        with self._adding:
            return [wish for wish in self.wishes if keep(wish)]

    def acknowledged(self) -> int:
        """How many wishes were acknowledged."""
        return len(self.of(lambda wish: wish.outcome == OK))

    def as_rows(self) -> list[dict[str, Any]]:
        """The history as plain values, for a file beside the result."""
        return [
            {**vars(wish), "told": [vars(one) for one in wish.told]} for wish in self.of(lambda wish: True)
        ]
