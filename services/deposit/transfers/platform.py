"""The national platform for moving a fund between centres, as the deposit service asks it."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from services.common.errors import Invalid
from services.common.outside import Answer, NoAnswer, Outside
from services.common.shape import loaded
from services.deposit.transfers.schemas import Letter

ANSWER_S = 3.0


class Platform:
    """Takes contact letters, tells how they stand, takes them back. Asked by the letter's number.

    Every answer is the letter as it stands, checked. Everything else raises NoAnswer.
    """

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def send(self, letter: Mapping[str, Any]) -> dict[str, Any]:
        """Send a letter; the platform takes one number once, so the same letter again is no second one."""
        return self._asked("/transfers/letters", letter)

    def enquire(self, letter_number: str) -> dict[str, Any] | None:
        """How a letter stands; None when the platform has never seen it."""
        path = "/transfers/letters/query"
        answer = self._outside.post(path, {"letter_number": letter_number}, ANSWER_S)
        return None if answer.status == 404 else _letter(path, answer, letter_number)

    def revoke(self, letter_number: str, reason: str) -> dict[str, Any]:
        """Take a letter back. One the other centre has confirmed stays as it stands; one never seen is
        closed, so that a late copy of it is not taken any more."""
        asked = {"letter_number": letter_number, "reason": reason}
        return self._asked("/transfers/letters/revocation", asked)

    def _asked(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._outside.post(path, body, ANSWER_S)
        return _letter(path, answer, str(body["letter_number"]))


def _letter(path: str, answer: Answer, letter_number: str) -> dict[str, Any]:
    if answer.status != 200:
        raise NoAnswer(path, f"HTTP {answer.status}")
    try:
        letter = loaded(Letter, answer.body)
    except Invalid as problem:
        raise NoAnswer(path, f"malformed {problem.pointer}") from None
    if letter["letter_number"] != letter_number:
        raise NoAnswer(path, "another letter")
    return letter


@cache
def platform() -> Platform:
    """The platform of this deployment."""
    return Platform(Outside(os.environ["TRANSFERS_URL"], os.environ["TRANSFERS_KEY"]))
