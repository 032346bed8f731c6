"""Waiting for something to become true, with a limit."""

import time
from collections.abc import Callable

LIMIT_S = 20.0
_STEP_S = 0.02


def until(holds: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    """Return as soon as `holds()` is true; fail when it does not become so within the limit."""
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end, "did not become true in time"
        time.sleep(_STEP_S)
