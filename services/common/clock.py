"""The two clocks. The business clock rules dates, interest and expiry and may be moved in a rehearsal;
the technical clock rules deadlines, leases and sessions and never moves."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def technical_now() -> float:
    """Unix seconds of real time."""
    return time.time()


def technical_at() -> datetime:
    """Real time as an aware UTC datetime."""
    return datetime.now(UTC)


def business_offset_s() -> int:
    """Seconds by which the rehearsal has moved the business clock; 0 where it may not move."""
    place = os.environ.get("HALL_CLOCK_FILE")
    if not place:
        return 0
    try:
        return int(Path(place).read_text() or 0)
    except FileNotFoundError:
        return 0


def business_now() -> datetime:
    """The hall's time in China, as every case date and due time uses it."""
    return datetime.now(CHINA) + timedelta(seconds=business_offset_s())


def business_at(technical: datetime) -> datetime:
    """A moment of the technical clock as the business clock shows it, in China's time."""
    return technical.astimezone(CHINA) + timedelta(seconds=business_offset_s())


def business_today() -> date:
    """The hall's date in China."""
    return business_now().date()
