"""Where floor and baseline run: a virtual host and a database of their own on the hall's servers."""

import secrets
import subprocess
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
from psycopg import sql

from ops import postgresql, rabbitmq
from ops.environment import Setting

NAME = "bench"
CONTROL = "rabbitmqctl"


@dataclass(frozen=True)
class Yard:
    """Addresses of the yard's virtual host and database."""

    broker_url: str
    database_url: str


def opened(setting: Setting, people: list[tuple[str, str]]) -> Yard:
    """Make the yard anew with one account and one session (fund number, token) for each of `people`."""
    password = secrets.token_urlsafe(16)
    _make_virtual_host(setting, password)
    _make_database(setting, password)
    yard = Yard(
        f"amqp://{NAME}:{quote(password)}@127.0.0.1:{setting.ports['rabbitmq']}/{NAME}",
        f"postgresql://{NAME}:{quote(password)}@127.0.0.1:{setting.ports['postgresql']}/{NAME}",
    )
    _fill(yard, people)
    return yard


def closed(setting: Setting) -> None:
    """Remove the yard."""
    _control(setting, "delete_vhost", NAME, needed=False)
    _control(setting, "delete_user", NAME, needed=False)
    with postgresql.connect(setting) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))
        server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(NAME)))


def _make_virtual_host(setting: Setting, password: str) -> None:
    _control(setting, "delete_vhost", NAME, needed=False)
    _control(setting, "delete_user", NAME, needed=False)
    _control(setting, "add_vhost", NAME)
    _control(setting, "add_user", NAME, password)
    _control(setting, "set_permissions", "-p", NAME, NAME, ".*", ".*", ".*")


def _control(setting: Setting, *words: str, needed: bool = True) -> None:
    program = rabbitmq.server_program().with_name(CONTROL)
    surroundings = rabbitmq.surroundings(setting)
    subprocess.run(
        [str(program), "--quiet", *words], env=surroundings, check=needed, capture_output=True, timeout=60
    )


def _make_database(setting: Setting, password: str) -> None:
    name = sql.Identifier(NAME)
    with postgresql.connect(setting) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(name))
        server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password)))
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))


def _fill(yard: Yard, people: list[tuple[str, str]]) -> None:
    with psycopg.connect(yard.database_url) as connection:
        connection.execute(
            "CREATE TABLE accounts (fund_number text PRIMARY KEY, holder_name text NOT NULL,"
            " state text NOT NULL, balance_fen bigint NOT NULL, held_fen bigint NOT NULL,"
            " monthly_fen bigint NOT NULL,"
            " employer_name text NOT NULL, opened_on date NOT NULL, last_contribution_on date NOT NULL)"
        )
        connection.execute(
            "CREATE TABLE sessions"
            " (token text PRIMARY KEY, fund_number text NOT NULL, expires_at timestamptz NOT NULL)"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO accounts VALUES (%s, '甄缴存', 'normal', 8412345, 0, 168000, '某某公司',"
                " date '2021-11-01', date '2026-11-10')",
                [(fund_number,) for fund_number, _ in people],
            )
            cursor.executemany(
                "INSERT INTO sessions VALUES (%s, %s, now() + interval '1 day')",
                [(token, fund_number) for fund_number, token in people],
            )
        connection.execute("ANALYZE")
