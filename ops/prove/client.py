"""One citizen at the hall's API: every write has a key and is asked again until the outcome is known."""

import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import requests

from ops.prove.history import FAIL, OK, UNKNOWN, Told, Wish
from ops.prove.people import Citizen
from ops.prove.stage import Stage

ANSWER_S = 9.0
FIRST_VISIT_S = 120.0
CODE_S = 25.0
# A token lives twenty minutes without being used; it is exchanged well before.
RENEW_AFTER_S = 400.0
# Refusals that say "not yet": nothing happened, and the same key may be asked again.
NOT_YET = frozenset({"in_flight", "too_many_requests"})
_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")
Body = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the hall said: outcome ok, fail or unknown, and the body of its answer."""

    outcome: str
    body: Body = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The refusal's code."""
        return str(self.body.get("code", ""))


class GaveUp(Exception):
    """No known outcome in time: the wish stays unknown."""


class Client:
    """The HTTP session of one citizen."""

    def __init__(self, stage: Stage, citizen: Citizen) -> None:
        self.stage = stage
        self.citizen = citizen
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["X-Forwarded-For"] = citizen.address
        self._pause = threading.Event()
        self._renewed_at = 0.0

    def ask(self, path: str) -> Body | None:
        """The answer to a question, or None when there is none now."""
        answer = self._once("GET", path, None, "")
        return answer.body if answer.outcome == OK else None

    def order(
        self, method: str, path: str, body: Body | None, *, wish: Wish | None = None, limit_s: float = 60.0
    ) -> Answer:
        """Ask for an effect until its outcome is known. Raises GaveUp after `limit_s`."""
        key, until = wish.key if wish else uuid.uuid4().hex, time.monotonic() + limit_s
        while True:
            answer = self._once(method, path, body, key)
            if wish is not None:
                wish.told.append(_told(answer))
            if answer.outcome != UNKNOWN:
                return answer
            if time.monotonic() > until:
                raise GaveUp(path)
            self._pause.wait(0.7)

    def echo(self, method: str, path: str, body: Body | None, wish: Wish) -> None:
        """Send an acknowledged key once more: the hall has to say the same again."""
        wish.told.append(_told(self._once(method, path, body, wish.key)))

    def first_visit(self) -> None:
        """Come for the first time: captcha, code to the registered phone, own password, session."""
        captcha = self._made("POST", "/captchas", None)
        shown = requests.get(f"{self.stage.sandbox_url}/captchas/{captcha['captcha_id']}", timeout=10).json()
        person = {"fund_number": self.citizen.fund_number, "captcha_id": captcha["captcha_id"]}
        visit = self._made("POST", "/first-visits", person | {"captcha_answer": shown["answer"]})
        place, before = f"/first-visits/{visit['first_visit_id']}", self.newest_message()
        self._made("POST", f"{place}/code", None)
        password = {"code": self.code_after(before), "password": f"Beweis-{uuid.uuid4().hex[:12]}"}
        self._use(self._made("POST", f"{place}/password", password)["token"])

    def keep_session(self) -> None:
        """Exchange the token for a fresh one when it is no longer young."""
        if time.monotonic() - self._renewed_at > RENEW_AFTER_S:
            self._use(self._made("POST", "/sessions/renewal", None)["token"])

    def newest_message(self) -> str:
        """Number of the newest message on the citizen's phone, or nothing."""
        messages = self._messages()
        return str(messages[0]["message_number"]) if messages else ""

    def code_after(self, before: str) -> str:
        """The code in a message that came after the one named. Raises GaveUp when none comes."""
        until = time.monotonic() + CODE_S
        while time.monotonic() < until:
            for message in self._messages():
                if message["message_number"] == before:
                    break
                if "验证码" in message["text"]:
                    return str(_DIGITS.findall(message["text"])[0])
            self._pause.wait(0.4)
        raise GaveUp("no code on the phone")

    def _messages(self) -> list[Body]:
        found = requests.post(
            f"{self.stage.sandbox_url}/messages/search", json={"phone": self.citizen.phone}, timeout=10
        )
        messages: list[Body] = found.json()
        return messages

    def enter(self, token: str) -> None:
        """Go on with the session of this token."""
        self._use(token)

    def made(self, method: str, path: str, body: Body | None) -> Body:
        """The answer to an effect that is on the way to a wish. Raises GaveUp when it is refused."""
        return self._made(method, path, body)

    def _use(self, token: str) -> None:
        self._http.headers["Authorization"] = f"Bearer {token}"
        self._renewed_at = time.monotonic()

    def _made(self, method: str, path: str, body: Body | None) -> Body:
        answer = self.order(method, path, body, limit_s=FIRST_VISIT_S)
        if answer.outcome != OK:
            raise GaveUp(f"{path}: {answer.code}")
        return answer.body

    def _once(self, method: str, path: str, body: Body | None, key: str) -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        url = f"{self.stage.gateway_url}/api/v1{path}"
        try:
            said = self._http.request(method, url, json=body, headers=headers, timeout=ANSWER_S)
            content = said.json() if said.content else {}
        except (requests.RequestException, ValueError):
            return Answer(UNKNOWN)
        return Answer(outcome_of(said.status_code, content), content)


def outcome_of(status: int, body: Body) -> str:
    """Whether an HTTP answer says done, certainly not done, or not yet known."""
    if status == 202 or status >= 500 or body.get("code") in NOT_YET:
        return UNKNOWN
    return OK if status < 400 else FAIL


def _told(answer: Answer) -> Told:
    bill = str(answer.body.get("number", "")) if answer.outcome == OK else ""
    return Told(at=time.time(), outcome=answer.outcome, bill=bill, code=answer.code)
