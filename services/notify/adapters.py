"""The SMS providers: one class, four answers; the order in which they are asked."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from http import HTTPStatus

from services.common.logs import get_logger
from services.common.outside import NoAnswer, Outside, Unreached

log = get_logger(__name__)

FIRST, SECOND = "sms", "sms_second"
# Where each reports what became of its messages.
CALLBACK_PATHS = {"/callbacks/sms": FIRST, "/callbacks/sms-second": SECOND}


class Outcome(IntEnum):
    """What the provider said of a message; UNKNOWN also when it said nothing.

    UNREACHED: there was no connection, so the provider certainly does not have the message from this try.
    REFUSED: nor has it when it refuses the request (wrong key, too many), which says nothing of the message.
    """

    ACCEPTED = 0
    REJECTED = 1
    UNKNOWN = 2
    UNREACHED = 3
    REFUSED = 4


# What a provider answers itself; the others say what its silence or its refusal of the request means.
_SAID: dict[object, Outcome] = {0: Outcome.ACCEPTED, 1: Outcome.REJECTED, 2: Outcome.UNKNOWN}


class SmsProvider:
    """Sends texts. The provider knows a message by its number: the same number again makes no second SMS."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def send(self, number: str, phone: str, text: str, timeout_s: float) -> Outcome:
        """Hand one message over within `timeout_s` seconds. Silence is UNKNOWN, never REJECTED."""
        try:
            answer = self._outside.post(
                "/sms/messages", {"message_number": number, "phone": phone, "text": text}, timeout_s
            )
        except NoAnswer as silence:
            log.warning("sms provider silent", number=number, cause=str(silence.args[-1]))
            return Outcome.UNREACHED if isinstance(silence, Unreached) else Outcome.UNKNOWN
        return self._outcome(number, answer.status, answer.body.get("outcome"))

    def _outcome(self, number: str, http_status: int, said: object) -> Outcome:
        if http_status < 400 and said in _SAID:
            return _SAID[said]
        log.warning("sms provider gave no outcome", number=number, http_status=http_status)
        if http_status == HTTPStatus.CONFLICT:
            # It has another message of this number and will never take this one.
            return Outcome.REJECTED
        return Outcome.REFUSED if http_status >= 400 else Outcome.UNKNOWN


@dataclass(frozen=True)
class Providers:
    """The providers by name, the preferred one first, and the keys their reports are signed with."""

    by_name: Mapping[str, SmsProvider]
    keys: Mapping[str, str]

    @property
    def order(self) -> tuple[str, ...]:
        """Their names, the preferred one first."""
        return tuple(self.by_name)


def providers_from_environment() -> Providers:
    """The provider of SMS_URL and SMS_KEY, and that of SMS_SECOND_URL and SMS_SECOND_KEY if it is set."""
    keys = {
        name: os.environ[f"{name.upper()}_KEY"]
        for name in (FIRST, SECOND)
        if name == FIRST or os.environ.get(f"{name.upper()}_URL")
    }
    clients = {name: SmsProvider(Outside(os.environ[f"{name.upper()}_URL"], keys[name])) for name in keys}
    return Providers(clients, keys)
