"""Servers for tests: those the environment names, else native private ones, else containers; says which."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops import postgresql, rabbitmq
from ops import servers as private
from ops.environment import Environment
from ops.places import Home
from ops.state import supervised

# A file as `python -m ops.servers --home DIR environment` prints it.
NAMED = "HALL_TEST_SERVERS"


@dataclass(frozen=True)
class Servers:
    """Where the servers came from, and what each process of the hall would be told about them."""

    origin: str
    environments: dict[str, Environment]


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
