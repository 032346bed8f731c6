"""A handler of an event asks nobody and waits for nothing: each is run on each event it takes (N22)."""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

import eventlet
import pytest
from nameko.extensions import DependencyProvider

from services.common import receipts, sealed, subject
from services.common.clock import technical_at
from services.common.contracts import CONTRACTS
from services.common.database import DatabaseAccess
from services.common.errors import Refusal
from services.common.events import DurableEvents
from services.common.inbox import Event
from services.common.migrate import upgrade
from services.common.settings import settings
from services.common.topology import SERVICES
from tests.servers import Servers

CLASSES = {name: import_module(f"services.{name}.service").SERVICE for name in SERVICES}
CACHES = (settings, sealed._cipher, sealed._index_key, receipts._key, subject._key)
WAITING = ((eventlet, "sleep"), (time, "sleep"), (os, "system"))


def handlers(service: str) -> list[tuple[str, str]]:
    """Each method of the service that takes events, with each event it takes."""
    found = []
    for name in dir(CLASSES[service]):
        for entrypoint in getattr(getattr(CLASSES[service], name), "nameko_entrypoints", ()):
            if isinstance(entrypoint, DurableEvents):
                found += [(name, event) for event in sorted(entrypoint.names)]
    return found


HANDLERS = [
    pytest.param(service, method, event, id=f"{service}.{method}-{event}")
    for service in SERVICES
    for method, event in handlers(service)
]


class Nobody:
    """In the place of everybody a service could ask: remembers that it was asked."""

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        def ask(*_: Any, **__: Any) -> None:
            self._asked.append(name)

        return ask


@pytest.fixture
def database(servers: Servers, service: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseAccess]:
    """The database of the service, this process being in its place."""
    for name, value in servers.environments[service].items():
        monkeypatch.setenv(name, value)
    for cached in CACHES:
        cached.cache_clear()
    upgrade(service, os.environ["OWNER_DATABASE_URL"])
    access = DatabaseAccess(settings().database_url)
    yield access
    access.close()
    for cached in CACHES:
        cached.cache_clear()


@pytest.mark.failure("N22")
@pytest.mark.parametrize(("service", "method", "event"), HANDLERS)
def test_a_handler_asks_nobody_and_waits_for_nothing(
    database: DatabaseAccess, service: str, method: str, event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for place, name in WAITING:
        monkeypatch.setattr(place, name, lambda *_, at=name: asked.append(at))
    played = CLASSES[service]()
    for name in {name for kind in CLASSES[service].__mro__ for name in vars(kind)}:
        if isinstance(getattr(CLASSES[service], name), DependencyProvider):
            setattr(played, name, Nobody(asked))
    played.database = database
    handler = getattr(CLASSES[service], method).__wrapped__
    with database.write() as session:
        # What an example names is not in the books; how far the handler comes is for other tests to show.
        with suppress(Refusal, LookupError):
            handler(played, an_example(event), session)
        session.rollback()
    assert asked == []


def an_example(name: str) -> Event:
    """The event of a contract's example."""
    return Event(
        message_id=str(uuid.uuid4()),
        name=name,
        producer=CONTRACTS[name].producer,
        aggregate=f"example:{uuid.uuid4()}",
        sequence=1,
        at=technical_at(),
        trace="",
        payload=dict(CONTRACTS[name].example),
    )
