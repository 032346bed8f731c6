"""A whole gateway process whose every thread is taken: its health is answered all the same."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest
from joserfc.jwk import OKPKey

from tests.component.gateway.polling import until

ROOT = Path(__file__).parents[3]
THREADS = 4
SLOW = b"POST /api/v1/captchas HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n"
PROBE_S = 2


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def answers(port: int, path: str) -> int:
    """The status of an answer in time, or 0."""
    opener = build_opener(ProxyHandler({}))
    with (
        suppress(URLError, TimeoutError, ConnectionError),
        opener.open(f"http://127.0.0.1:{port}{path}", timeout=PROBE_S) as answer,
    ):
        return int(answer.status)
    return 0


@pytest.fixture
def ports() -> Iterator[tuple[int, int]]:
    """The ports of people and of health of a gateway that has no broker."""
    people, health = free_port(), free_port()
    key = json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=False))
    told = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HALL_DEPLOYMENT": "sandbox",
        "HALL_SERVICE": "gateway", "BROKER_URL": "amqp://nobody:none@127.0.0.1:1/hall",
        "GATEWAY_PORT": str(people), "GATEWAY_URL": f"http://127.0.0.1:{people}",
        "GATEWAY_THREADS": str(THREADS), "METRICS_PORT": str(health), "TOKEN_PUBLIC_KEY": key,
        "OPERATION_KEY": "o", "CURSOR_KEY": "c",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway"], env=told, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        until(lambda: answers(people, "/healthz") == 200, 60)
        yield people, health
    finally:
        process.terminate()
        process.wait(30)


def test_health_does_not_wait_behind_people(ports: tuple[int, int]) -> None:
    people, health = ports
    held = [socket.create_connection(("127.0.0.1", people)) for _ in range(8 * THREADS)]
    try:
        for one in held:
            one.sendall(SLOW)
        for _ in range(3):
            assert answers(health, "/healthz") == 200
        assert answers(health, "/metrics") == 200
    finally:
        for one in held:
            one.close()
