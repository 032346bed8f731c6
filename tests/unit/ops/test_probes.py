"""What the supervisor asks to learn whether a process is alive."""

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest

from ops import processes
from ops.environment import Setting
from ops.keys import secrets_of
from ops.places import Home
from ops.ports import NAMES as PORTS


def test_nothing_alive_is_looked_for_where_people_wait(tmp_path: Path) -> None:
    home = Home(tmp_path)
    setting = Setting(home, {name: 20_000 + place for place, name in enumerate(PORTS)}, secrets_of(home))
    asked: list[str] = []
    with patch.object(processes, "answers_http", side_effect=lambda url: asked.append(url) or True):
        plan = processes.whole_hall(setting)
        (gateway,) = [process for process in plan.processes if process.name == "gateway"]
        assert gateway.alive() and gateway.ready()
    assert asked == [
        f"http://127.0.0.1:{setting.ports['gateway.metrics']}/healthz",
        f"http://127.0.0.1:{setting.ports['gateway']}/readyz",
    ]


@pytest.mark.parametrize("said", [b"rubbish\r\n\r\n", b"HTTP/1.1 twohundred OK\r\n\r\n", b""])
def test_what_answers_no_http_does_not_answer_and_is_no_trouble(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as other:
        other.submit(answer_one, listening, said)
        assert not processes.answers_http(f"http://127.0.0.1:{listening.getsockname()[1]}/healthz")


def answer_one(listening: socket.socket, said: bytes) -> None:
    """Take one connection, hear what is asked, and say that."""
    connection, _ = listening.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(said)
