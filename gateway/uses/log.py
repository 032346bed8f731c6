"""日志查询 (A-20): what was done in one's own name, put together from every service by time."""

from datetime import datetime

from gateway.calls import SERVICES, Missing, Parts, Query, Shape
from gateway.uses.desk import PAGE_LINES, Desk
from gateway.visitor import Visitor
from services.common.errors import Invalid

_LISTING = "operation_log"
_ENTRY_MAX = 2**63 - 1
_AT_ONCE = 250
FILE_LINES_MAX = 1000
_TOLD = ("at", "title", "kind", "kind_label", "refused", "number")


class LogUses(Desk):
    """The own log, a page at a time or whole for an export."""

    def operation_log(self, visitor: Visitor, window: Shape) -> Shape:
        """One page, the newest first; window: {from_on?, to_on?, kind?, cursor?, limit?}.

        Returns {items: [{at, title, kind, kind_label, refused, number|None, client|None, address|None,
        current}], next_cursor: str|None, missing: [service...]}: what a service that did not answer knows is
        not in the page, and `missing` names it.
        """
        wanted = {name: window[name] for name in ("from_on", "to_on", "kind") if window.get(name)}
        place = None
        if window.get("cursor"):
            place = self._cursors.place(_LISTING, visitor.person, window["cursor"])
        page = self._merged(visitor, wanted, place, window.get("limit", PAGE_LINES))
        following = self._cursors.signed(_LISTING, visitor.person, page["place"])
        return {
            "items": self._with_devices(visitor, page["items"]),
            "next_cursor": following,
            "missing": page["missing"],
        }

    def whole_operation_log(self, visitor: Visitor, window: Shape) -> Shape:
        """All lines of a window, for a file: {items, missing}. Invalid when there are too many for one."""
        wanted = {name: window[name] for name in ("from_on", "to_on", "kind") if window.get(name)}
        items: list[Shape] = []
        missing: list[str] = []
        place: str | None = None
        while len(items) <= FILE_LINES_MAX:
            page = self._merged(visitor, wanted, place, _AT_ONCE)
            items += page["items"]
            missing += [service for service in page["missing"] if service not in missing]
            place = page["place"]
            if place is None:
                return {"items": self._with_devices(visitor, items), "missing": missing}
        raise Invalid(
            "too_many_lines",
            f"一次最多导出{FILE_LINES_MAX}条，请缩小日期范围后再导出。",
            pointer="/from_on",
            figures={"一次最多导出": str(FILE_LINES_MAX)},
        )

    def _merged(self, visitor: Visitor, wanted: Shape, place: str | None, limit: int) -> Shape:
        queries = {
            service: Query(
                service=service,
                method="operation_log",
                arguments=wanted | _before(service, place) | {"limit": limit},
            )
            for service in SERVICES
        }
        return _newest(self._calls.gather(visitor, queries), limit)

    def _with_devices(self, visitor: Visitor, items: list[Shape]) -> list[Shape]:
        """Each line with the device of its session; without auth or after its record is gone, without one."""
        ids = sorted({item["session_id"] for item in items if item["session_id"]})
        devices = self._devices(visitor, ids) if ids else {}
        current = visitor.subject.session_id if visitor.subject else ""
        return [_line(item, devices.get(item["session_id"]), current) for item in items]

    def _devices(self, visitor: Visitor, ids: list[str]) -> Shape:
        places: Shape = {}
        try:
            for first in range(0, len(ids), _AT_ONCE):
                portion = ids[first : first + _AT_ONCE]
                places |= self._ask(visitor, "auth", "session_places", session_ids=portion)["places"]
        except Missing:
            # What one portion told is shown; auth is not asked once more for each of the others.
            return places
        return places


def _before(service: str, place: str | None) -> Shape:
    """By what a service goes on after `place`; lines of one moment are told apart by service."""
    if place is None:
        return {}
    at, last_service, last_entry = place.split("|")
    order = (service > last_service) - (service < last_service)
    return {"before_at": at, "before_entry": {0: int(last_entry), 1: _ENTRY_MAX, -1: 0}[order]}


def _newest(parts: Parts, limit: int) -> Shape:
    """The newest `limit` lines of all services, and the place after the last of them when there are more."""
    lines = [item | {"service": name} for name, answer in parts.answers.items() for item in answer["items"]]
    lines.sort(key=lambda line: (line["service"], -line["entry"]))
    lines.sort(key=lambda line: datetime.fromisoformat(line["at"]), reverse=True)
    more = len(lines) > limit or any(answer["more"] for answer in parts.answers.values())
    shown = lines[:limit]
    place = f"{shown[-1]['at']}|{shown[-1]['service']}|{shown[-1]['entry']}" if shown and more else None
    return {"items": shown, "missing": parts.missing, "place": place}


def _line(item: Shape, place: Shape | None, current: str) -> Shape:
    where = item["place"] or place or {}
    shown = {name: item[name] for name in _TOLD}
    return shown | {
        "client": where.get("client") or None,
        "address": where.get("address"),
        "current": bool(current) and item["session_id"] == current,
    }
