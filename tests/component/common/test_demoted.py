"""After a failover the old server only reads: it is left, and who wants to write waits for the new one."""

import pytest
from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from services.common.connecting import CONNECT
from services.common.database import is_passing
from services.common.importing.loading import importing

WRITE = "INSERT INTO notes (word) VALUES ('after the failover')"
# Such as every session of a demoted server is, from now on and to its end.
DEMOTE = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
NEW_SESSIONS = "ALTER ROLE withdrawal IN DATABASE withdrawal"


@pytest.fixture
def access(rows, at_home):
    """The probe's own way into its database."""
    return at_home("withdrawal")


@pytest.fixture
def set_role(servers):
    """Changes what the sessions of the service's role are from now on; undone at the end."""
    options = {"options": "-c default_transaction_read_only=off"}
    engine = create_engine(servers.environments["withdrawal"]["DATABASE_URL"], connect_args=options)

    def change(words):
        with engine.begin() as connection:
            connection.execute(text(f"{NEW_SESSIONS} {words}"))

    yield change
    change("RESET default_transaction_read_only")
    engine.dispose()


def write(access, statement=WRITE):
    with access.write() as session:
        session.execute(text(statement))


def test_a_demoted_server_is_left_at_once_and_another_found(rows, access, servers):
    with access.read() as session:
        read_of = session.scalar(text("SELECT pg_backend_pid()"))
    write(access, DEMOTE)
    with pytest.raises(DBAPIError) as refused:
        write(access)
    assert isinstance(refused.value.orig, ReadOnlySqlTransaction)
    assert is_passing(refused.value)
    write(access)
    assert rows.count("notes", "after the failover")
    with access.read() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != read_of


def test_a_server_that_only_reads_is_not_connected_to(rows, access, set_role):
    write(access, DEMOTE)
    set_role("SET default_transaction_read_only = on")
    for _ in range(2):
        with pytest.raises(DBAPIError) as refused:
            write(access)
        assert is_passing(refused.value)
    assert isinstance(refused.value, OperationalError), "it connected"
    set_role("RESET default_transaction_read_only")
    write(access)


def test_whoever_connects_says_how_long_a_dead_server_is_waited_for(access, servers):
    with access.read() as session:
        served = session.connection().connection.driver_connection.info.get_parameters()
    with importing(servers.environments["withdrawal"]["OWNER_DATABASE_URL"]) as connection:
        imported = connection.info.get_parameters()
    for told in (served, imported):
        assert {name: told.get(name) for name in CONNECT} == {name: str(v) for name, v in CONNECT.items()}
