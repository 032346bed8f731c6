"""For every test: eventlet tells its age when imported, warnings are errors, logs stay as they were."""

import logging
import os
import warnings

import pytest
import structlog

# As services.common.run does before psycopg is imported: its C wait would stop eventlet's hub (N18).
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet  # noqa: F401

from tests.log_lines import Listen, listening


@pytest.fixture(autouse=True)
def logs_as_before():
    """A test that sets up a program's logs leaves none of it to the next: its output is closed by then."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def listen(capsys: pytest.CaptureFixture[str]) -> Listen:
    """To be called in the test, with a service's name: from then on it logs, and tells what it logged."""
    return listening(capsys)
