"""Coarse limits of this process alone; the limits that matter are kept by the services (auth, notify)."""

from gateway.settings import GatewaySettings
from gateway.visitor import Visitor
from services.common.addresses import counted_address
from services.common.clock import technical_now
from services.common.errors import TooMany

_WINDOW_S = 60


class Rates:
    """Requests a minute, per address for nobody in particular and per person for everybody else.

    A plain count per minute: the storages of the `limits` library start a thread for almost every request.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        self._anonymous = settings.anonymous_per_minute
        self._person = settings.person_per_minute
        self._callbacks = settings.callbacks_per_minute
        self._captchas = settings.captchas_per_minute
        self._window = 0
        self._spent: dict[tuple[str, str], int] = {}

    def spend(self, visitor: Visitor) -> None:
        """Count one request; TooMany beyond the limit."""
        subject = visitor.subject
        if subject is None:
            self._count("address", counted_address(visitor.address), self._anonymous)
        else:
            self._count(subject.role, subject.id, self._person)

    def spend_token(self, address: str) -> None:
        """Count a token not verified yet: who sends made-up ones is stopped before they are read."""
        self._count("token", counted_address(address), self._anonymous)

    def give_back_token(self, address: str) -> None:
        """Count it no longer: it was a good one."""
        spent = self._spent.get(("token", counted_address(address)), 0)
        if spent > 0:
            self._spent["token", counted_address(address)] = spent - 1

    def spend_captcha(self, address: str) -> None:
        """Count a captcha to be drawn: anybody may have one, and it costs more than other answers."""
        self._count("captcha", counted_address(address), self._captchas)

    def spend_callback(self) -> None:
        """Count one report of a provider: all of them together have a limit of their own."""
        self._count("callback", "", self._callbacks)

    def _count(self, kind: str, who: str, most: int) -> None:
        now = int(technical_now())
        if now // _WINDOW_S != self._window:
            self._window = now // _WINDOW_S
            self._spent = {}
        spent = self._spent[kind, who] = self._spent.get((kind, who), 0) + 1
        if spent > most:
            after = _WINDOW_S - now % _WINDOW_S
            raise TooMany("too_many_requests", "操作过于频繁，请稍后再试。", retry_after_s=after)
