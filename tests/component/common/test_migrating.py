"""A database is brought to its newest shape by one at a time, and keeps nobody from the tables for long."""

import threading
from contextlib import nullcontext

import pytest
from sqlalchemy import create_engine, text

from services.common import migrate
from services.common.connecting import CONNECT
from services.common.migrate import upgrade
from tests.component.common.bench import until

LIMIT_S = 30


@pytest.fixture
def owner_url(servers, rows, monkeypatch):
    for name, value in servers.environments["loan"].items():
        monkeypatch.setenv(name, value)
    return servers.environments["loan"]["OWNER_DATABASE_URL"]


def test_whoever_comes_second_waits_for_the_first(owner_url, monkeypatch):
    begun, go_on, order = threading.Event(), threading.Event(), []
    run = migrate._run

    def slowly(service, engine):
        order.append("begins")
        begun.set()
        assert go_on.wait(LIMIT_S)
        run(service, engine)
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


@pytest.fixture
def hurried(owner_url):
    """A server that ends a transaction in which nothing happens for half a second, as ours does after 60."""
    limit = "ALTER ROLE CURRENT_USER {} idle_in_transaction_session_timeout"
    engine = create_engine(owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as owner:
        owner.execute(text(limit.format("SET") + " = '500ms'"))
        yield owner
        owner.execute(text(limit.format("RESET")))
    engine.dispose()


def test_others_are_kept_waiting_however_long_a_migration_takes(owner_url, hurried, monkeypatch):
    held = []

    def at_length(service, engine):
        hurried.execute(text("SELECT pg_sleep(1.5)"))
        held.append(hurried.scalar(text(HELD)))

    monkeypatch.setattr(migrate, "_run", at_length)
    upgrade("loan", owner_url)
    assert held == [1]
    until(lambda: not hurried.scalar(text(HELD)), "the next one's turn")


HELD = (
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
    " WHERE datname = current_database() AND locktype = 'advisory' AND granted"
)


@pytest.mark.parametrize("step", ["_run", "let_forget"])
def test_every_step_gives_up_on_a_busy_table_ends_with_its_client_and_wants_no_copy(
    owner_url, monkeypatch, step
):
    kept = []

    def look(*told):
        engine = next(one for one in told if one != "loan")
        with engine.connect() if step == "_run" else nullcontext(engine) as connection:
            kept.extend(connection.scalar(text(f"SHOW {name}")) for name in LIMITS)
            kept.append(connection.connection.driver_connection.info.get_parameters())

    monkeypatch.setattr(migrate, step, look)
    upgrade("loan", owner_url)
    *limits, parameters = kept
    assert limits == list(LIMITS.values())
    assert parameters["target_session_attrs"] == CONNECT["target_session_attrs"]


LIMITS = {"lock_timeout": "30s", "client_connection_check_interval": "5s"}
