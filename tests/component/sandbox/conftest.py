"""One outside world for the tests of a file; every test starts without faults."""

from collections.abc import Iterator

import pytest
import requests

from tests.component.sandbox.program import Program


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    running = Program(tmp_path_factory.mktemp("outside"))
    yield running
    running.stop()


@pytest.fixture
def world(program: Program) -> Program:
    requests.delete(program.url + "/faults", timeout=5)
    return program
