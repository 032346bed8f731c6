"""The days of the log's query: the last day of the calendar has no day after it."""

from datetime import UTC, date, datetime
from typing import Any

from services.common.operation_log import _bounds

ASKED: dict[str, Any] = {
    "before_at": datetime(2026, 11, 22, tzinfo=UTC),
    "before_entry": 0,
    "from_on": None,
    "kind": None,
}


def test_the_last_day_of_the_calendar_bounds_nothing() -> None:
    unbounded = _bounds(ASKED | {"to_on": None})
    assert len(_bounds(ASKED | {"to_on": date.max})) == len(unbounded)
    assert len(_bounds(ASKED | {"to_on": date(9999, 12, 30)})) == len(unbounded) + 1
