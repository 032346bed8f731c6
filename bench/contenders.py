"""Floor and baseline as running processes that answer account queries."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pika
from pika.exceptions import AMQPError

from bench.load import Line, Load, get
from bench.yard import Yard
from ops.places import CHECKOUT

START_LIMIT_S = 60.0
BASELINE_SERVICES = ("gateway", "auth", "accounts")


class Floor:
    """Bare pika on both sides."""

    def __init__(self, yard: Yard, width: int) -> None:
        environment = os.environ | {
            "BENCH_BROKER_URL": yard.broker_url,
            "BENCH_DATABASE_URL": yard.database_url,
            "PYTHONPATH": str(CHECKOUT),
        }
        self._server = _piped("serve", environment=environment)
        _expect(self._server, "ready")
        self._driver = _piped("drive", str(width), environment=environment)
        _expect(self._driver, "ready")

    def roots(self) -> dict[str, int]:
        """Process numbers by name; the asking side belongs to the floor, as a gateway would."""
        return {"client": self._driver.pid, "server": self._server.pid}

    def run(self, people: list[tuple[str, str]]) -> None:
        """Ask for the account of each person."""
        _writing(self._driver).write(" ".join(fund_number for fund_number, _ in people) + "\n")
        _writing(self._driver).flush()
        _expect(self._driver, "done")

    def close(self) -> None:
        """End both."""
        for process in (self._driver, self._server):
            _ended(process)


class Baseline:
    """Three nameko services, each in its own process under `nameko run`."""

    def __init__(self, yard: Yard, width: int) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._port = _free_port()
        configuration = Path(self._folder.name, "config.yaml")
        configuration.write_text(_configuration(yard, self._port))
        self._processes = {name: _nameko(name, configuration) for name in BASELINE_SERVICES}
        self._load = Load(("127.0.0.1", self._port), width)
        _within(START_LIMIT_S, lambda: Line("127.0.0.1", self._port).close())
        _within(START_LIMIT_S, lambda: _find_queues(yard.broker_url))

    def roots(self) -> dict[str, int]:
        """Process numbers by name."""
        return {name: process.pid for name, process in self._processes.items()}

    def run(self, people: list[tuple[str, str]]) -> None:
        """Let each person ask for the own account."""
        self._load.run([get("/account", token) for _, token in people], lambda body: b'"balance_fen"' in body)

    def close(self) -> None:
        """End all."""
        for process in self._processes.values():
            _ended(process)
        self._folder.cleanup()


class Hall:
    """A hall that runs already; `roots` are all its processes but the servers that everybody shares."""

    def __init__(self, address: tuple[str, int], processes: dict[str, int], width: int) -> None:
        self._processes = processes
        self._load = Load(address, width)

    def roots(self) -> dict[str, int]:
        """Process numbers by name."""
        return self._processes

    def run(self, people: list[tuple[str, str]]) -> None:
        """Let each person ask for the own account."""
        requests = [get("/api/v1/account", token) for _, token in people]
        self._load.run(requests, lambda body: b'"balance"' in body)

    def close(self) -> None:
        """Nothing: the hall goes on."""


def _configuration(yard: Yard, port: int) -> str:
    told = {
        "AMQP_URI": yard.broker_url,
        "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}",
        "DATABASE_URL": yard.database_url.replace("postgresql:", "postgresql+psycopg:"),
    }
    return "".join(f"{name}: '{value}'\n" for name, value in told.items())


def _nameko(name: str, configuration: Path) -> "subprocess.Popen[str]":
    program = Path(sys.executable).with_name("nameko")
    return subprocess.Popen(
        [str(program), "run", "--config", str(configuration), f"bench.baseline.{name}"],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONWARNINGS": "ignore"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _piped(*words: str, environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bench.floor", *words],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _writing(process: "subprocess.Popen[str]") -> IO[str]:
    if process.stdin is None:
        raise ValueError("started without a pipe")
    return process.stdin


def _expect(process: "subprocess.Popen[str]", word: str) -> None:
    if process.stdout is None or process.stdout.readline().strip() != word:
        raise RuntimeError(f"the process ended instead of saying {word}")


def _ended(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _find_queues(broker_url: str) -> None:
    """The queues of the two services that the baseline's gateway asks; AMQPError while one is not there."""
    with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
        for name in BASELINE_SERVICES[1:]:
            connection.channel().queue_declare(f"rpc-{name}", passive=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _within(limit_s: float, connect: Callable[[], None]) -> None:
    gives_up_at = time.monotonic() + limit_s
    while True:
        try:
            return connect()
        except (OSError, AMQPError):
            if time.monotonic() > gives_up_at:
                raise
            time.sleep(0.2)
