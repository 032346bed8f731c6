"""The edge of time: whatever zone a moment was kept in, it leaves in China's time with its offset."""

from datetime import datetime

from services.common.clock import CHINA

OFFSET = "+08:00"
_AT = "_at"


def is_moment(name: str) -> bool:
    """Whether a member of an answer is a moment: ``registered_at``, or ``at`` in a timeline."""
    return name.endswith(_AT) or name == "at"


def in_china(moment: str) -> str:
    """An ISO 8601 moment as ``2026-11-22T14:03:05.123456+08:00``; what is no such moment stays what it is."""
    if moment.endswith(OFFSET):
        return moment
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return at.astimezone(CHINA).isoformat() if at.tzinfo else moment
