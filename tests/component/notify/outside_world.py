"""The sandbox as a program of its own, with what a test asks of it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

READY_WITHIN_S = 30


class OutsideWorld:
    """Faults to order and messages to read."""

    def __init__(self, url: str) -> None:
        self.url = url

    def fault(self, mode: str, times: int | None = None, target: str = "sms.messages") -> None:
        """Let an SMS provider misbehave from now on, or so many times."""
        wanted = {"target": target, "mode": mode, "times": times}
        requests.put(f"{self.url}/faults", json=wanted, timeout=5).raise_for_status()

    def mend(self) -> None:
        """No more faults."""
        requests.delete(f"{self.url}/faults", timeout=5).raise_for_status()

    def texts(self, phone: str) -> list[str]:
        """What the phone got, newest first."""
        found = requests.post(f"{self.url}/messages/search", json={"phone": phone}, timeout=5)
        found.raise_for_status()
        said: Any = found.json()
        return [message["text"] for message in (said["messages"] if isinstance(said, dict) else said)]


@contextmanager
def outside_world(environment: dict[str, str], folder: Path) -> Iterator[OutsideWorld]:
    """Run the sandbox on a free port and wait until it answers."""
    port = _free_port()
    own = os.environ | environment | {"SANDBOX_PORT": str(port), "SANDBOX_FOLDER": str(folder)}
    program = subprocess.Popen([sys.executable, "-m", "sandbox"], env=own, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url)
        yield OutsideWorld(url)
    finally:
        program.terminate()
        program.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(url: str) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            requests.get(f"{url}/health", timeout=1).raise_for_status()
            return
        except requests.RequestException:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.1)
