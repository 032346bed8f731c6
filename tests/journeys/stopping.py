"""Services of the running hall that a journey stops for a while."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from ops.demo.citizen import Citizen
from ops.state import seen
from tests.journeys.api.asserting import until
from tests.journeys.halls import JourneyHall


def pid_of(hall: JourneyHall, name: str) -> int:
    """The process of a service."""
    return next(row.pid for row in seen(hall.home) if row.name == name)


@contextmanager
def stopped(hall: JourneyHall, citizen: Citizen, name: str) -> Iterator[None]:
    """The service does not run and does not know it; afterwards home is whole again."""
    pid = pid_of(hall, name)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
        until(lambda: [1] * (citizen.device.get("/home").body.get("missing") == []), 1)
