"""The world outside auth: who verifies faces; in a rehearsal, a witness who is told captchas' answers."""

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import requests
from nameko.extensions import DependencyProvider

from services.common.logs import get_logger
from services.common.outside import Answer, NoAnswer, Outside
from services.common.settings import refuse_unsafe

log = get_logger(__name__)

_TIMEOUT_S = (1.0, 2.0)
FACE_S = 2.5
_ADDRESS_CHARACTERS = 400


class Verdict(StrEnum):
    """What the provider says of a verification; pending also stands for whatever it did not say clearly."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"
    CLOSED = "closed"


@dataclass(frozen=True)
class FaceWord:
    """The provider's word on one order, and whose face it saw (`person_digest` of rules).

    `returned` is the digest of the return code it gave to the browser in which the face passed.
    """

    verdict: Verdict
    person: str = ""
    returned: str = ""


def face_word(told: dict[str, Any]) -> FaceWord:
    """What an answer or a callback says; anything malformed counts as pending, which decides nothing."""
    person, returned = (str(told.get(name) or "")[:64] for name in ("person", "return_digest"))
    if told.get("reason") == "closed":
        return FaceWord(Verdict.CLOSED, person)
    outcome = told.get("outcome")
    known = {0: Verdict.PASSED, 1: Verdict.FAILED} if type(outcome) is int else {}
    return FaceWord(known.get(outcome or 0, Verdict.PENDING), person, returned)


class FaceProvider:
    """Verifies by face that somebody is the person of a name and an ID number (A-05), by order number.

    It sends the browser in which a face has just passed to `return_url` with a one-time `code` that nobody
    else ever sees, and tells the code's digest in its signed word.
    """

    def __init__(self, outside: Outside, key: str, return_url: str) -> None:
        self._outside, self.key, self._return_url = outside, key, return_url

    def start(self, order_number: str, name: str, id_number: str) -> str:
        """The page where the person is verified; the same order again is the same page. Raises NoAnswer."""
        body = {
            "order_number": order_number,
            "name": name,
            "id_number": id_number,
            "return_url": self._return_url,
        }
        answer = self._outside.post("/face/verifications", body, FACE_S)
        page_url = str(answer.body.get("page_url") or "")
        is_page = page_url.startswith(("https://", "http://")) and len(page_url) <= _ADDRESS_CHARACTERS
        if answer.status >= 400 or not is_page:
            raise NoAnswer("/face/verifications", f"HTTP {answer.status}")
        return page_url

    def enquire(self, order_number: str) -> FaceWord:
        """What became of an order; pending when the provider has never seen it. Raises NoAnswer."""
        return _said(self._outside.post("/face/verifications/query", {"order_number": order_number}, FACE_S))

    def close(self, order_number: str) -> FaceWord:
        """End an order that is not finished, so that nobody passes it later; else its outcome."""
        return _said(self._outside.post("/face/verifications/close", {"order_number": order_number}, FACE_S))


def _said(answer: Answer) -> FaceWord:
    return FaceWord(Verdict.PENDING) if answer.status >= 400 else face_word(answer.body)


class CaptchaWitness:
    """Tells the sandbox what a captcha shows, so that a journey can be scripted; or nobody, without a URL."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def tell(self, captcha_id: str, answer: str) -> None:
        """Post the answer; a sandbox that is down costs the script its answer and the person nothing."""
        if not self._url:
            return
        try:
            body = {"captcha_id": captcha_id, "answer": answer}
            requests.post(f"{self._url}/captchas", json=body, timeout=_TIMEOUT_S).raise_for_status()
        except requests.RequestException as error:
            log.warning("captcha witness not told", error=type(error).__name__)


class Witness(DependencyProvider):  # type: ignore[misc]
    """The process's `CaptchaWitness` as a nameko dependency; production with one refuses to start."""

    def setup(self) -> None:
        """Read the address."""
        refuse_unsafe(dict(os.environ))
        self.witness = CaptchaWitness(os.environ.get("CAPTCHA_WITNESS_URL", ""))

    def get_dependency(self, worker_ctx: Any) -> CaptchaWitness:
        """The one of this process."""
        return self.witness


class FaceAccess(DependencyProvider):  # type: ignore[misc]
    """The provider of this deployment as a nameko dependency."""

    def setup(self) -> None:
        """Read its address, its key, and where people come back to."""
        key, return_url = os.environ["FACE_KEY"], f"{os.environ['GATEWAY_URL'].rstrip('/')}/opening/return"
        self.provider = FaceProvider(Outside(os.environ["FACE_URL"], key), key, return_url)

    def get_dependency(self, worker_ctx: Any) -> FaceProvider:
        """The provider."""
        return self.provider
