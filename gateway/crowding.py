"""How many requests are under way for whom: who asks for slow things does not get every thread."""

from threading import Lock

from gateway.visitor import Visitor
from services.common.errors import TooMany, Unavailable

_AGAIN_S = 1
_REPORTS = "reports"


class Crowd:
    """Counts who is inside, and turns away at once whoever has taken his part of the threads.

    One address that nobody is logged in at has a quarter of them, one person a half, and the providers'
    reports together a quarter. Many who come at once, each from an address of the own, are a rush and no
    attack: they wait their turn.
    """

    def __init__(self, threads: int) -> None:
        self._quarter, self._half = max(1, threads // 4), max(1, threads // 2)
        self._inside: dict[str, int] = {}
        self._guard = Lock()

    def enter(self, visitor: Visitor) -> str:
        """Let one request in: what `leave` takes back. TooMany for who is inside too often already."""
        who = visitor.counted_as
        if not self._take(who, self._half if visitor.is_person else self._quarter):
            raise TooMany("too_many_requests", "同时进行的操作过多，请稍后再试。", retry_after_s=_AGAIN_S)
        return who

    def enter_report(self) -> str:
        """Let one report of a provider in. Unavailable while too many others are heard: it comes again."""
        if not self._take(_REPORTS, self._quarter):
            raise Unavailable("gateway")
        return _REPORTS

    def leave(self, who: str) -> None:
        """Give back what `enter` gave."""
        with self._guard:
            left = self._inside[who] - 1
            if left:
                self._inside[who] = left
            else:
                # Without its zero: the addresses of the world would stay here.
                del self._inside[who]

    def _take(self, who: str, most: int) -> bool:
        with self._guard:
            inside = self._inside.get(who, 0)
            if inside < most:
                self._inside[who] = inside + 1
            return inside < most
