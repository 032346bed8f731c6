"""SMS codes on a page: that one was sent, and in how many seconds the next may be asked for."""

from dataclasses import dataclass
from datetime import datetime

from services.common.clock import CHINA, business_now

WAIT_S_MAX = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What became of asking for a code; `next_in_s` seconds from now there may be another; `to` is masked."""

    sent: bool = False
    next_in_s: int = 0
    to: str = ""


def seconds_until(at: str | None) -> int:
    """Whole seconds until the business time `at`, never negative, at most a day."""
    if not at:
        return 0
    moment = datetime.fromisoformat(at)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
    return min(WAIT_S_MAX, max(0, round((aware - business_now()).total_seconds())))
