"""What the parts of a hall without services share: refusals on request, and a record of what was said."""

from collections.abc import Callable
from typing import Any

Shape = dict[str, Any]


class Double:
    """`refusing[name]` makes that use raise, `said` records the uses; `open` makes a role's token."""

    open: Callable[..., str]

    def __init__(self) -> None:
        self.refusing: dict[str, Exception] = {}
        self.said: list[tuple[str, Any]] = []
        self.missing: list[str] = []
        self.open = lambda role: role

    def _use(self, name: str, said: Any, answer: Any) -> Any:
        if name in self.refusing:
            raise self.refusing[name]
        self.said.append((name, said))
        return answer
