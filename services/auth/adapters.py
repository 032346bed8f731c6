"""The world outside auth: in a rehearsal, a witness who is told the answer of every captcha."""

import os
from typing import Any

import requests
from nameko.extensions import DependencyProvider

from services.common.logs import get_logger
from services.common.settings import refuse_unsafe

log = get_logger(__name__)

_TIMEOUT_S = (1.0, 2.0)


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
