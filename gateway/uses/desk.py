"""What every use of the hall stands on: the calls to the services and the signed cursors of lists."""

from gateway.calls import Calls, Command, Missing, Outstanding, Query, Shape
from gateway.cursors import Cursors
from gateway.visitor import Visitor

PAGE_LINES = 20


class Desk:
    """The two tools of a use. Uses know no HTTP and no pages."""

    def __init__(self, calls: Calls, cursors: Cursors) -> None:
        self._calls = calls
        self._cursors = cursors

    def hear(self, visitor: Visitor, report: Command) -> Shape:
        """Hand a provider's report to the service that hears it."""
        return self._order(visitor, report)

    def _ask(self, visitor: Visitor, service: str, method: str, **arguments: object) -> Shape:
        return self._calls.query(visitor, Query(service=service, method=method, arguments=arguments))

    def _order(self, visitor: Visitor, command: Command) -> Shape:
        return self._calls.command(visitor, command)

    def _prove_code(self, visitor: Visitor, key: str, checking: Shape, same: Shape) -> Shape:
        """Have notify check a code: {receipt}.

        Keyed by the write it belongs to, so that a repeat of the write gets the stored receipt although the
        code has gone by then. A check whose outcome is unknown has changed nothing else: Missing.
        """
        command = Command(
            service="notify", method="check_code", key=f"{key}/code", arguments=checking, same=same
        )
        try:
            return self._order(visitor, command)
        except Outstanding:
            raise Missing("notify") from None

    def _listed(self, visitor: Visitor, service: str, method: str, window: Shape) -> Shape:
        """One page of a service's list; `window` has from_on, to_on, cursor and limit, all optional."""
        listing = f"{service}.{method}"
        asked = {name: value for name, value in window.items() if value is not None}
        asked.setdefault("limit", PAGE_LINES)
        if "cursor" in asked:
            asked["cursor"] = self._cursors.place(listing, visitor.person, asked["cursor"])
        answer = self._ask(visitor, service, method, **asked)
        following = self._cursors.signed(listing, visitor.person, answer.get("next_cursor"))
        return answer | {"next_cursor": following}
