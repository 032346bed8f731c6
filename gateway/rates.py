"""Coarse limits of this process alone; the limits that matter are kept by the services (auth, notify)."""

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from gateway.settings import GatewaySettings
from gateway.visitor import Visitor
from services.common.errors import TooMany

_RETRY_S = 60


class Rates:
    """Requests a minute, per address for nobody in particular and per person for everybody else."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._anonymous: RateLimitItem = RateLimitItemPerMinute(settings.anonymous_per_minute)
        self._person: RateLimitItem = RateLimitItemPerMinute(settings.person_per_minute)

    def spend(self, visitor: Visitor) -> None:
        """Count one request; TooMany beyond the limit."""
        if visitor.subject is None:
            allowed = self._limiter.hit(self._anonymous, "address", visitor.address)
        else:
            allowed = self._limiter.hit(self._person, visitor.subject.role, visitor.subject.id)
        if not allowed:
            raise TooMany("too_many_requests", "操作过于频繁，请稍后再试。", retry_after_s=_RETRY_S)
