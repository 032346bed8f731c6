"""Servers for tests: those the environment names, else native private ones, else containers; says which."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from ops import postgresql, rabbitmq
from ops import servers as private
from ops.environment import Environment, Setting, page_urls
from ops.places import Home
from ops.starting import start_and_wait, stop_supervisor
from ops.state import supervised
from ops.up import seed_once

# The folder of a hall that runs already, for journeys.
NAMED_HALL = "HALL_TEST_HOME"
# A file as `python -m ops.servers --home DIR environment` prints it.
NAMED = "HALL_TEST_SERVERS"


@dataclass(frozen=True)
class Servers:
    """Where the servers came from, and what each process of the hall would be told about them."""

    origin: str
    environments: dict[str, Environment]


@dataclass(frozen=True)
class RunningHall:
    """A hall with all its processes: its folder and the addresses people open."""

    home: Home
    gateway_url: str
    sandbox_url: str


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The servers of this test run; a conftest takes this fixture by importing it."""
    with chosen_servers() as chosen:
        yield chosen


@contextmanager
def chosen_servers() -> Iterator[Servers]:
    """Choose the servers, run them where they are ours, and stop those that we started."""
    named = os.environ.get(NAMED)
    if named:
        yield _chosen(Servers(f"named by {NAMED}", json.loads(Path(named).read_text(encoding="utf-8"))))
    elif _installed():
        with _native() as chosen:
            yield _chosen(chosen)
    else:
        from tests.containers import containers

        with containers() as chosen_environments:
            yield _chosen(Servers("containers", chosen_environments))


@pytest.fixture(scope="session")
def hall() -> Iterator[RunningHall]:
    """The whole hall, running, for journeys; a conftest takes this fixture by importing it."""
    with chosen_hall() as chosen:
        yield chosen


@contextmanager
def chosen_hall() -> Iterator[RunningHall]:
    """Take the hall the environment names, else run one of the tests' own and stop it in the end."""
    named = os.environ.get(NAMED_HALL)
    home = Home(Path(named)) if named else Home(Home.chosen().path / "test" / "hall")
    found_running = supervised(home) != 0
    start_and_wait(home, everything=True)
    try:
        seed_once(home, Console(stderr=True))
        yield RunningHall(home, *page_urls(Setting.of(home)))
    finally:
        if not found_running:
            stop_supervisor(home)


def servers_home() -> Home:
    """Folder of the tests' own servers, apart from those of a running hall."""
    return Home(Home.chosen().path / "test" / "servers")


@contextmanager
def _native() -> Iterator[Servers]:
    home = servers_home()
    found_running = supervised(home) != 0
    environments = private.start(home)
    try:
        yield Servers(f"native, private, in {home.path}", environments)
    finally:
        if not found_running:
            private.stop(home)


def _installed() -> bool:
    try:
        postgresql.programs()
        rabbitmq.server_program()
    except FileNotFoundError:
        return False
    return True


def _chosen(chosen: Servers) -> Servers:
    sys.stderr.write(f"\nservers for tests: {chosen.origin}\n")
    return chosen
