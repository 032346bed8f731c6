"""Staff at auth's counter: made on the machine, with a second factor in the test's hand."""

import secrets
import time
import uuid
from typing import Any

from click.testing import CliRunner

from services.auth.second_factor import STEP_S, code_at, new_secret, step_of
from services.auth.staff import staff
from services.common.clock import technical_now
from tests.component.auth.desk import Desk

PASSWORD = "a long enough one"
NEARLY_OVER_S = 4


class Member:
    """One login of staff, set up as a rehearsal sets it up, and its phone with the codes."""

    def __init__(self, desk: Desk, role: str, office: str = "", person: str = "") -> None:
        self.desk, self.role, self.secret = desk, role, new_secret()
        self.name = f"{role}-{uuid.uuid4().hex[:8]}"
        self.used = 0
        lines = f"{PASSWORD}\n{self.secret}\n"
        place = ["--role", role, "--office", office, "--person", person]
        added = CliRunner().invoke(staff, ["add", self.name, *place], input=lines)
        assert added.output == f"{self.name}: added\n"

    def code(self) -> str:
        """A code that counts now and was not used before: of the half minute before, this one, the next.

        Not made when the half minute is about to end: it would be too old before it is looked at.
        """
        while technical_now() % STEP_S > STEP_S - NEARLY_OVER_S:
            time.sleep(0.1)
        now = step_of(technical_now())
        self.used = max(self.used + 1, now - 1)
        assert self.used <= now + 1, "three codes within half a minute are all there are"
        return code_at(self.secret, self.used)

    def typed(self, **changes: Any) -> dict[str, Any]:
        """The arguments of a login."""
        own = {"login_name": self.name, "password": PASSWORD, "address": self.desk.address, "client": ""}
        proof = {} if "code" in changes else {"code": self.code()}
        return own | self.desk.captcha() | proof | changes

    def token(self) -> str:
        """A session."""
        token: str = self.desk.ask("staff_log_in", self.typed())["token"]
        return token


def initial(desk: Desk, login_name: str, password: str) -> dict[str, Any]:
    """The answer to a first login with a password that was handed over."""
    typed = {"login_name": login_name, "password": password, "address": desk.address, "client": ""}
    answer: dict[str, Any] = desk.ask("staff_log_in", typed | desk.captcha())
    return answer


def setting_up(desk: Desk, token: str, **changes: Any) -> dict[str, Any]:
    """The arguments that complete a first login, with a right code."""
    secret = desk.ask("staff_setup", token=token)["secret"]
    own = {"password": "my very own one", "code": code_at(secret, step_of(technical_now()))}
    return own | {"address": desk.address, "client": ""} | changes


def paper() -> str:
    """The number of a paper that nobody has used."""
    return f"QD-{secrets.token_hex(6).upper()}"
