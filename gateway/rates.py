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
        self._rubbish = settings.rubbish_per_minute
        self._captchas = settings.captchas_per_minute
        self._window = 0
        self._spent: dict[tuple[str, str], int] = {}

    def spend(self, visitor: Visitor) -> None:
        """Count one request; TooMany beyond the limit."""
        self._count("visitor", visitor.counted_as, self._person if visitor.is_person else self._anonymous)

    def spend_captcha(self, address: str) -> None:
        """Count a captcha to be drawn: anybody may have one, and it costs more than other answers."""
        self._count("captcha", counted_address(address), self._captchas)

    def spend_callback(self, address: str) -> None:
        """Count one report of a provider: all of them together have a limit of their own.

        TooMany too for an address that sent rubbish this minute: it takes nothing of that limit.
        """
        if self._spent_now("rubbish", counted_address(address)) >= self._rubbish:
            raise self._too_many()
        self._count("callback", "", self._callbacks)

    def spend_rubbish(self, address: str) -> None:
        """Count a report against its address instead of all of them: it was no provider's."""
        self._spent["callback", ""] = max(0, self._spent_now("callback", "") - 1)
        who = ("rubbish", counted_address(address))
        self._spent[who] = self._spent.get(who, 0) + 1

    def _count(self, kind: str, who: str, most: int) -> None:
        spent = self._spent[kind, who] = self._spent_now(kind, who) + 1
        if spent > most:
            raise self._too_many()

    def _spent_now(self, kind: str, who: str) -> int:
        window = int(technical_now()) // _WINDOW_S
        if window != self._window:
            self._window, self._spent = window, {}
        return self._spent.get((kind, who), 0)

    def _too_many(self) -> TooMany:
        after_s = _WINDOW_S - int(technical_now()) % _WINDOW_S
        return TooMany("too_many_requests", "操作过于频繁，请稍后再试。", retry_after_s=after_s)
