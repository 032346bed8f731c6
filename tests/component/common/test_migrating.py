"""A database is brought to its newest shape by one at a time, and keeps nobody from the tables for long."""

import threading

import pytest
from sqlalchemy import create_engine, text

from services.common import migrate
from services.common.migrate import MANNERS, upgrade

LIMIT_S = 30


@pytest.fixture
def owner_url(servers, rows, monkeypatch):
    for name, value in servers.environments["loan"].items():
        monkeypatch.setenv(name, value)
    return servers.environments["loan"]["OWNER_DATABASE_URL"]


def test_whoever_comes_second_waits_for_the_first(owner_url, monkeypatch):
    begun, go_on, order = threading.Event(), threading.Event(), []
    run = migrate._run

    def slowly(service, url):
        order.append("begins")
        begun.set()
        assert go_on.wait(LIMIT_S)
        run(service, url)
        order.append("ends")

    monkeypatch.setattr(migrate, "_run", slowly)
    both = [threading.Thread(target=upgrade, args=("loan", owner_url)) for _ in range(2)]
    both[0].start()
    assert begun.wait(LIMIT_S)
    both[1].start()
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    engine = create_engine(owner_url)
    with engine.connect() as watch:
        while not watch.scalar(text(waiting)):
            threading.Event().wait(0.05)
    engine.dispose()
    go_on.set()
    for one in both:
        one.join(LIMIT_S)
    assert order == ["begins", "ends", "begins", "ends"]


def test_a_migration_gives_up_on_a_busy_table_and_ends_with_its_client(owner_url):
    engine = create_engine(owner_url, connect_args={"options": MANNERS})
    with engine.connect() as connection:
        kept = [
            connection.scalar(text(f"SHOW {name}"))
            for name in ("lock_timeout", "client_connection_check_interval")
        ]
    engine.dispose()
    assert kept == ["30s", "5s"]
