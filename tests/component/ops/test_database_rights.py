"""A service uses its own database without being able to change its shape, and enters no other."""

import psycopg
import pytest
from psycopg import errors

from tests.servers import Servers


def connected(
    servers: Servers, service: str, variable: str, database: str | None = None
) -> psycopg.Connection:
    url = servers.environments[service][variable].replace("+psycopg", "")
    place = url if database is None else url.rpartition("/")[0] + f"/{database}"
    return psycopg.connect(place, autocommit=True)


def test_a_service_writes_the_tables_its_owner_makes(servers: Servers) -> None:
    with connected(servers, "loan", "OWNER_DATABASE_URL") as owner:
        owner.execute("CREATE TABLE tried (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
        try:
            with connected(servers, "loan", "DATABASE_URL") as service:
                service.execute("INSERT INTO tried (word) VALUES ('once')")
                service.execute("UPDATE tried SET word = 'twice'")
                assert service.execute("SELECT id, word FROM tried").fetchall() == [(1, "twice")]
        finally:
            owner.execute("DROP TABLE tried")


def test_a_service_cannot_make_a_table(servers: Servers) -> None:
    with connected(servers, "loan", "DATABASE_URL") as service, pytest.raises(errors.InsufficientPrivilege):
        service.execute("CREATE TABLE public.own (id bigint)")


@pytest.mark.parametrize("database", ["deposit", "auth", "postgres"])
def test_a_service_enters_no_other_database(servers: Servers, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        connected(servers, "loan", "DATABASE_URL", database)
