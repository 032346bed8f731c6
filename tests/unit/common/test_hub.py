"""A service refuses to start when a query would stop all its greenthreads (N18)."""

import os
import subprocess
import sys

import pytest

# In a program of its own: the module under test patches the whole process.
PROGRAM = """
import sys
from contextlib import contextmanager
from types import SimpleNamespace

from services.common.run import HubStalls, refuse_stalling_hub

import eventlet

waits = {"the hub's": eventlet.sleep, "the thread's": eventlet.patcher.original("time").sleep}

class Database:
    @contextmanager
    def read(self):
        yield SimpleNamespace(execute=lambda _: waits[sys.argv[1]](0.1))

try:
    refuse_stalling_hub(Database())
    print("runs")
except HubStalls:
    print("refused")
"""


@pytest.mark.failure("N18")
@pytest.mark.parametrize(("wait", "said"), [("the hub's", "runs"), ("the thread's", "refused")])
def test_a_service_whose_queries_stop_the_others_does_not_start(wait: str, said: str) -> None:
    known = {**os.environ, "HALL_SERVICE": "loan"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, wait],
        env=known,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == said, done.stderr
