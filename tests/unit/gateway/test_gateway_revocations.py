"""Ended sessions stay known until their last token expires, whatever happens at the same time."""

from typing import Any

from gateway.revocations import Revocations

LATER, LONG_PAST = "2999-01-01T00:00:00+00:00", "2001-01-01T00:00:00+00:00"
FAR_AHEAD = 32_503_680_000.0


class Auth:
    """Answers with the sessions it knows to be ended."""

    def __init__(self, **ended: str) -> None:
        self.items = [{"session_id": name, "expires_at": until} for name, until in ended.items()]

    def submit(self, question: Any, seconds: float) -> Any:
        return question

    def gather(self, ask: Any) -> Any:
        return {"items": self.items}


class HeardMeanwhile(dict[str, float]):
    """Gains a session, as from the bus's thread, right after it was looked through."""

    def items(self) -> Any:
        known = list(super().items())
        self["heard meanwhile"] = FAR_AHEAD
        return known


def test_what_has_expired_is_forgotten() -> None:
    revocations = Revocations(60)
    revocations.load(Auth(old=LONG_PAST, new=LATER))
    assert (revocations.covers("old"), revocations.covers("new")) == (False, True)


def test_a_session_that_ends_while_others_are_forgotten_is_not_lost() -> None:
    revocations = Revocations(60)
    revocations._ended = HeardMeanwhile()
    revocations.load(Auth(old=LONG_PAST))
    assert revocations.covers("heard meanwhile")
