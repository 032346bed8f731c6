"""The three values of an answer, and how a request is told that it cannot be read or done."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

DONE = 0
FAILED = 1
UNKNOWN = 2

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Answer:
    """An HTTP status with a JSON value."""

    content: Any
    http_status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """A request that is not done: HTTP status, a reason code, and the field that is wrong if one is."""

    def __init__(self, http_status: int, reason: str, field_name: str | None = None) -> None:
        super().__init__(reason)
        self.http_status = http_status
        self.reason = reason
        self.field_name = field_name

    def answer(self) -> Answer:
        """The refusal as JSON. It repeats nothing that was sent."""
        content: dict[str, str] = {"reason": self.reason}
        if self.field_name:
            content["field"] = self.field_name
        return Answer(content, self.http_status)


class Dropped(Exception):
    """The connection ends without an answer."""


def china_time(unix_s: float) -> str:
    """ISO 8601 with milliseconds in China's time."""
    return datetime.fromtimestamp(unix_s, CHINA).isoformat(timespec="milliseconds")
