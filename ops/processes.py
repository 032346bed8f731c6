"""The table of all a hall runs: how each process starts, what it waits for, how it shows that it is ready."""

import hashlib
import http.client
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ops import postgresql, rabbitmq
from ops.environment import Environment, Setting, environment, migration
from ops.logfiles import log_of
from ops.places import CHECKOUT
from services.common.topology import SERVICES

SERVERS = ("postgresql", "rabbitmq")
NAMES = (*SERVERS, "sandbox", "relay", *SERVICES, "gateway")
ROLES = "roles"
PROBE_S = 2
# A new index on a city's ledger takes its time; cut short, it would begin again and never come to an end.
MIGRATION_S = 6 * 3600


@dataclass(frozen=True, kw_only=True)
class Process:
    """One process that is kept alive. `wave` orders the stop: the highest goes first.

    `ready` says that it and what it needs can do their work; `alive` only that it answers at all, which a
    process must go on doing while the broker or the database is away.
    """

    name: str
    command: Callable[[], list[str]]
    environment: Environment
    ready: Callable[[], bool]
    alive: Callable[[], bool]
    after: tuple[str, ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    wave: int = 1


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing done once per start, before what waits for it; raises when it has to be tried again."""

    name: str
    run: Callable[[], None]
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What one supervisor starts and does."""

    processes: tuple[Process, ...]
    tasks: tuple[Task, ...] = field(default=())


def whole_hall(setting: Setting) -> Plan:
    """Plan everything: servers, roles, migrations one service at a time, and the hall's own processes."""
    servers = servers_only(setting)
    own = (_sandbox(setting), _relay(setting), *(_service(setting, s) for s in SERVICES), _gateway(setting))
    return Plan((*servers.processes, *own), (*servers.tasks, *_migrations(setting)))


def servers_only(setting: Setting) -> Plan:
    """Plan only PostgreSQL and RabbitMQ, with all roles and the whole topology: what component tests need."""
    roles = Task(name=ROLES, run=lambda: postgresql.provision(setting), after=("postgresql",))
    return Plan((_postgresql(setting), _rabbitmq(setting)), (roles,))


def migration_of(service: str) -> str:
    """Name of the task that brings a service's tables up to date."""
    return f"{service}.migration"


MIGRATIONS = tuple(migration_of(service) for service in SERVICES)


def _postgresql(setting: Setting) -> Process:
    def command() -> list[str]:
        return postgresql.command(setting, postgresql.prepare(setting))

    return Process(
        name="postgresql",
        command=command,
        environment={"LANG": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        ready=lambda: postgresql.answers(setting),
        alive=lambda: postgresql.answers(setting),
        stop_signal=signal.SIGINT,
        wave=0,
    )


def _rabbitmq(setting: Setting) -> Process:
    def command() -> list[str]:
        rabbitmq.prepare(setting)
        return rabbitmq.command()

    return Process(
        name="rabbitmq",
        command=command,
        environment=rabbitmq.surroundings(setting),
        ready=lambda: rabbitmq.answers(setting),
        alive=lambda: rabbitmq.answers(setting),
        wave=0,
    )


def _migrations(setting: Setting) -> Iterable[Task]:
    before = ROLES
    for service in SERVICES:
        yield Task(name=migration_of(service), run=_migrate(setting, service), after=(before,))
        before = migration_of(service)


def _migrate(setting: Setting, service: str) -> Callable[[], None]:
    def run() -> None:
        source = source_of(service)
        if postgresql.migrated_from(setting, service) == source:
            return
        with log_of(setting.home, service).open("ab") as output:
            _run_migration(service, migration(setting, service), output)
        postgresql.note_migrated(setting, service, source)

    return run


def _run_migration(service: str, surroundings: Environment, output: IO[bytes]) -> None:
    subprocess.run(
        _module("services.common.migrate", service),
        env=surroundings,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        check=True,
        timeout=MIGRATION_S,
    )


def source_of(service: str, services: Path = CHECKOUT / "services") -> str:
    """Digest of all source a service's tables are made from: its own and the common one."""
    digest = hashlib.sha256()
    for path in sorted(path for part in ("common", service) for path in (services / part).rglob("*.py")):
        digest.update(f"{path.relative_to(services)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _service(setting: Setting, name: str) -> Process:
    # The broker takes longest to start; everything of ours connects by itself when it is there.
    return _python(setting, name, ("services.common.run", name), (migration_of(name),), wave=2)


def _relay(setting: Setting) -> Process:
    after = tuple(migration_of(service) for service in SERVICES)
    return _python(setting, "relay", ("services.common.relay", *SERVICES), after, wave=2)


def _sandbox(setting: Setting) -> Process:
    url = f"http://127.0.0.1:{setting.ports['sandbox']}/health"
    return Process(
        name="sandbox",
        command=lambda: _module("sandbox"),
        environment=environment(setting, "sandbox"),
        ready=lambda: answers_http(url),
        alive=lambda: answers_http(url),
        wave=1,
    )


def _gateway(setting: Setting) -> Process:
    url = f"http://127.0.0.1:{setting.ports['gateway']}"
    # Of its own: the one of people may have every thread taken, which is no reason to end the gateway.
    health_url = f"http://127.0.0.1:{setting.ports['gateway.metrics']}"
    return Process(
        name="gateway",
        command=lambda: _module("gateway"),
        environment=environment(setting, "gateway"),
        ready=lambda: answers_http(f"{url}/readyz"),
        alive=lambda: answers_http(f"{health_url}/healthz"),
        wave=3,
    )


def _python(
    setting: Setting, name: str, words: tuple[str, ...], after: tuple[str, ...], *, wave: int
) -> Process:
    url = f"http://127.0.0.1:{setting.ports[f'{name}.metrics']}"
    return Process(
        name=name,
        command=lambda: _module(*words),
        environment=environment(setting, name),
        ready=lambda: answers_http(f"{url}/readyz"),
        alive=lambda: answers_http(f"{url}/healthz"),
        after=after,
        wave=wave,
    )


def _module(*words: str) -> list[str]:
    return [sys.executable, "-m", *words]


def answers_http(url: str) -> bool:
    """Whether a loopback address answers that all is well."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=PROBE_S) as answer:
            return bool(answer.status == 200)
    except (OSError, http.client.HTTPException):
        # No HTTP or half of it is no answer: whoever stays so is given up as one that is silent, not at once.
        return False
