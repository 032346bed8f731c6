"""A server that falls silent on connections that stand: they are given up, and the work goes on by new ones."""

import json
import os
import subprocess
import sys
import uuid

import pytest

from services.common.topology import RETRY_DELAYS_S, retry_queue
from tests.component.common import bench
from tests.component.common.bench import an_event, publish, until
from tests.wire import Wire

CHANNEL_OPEN_OK = b"\x00\x14\x00\x0b"
CONNECTION_CLOSE_OK = b"\x00\x0a\x00\x33"
HANDS_ON = """
from services.common import run
from services.common import events
import sys

events.CONFIRM_S = 2
try:
    events.publish_confirmed("retry", sys.argv[1], sys.argv[2].encode(), {})
    print("handed on")
except OSError:
    print("not handed on")
"""


@pytest.fixture
def wire_to():
    """Lays a wire to the server of an address."""
    laid = []

    def lay(url, **options):
        laid.append(Wire(url, **options))
        return laid[-1]

    yield lay
    for one in laid:
        one.close()


@pytest.fixture
def start_wired(servers, rows):
    """Starts the probe with some of its addresses changed."""
    started = []

    def start(**told):
        environment = {**servers.environments["loan"], "METRICS_PORT": "0", **told}
        program = "tests.component.common.quick", "loan", "tests.component.common.probe"
        started.append(bench.Process(environment, *program))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.mark.failure("N11")
def test_a_service_is_not_deaf_for_good_when_the_broker_falls_silent(
    servers, rows, relay_url, caller, wire_to, start_wired
):
    wire = wire_to(servers.environments["loan"]["BROKER_URL"])
    probe = start_wired(BROKER_URL=wire.url)
    until(lambda: caller.ask("ping", {}, life_s=2.0), "the probe answers")
    wire.fall_silent()
    publish(relay_url, an_event(word := uuid.uuid4().hex))
    until(lambda: caller.ask("ping", {}, life_s=2.0), "the probe answers by a new connection")
    until(lambda: rows.count("notes", word), "the event by a new connection")
    assert probe.alive


@pytest.mark.failure("N11")
@pytest.mark.parametrize(
    ("silenced_by", "told"), [(CHANNEL_OPEN_OK, "not handed on"), (CONNECTION_CLOSE_OK, "handed on")]
)
def test_handing_on_ends_whenever_the_broker_falls_silent(servers, wire_to, silenced_by, told):
    environment = servers.environments["loan"]
    wire = wire_to(environment["BROKER_URL"])
    wire.silenced_by = silenced_by
    words = retry_queue("loan", RETRY_DELAYS_S[0]), json.dumps(an_event(uuid.uuid4().hex))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", HANDS_ON, *words],
        env={**os.environ, **environment, "BROKER_URL": wire.url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == [told], done.stderr
