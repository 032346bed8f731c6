"""PostgreSQL and RabbitMQ in containers, for machines that have an engine but no native servers."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs

from ops import postgresql
from ops.environment import Environment, Setting
from ops.keys import secrets_of
from ops.places import Home
from ops.ports import NAMES
from ops.servers import environments_of
from services.common.topology import definitions

POSTGRESQL_IMAGE = "postgres:15"
RABBITMQ_IMAGE = "rabbitmq:3.13"
CONFIGURATION = "load_definitions = /hall/definitions.json\n"


@contextmanager
def containers() -> Iterator[dict[str, Environment]]:
    """Run both servers with all roles and the whole topology; raises what the engine raises."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        secrets = secrets_of(home)
        with _postgresql(secrets["database"]["postgres"]) as database, _rabbitmq(home, secrets) as broker:
            ports = dict.fromkeys(NAMES, 0) | {
                "postgresql": int(database.get_exposed_port(5432)),
                "rabbitmq": int(broker.get_exposed_port(5672)),
            }
            setting = Setting(home, ports, secrets)
            postgresql.provision(setting)
            yield environments_of(setting)


@contextmanager
def _postgresql(password: str) -> Iterator[DockerContainer]:
    container = DockerContainer(POSTGRESQL_IMAGE).with_exposed_ports(5432)
    with container.with_env("POSTGRES_PASSWORD", password) as running:
        # The image starts the server twice: once to prepare it, then for good.
        wait_for_logs(running, r"(?s)ready to accept connections.*ready to accept connections", timeout=60)
        yield running


@contextmanager
def _rabbitmq(home: Home, secrets: dict[str, dict[str, str]]) -> Iterator[DockerContainer]:
    written = home.path / "broker"
    written.mkdir(mode=0o755)
    (written / "definitions.json").write_text(json.dumps(definitions(secrets["broker"])), encoding="utf-8")
    (written / "hall.conf").write_text(CONFIGURATION, encoding="utf-8")
    home.path.chmod(0o755)
    container = DockerContainer(RABBITMQ_IMAGE).with_exposed_ports(5672)
    container = container.with_volume_mapping(str(written), "/hall", "ro")
    mapped = container.with_volume_mapping(
        str(written / "hall.conf"), "/etc/rabbitmq/conf.d/20-hall.conf", "ro"
    )
    with mapped as running:
        wait_for_logs(running, "Server startup complete", timeout=90)
        yield running
