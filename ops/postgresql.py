"""The hall's private PostgreSQL: made once, loopback only, a database and its own roles for every service."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from ops.accounts import as_server_account, database_folder
from ops.environment import Setting
from services.common.topology import SERVICES

DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
# Nothing a person typed may reach the server's log: neither statements nor the values in error details.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "240",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "idle_in_transaction_session_timeout": "60s",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}


def programs() -> Path:
    """Find the folder of the newest installed PostgreSQL's programs; raises FileNotFoundError."""
    found = sorted(DEBIAN_PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        raise FileNotFoundError("PostgreSQL is not installed: no initdb found")
    return Path(elsewhere).resolve().parent


def prepare(setting: Setting) -> Path:
    """Make the database files if there are none yet; return their folder."""
    folder = database_folder(setting.home)
    if not (folder / "PG_VERSION").exists():
        _make(folder, setting.secrets["database"]["postgres"])
    return folder


def command(setting: Setting, folder: Path) -> list[str]:
    """Spell the command that runs the server in the foreground."""
    options = SETTINGS | {"port": str(setting.ports["postgresql"])}
    arguments = [f"--{name}={value}" for name, value in options.items()]
    return as_server_account([str(programs() / "postgres"), "-D", str(folder), *arguments])


def connect(setting: Setting, database: str = "postgres") -> psycopg.Connection:
    """Connect as the server's administrator; raises psycopg.OperationalError while it does not answer."""
    password = setting.secrets["database"]["postgres"]
    place = f"host=127.0.0.1 port={setting.ports['postgresql']} user=postgres connect_timeout=3"
    return psycopg.connect(place, password=password, dbname=database, autocommit=True)


def answers(setting: Setting) -> bool:
    """Whether the server takes connections."""
    try:
        connect(setting).close()
    except psycopg.OperationalError:
        return False
    return True


def provision(setting: Setting) -> None:
    """Give every service its database and roles; run again, it changes nothing."""
    passwords = setting.secrets["database"]
    with connect(setting) as server:
        for role in (name for name in passwords if name != "postgres"):
            _ensure_role(server, role, passwords[role])
        server.execute("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")
        for service in SERVICES:
            _ensure_database(server, service)
    for service in SERVICES:
        with connect(setting, service) as database:
            for statement in _rights(service):
                database.execute(statement)


def migrated_from(setting: Setting, service: str) -> str:
    """Read from which source the service's tables were last made; empty when never."""
    with connect(setting, service) as database:
        row = database.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    return str(row[0] or "") if row else ""


def note_migrated(setting: Setting, service: str, source: str) -> None:
    """Keep in the database itself from which source its tables were made."""
    with connect(setting, service) as database:
        noted = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(service), sql.Literal(source))
        database.execute(noted)


def _make(folder: Path, password: str) -> None:
    with tempfile.NamedTemporaryFile("w", prefix="hall-") as file:
        file.write(password + "\n")
        file.flush()
        _readable_by_owner_of(folder, file.name)
        options = ["--auth=scram-sha-256", "--username=postgres", f"--pwfile={file.name}"]
        locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
        initdb = [str(programs() / "initdb"), "-D", str(folder), *options, *locale]
        _run_quietly(as_server_account(initdb))


def _readable_by_owner_of(folder: Path, name: str) -> None:
    owner = folder.stat()
    if os.geteuid() == 0:
        os.chown(name, owner.st_uid, owner.st_gid)


def _run_quietly(arguments: list[str]) -> None:
    done = subprocess.run(arguments, check=False, capture_output=True, text=True, cwd="/")
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed: {re.sub(r'pwfile=[^ ]+', '', done.stderr)[-500:]}")


def _ensure_role(server: psycopg.Connection, role: str, password: str) -> None:
    known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    if known is None:
        server.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    name, secret = sql.Identifier(role), sql.Literal(password)
    server.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, secret))


def _ensure_database(server: psycopg.Connection, service: str) -> None:
    known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (service,)).fetchone()
    if known is None:
        names = {"name": sql.Identifier(service), "owner": sql.Identifier(f"{service}_owner")}
        server.execute(sql.SQL("CREATE DATABASE {name} OWNER {owner}").format(**names))


def _rights(service: str) -> Iterator[sql.Composed]:
    # The service uses its tables and can neither make nor change one; migrations, run by the owner,
    # take UPDATE and DELETE on history and ledger tables away again.
    names = {"name": sql.Identifier(service), "owner": sql.Identifier(f"{service}_owner")}
    for statement in (
        "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {name} TO {name}, {owner}, relay",
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {name}, relay",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT USAGE, SELECT ON SEQUENCES TO {name}",
    ):
        yield sql.SQL(statement).format(**names)
