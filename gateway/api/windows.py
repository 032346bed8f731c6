"""Which part of a list the API is asked for. Pages check their queries with the same schemas."""

from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from gateway.api.fields import Body, Choice, Count, Day, Text
from services.common.deeds import KINDS

LIMIT_MAX = 100


class Window(Body):
    """Which part of a list: days from and to (both included), the cursor of the page before, lines a page."""

    from_on = Day()
    to_on = Day()
    cursor = Text(1000)
    limit = Count(1, LIMIT_MAX, written=True, load_default=20)

    @validates_schema(skip_on_field_errors=False)
    def _in_order(self, values: dict[str, Any], **_: Any) -> None:
        if "from_on" in values and "to_on" in values and values["from_on"] > values["to_on"]:
            raise ValidationError("截止日期不能早于开始日期。", "to_on")

    @post_load
    def _as_texts(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        days = {name: values[name].isoformat() for name in ("from_on", "to_on") if name in values}
        return values | days


class LogWindow(Window):
    """Which part of the log of operations: days, a kind of deed, the cursor of the page before."""

    kind = Choice(*(kind.code for kind in KINDS))


class LogExport(LogWindow):
    """Which part of the log, and as what kind of file."""

    format = Choice("xlsx", "csv", load_default="xlsx")


class MessagesWindow(Body):
    """Which part of the messages."""

    cursor = Text(1000)
    limit = Count(1, LIMIT_MAX, written=True, load_default=20)
