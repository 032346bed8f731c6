"""A cookie of a few steps: the number of what this browser began, which stands in no address."""

import re

from flask import request
from werkzeug.wrappers import Response

from gateway.entrance import entrance
from gateway.routing import Segment

_LIFE_S = 1800
_NUMBER = re.compile(Segment.regex)


class StepsCookie:
    """Holds one number for half an hour; where cookies are secure, bound to this host by the prefix."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        """The name in the browser."""
        return f"__Host-{self._name}" if entrance().secure else self._name

    def held(self) -> str:
        """The number that the browser holds, or nothing."""
        held = request.cookies.get(self.name, "")
        return held if _NUMBER.fullmatch(held) else ""

    def keep(self, response: Response, number: str) -> None:
        """Let the browser hold `number`. The prefix asks for the path of the whole host."""
        response.set_cookie(
            self.name, number, max_age=_LIFE_S, path="/", httponly=True, samesite="Lax",
            secure=entrance().secure,
        )  # fmt: skip

    def drop(self, response: Response) -> None:
        """Take the number from the browser."""
        response.delete_cookie(self.name, path="/", httponly=True, samesite="Lax", secure=entrance().secure)
