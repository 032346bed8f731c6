"""The SMS provider: one class, three answers."""

import os
from enum import IntEnum

from services.common.logs import get_logger
from services.common.outside import NoAnswer, Outside

log = get_logger(__name__)


class Outcome(IntEnum):
    """What the provider said of a message; UNKNOWN also when it said nothing."""

    ACCEPTED = 0
    REJECTED = 1
    UNKNOWN = 2


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
            return Outcome.UNKNOWN
        return self._outcome(number, answer.status, answer.body.get("outcome"))

    def _outcome(self, number: str, http_status: int, said: object) -> Outcome:
        # A refused request (wrong key, too many) says nothing about this message: it is asked again.
        if http_status >= 400 or said not in (0, 1, 2):
            log.warning("sms provider gave no outcome", number=number, http_status=http_status)
            return Outcome.UNKNOWN
        return Outcome(said)


def provider_from_environment() -> SmsProvider:
    """The provider that SMS_URL and SMS_KEY name."""
    return SmsProvider(Outside(os.environ["SMS_URL"], os.environ["SMS_KEY"]))
