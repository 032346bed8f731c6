"""Runs a service as `services.common.run` does, which notices a silent server while a test waits."""

import sys

from services.common import run

# Not before: the module above patches the program for eventlet, and must be the first.
from services.common import connecting, link  # isort: skip

link.HEARTBEAT_S = 1
connecting.ANSWER_S = 2

if __name__ == "__main__":
    run.main(*sys.argv[1:])
