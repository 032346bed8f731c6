"""Waiting until processes are done with an earlier round, and what they spend while nothing is asked."""

import time
from collections.abc import Mapping

from bench.measure import cpu_ms

QUIET_MS_PER_S = 60.0
STEP_S = 0.5
PATIENCE_S = 10.0
IDLE_WATCH_S = 5.0


def settled(roots: Mapping[str, int]) -> None:
    """Return when the processes are quiet, or after ten seconds all the same."""
    gives_up_at = time.monotonic() + PATIENCE_S
    before = sum(cpu_ms(roots).values())
    while time.monotonic() < gives_up_at:
        time.sleep(STEP_S)
        now = sum(cpu_ms(roots).values())
        if (now - before) / STEP_S < QUIET_MS_PER_S:
            return
        before = now


def idle_rates(roots: Mapping[str, int]) -> dict[str, float]:
    """CPU milliseconds a second that each process spends when nobody asks anything."""
    before = cpu_ms(roots)
    time.sleep(IDLE_WATCH_S)
    after = cpu_ms(roots)
    return {name: round((after[name] - before[name]) / IDLE_WATCH_S, 1) for name in roots}
