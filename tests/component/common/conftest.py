"""The probe service on private servers, and who may talk to it."""

import pytest

from services.common import subject
from services.common.subject import Subject, sign_subject
from tests.component.common import bench, probe
from tests.servers import servers

__all__ = ["servers"]


@pytest.fixture(scope="module")
def rows(servers):
    """The probe's database with its tables, emptied."""
    from services.common.migrate import upgrade

    environment = servers.environments["withdrawal"]
    upgrade("withdrawal", environment["OWNER_DATABASE_URL"])
    found = bench.Rows(environment)
    for table in ("notes", "poisons", "tries", "rounds"):
        found.run(f"DROP TABLE IF EXISTS {table}")
    for statement in probe.MAKE_TABLES:
        found.run(statement)
    found.run("TRUNCATE dead_letters")
    yield found
    for table in ("notes", "poisons", "tries", "rounds"):
        found.run(f"DROP TABLE IF EXISTS {table}")
    found.engine.dispose()


@pytest.fixture(scope="module")
def start_probe(servers, rows):
    """Starts a probe process; every one still alive is killed at the end."""
    started = []

    def start():
        environment = {**servers.environments["withdrawal"], "METRICS_PORT": "0"}
        started.append(
            bench.Process(environment, "services.common.run", "withdrawal", "tests.component.common.probe")
        )
        return started[-1]

    yield start
    for process in started:
        if process.alive:
            process.kill()


@pytest.fixture
def caller(servers):
    """A client with the gateway's rights."""
    client = bench.Caller(servers.environments["gateway"]["BROKER_URL"])
    yield client
    client.close()


@pytest.fixture
def operator(servers, monkeypatch):
    """The token of an operator, as auth would sign it."""
    monkeypatch.setenv("TOKEN_PRIVATE_KEY", servers.environments["auth"]["TOKEN_PRIVATE_KEY"])
    subject._key.cache_clear()
    yield sign_subject(Subject(id="operator", role="operator", session_id="s", expires_at=2**40))
    subject._key.cache_clear()


@pytest.fixture(scope="module")
def probe_process(start_probe, servers):
    """A running probe that answers."""
    process = start_probe()
    client = bench.Caller(servers.environments["gateway"]["BROKER_URL"])
    bench.until(lambda: client.wait(client.send("ping", {}, life_s=1.0), limit_s=1.0), "the probe answers")
    client.close()
    return process


@pytest.fixture
def relay_url(servers):
    """The one broker user that may publish events."""
    return servers.environments["relay"]["BROKER_URL"]
