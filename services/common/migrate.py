"""Brings a service's database to the newest shape: `python -m services.common.migrate withdrawal`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from services.common.connecting import CHECKED, CONNECT
from services.common.retention import let_forget
from services.common.settings import refuse_unsafe

SERVICES = Path(__file__).resolve().parents[1]
ENVIRONMENT = SERVICES / "common" / "migrations"


# A table in use is waited for briefly: behind a waiting migration everybody else would wait. The server
# notices when whoever began one is gone, and takes its work back.
MANNERS = f"-c lock_timeout=30s -c {CHECKED}"
_ALONE = text("SELECT pg_advisory_lock(hashtext('migration'))")


def upgrade(service: str, url: str) -> None:
    """Run what has not run yet: first the common tables, then the service's own. `url` is the owner's.

    What the database forgets is said anew each time. Two that come at once go one after the other.
    """
    os.environ["HALL_SERVICE"] = service
    connect = {**CONNECT, "options": MANNERS}
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool, connect_args=connect)
    with _alone(engine):
        _run(service, engine)
        with engine.begin() as connection:
            let_forget(connection, service)


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Wait as long as it takes for the others. Without a transaction: the server ends one that stays idle."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        guard.execute(text("SET lock_timeout = 0"))
        guard.execute(_ALONE)
        yield


def _run(service: str, engine: Engine) -> None:
    for owner in ("common", service):
        config = Config()
        config.set_main_option("script_location", str(ENVIRONMENT))
        config.set_main_option("version_locations", str(SERVICES / owner / "migrations" / "versions"))
        config.set_main_option("path_separator", "os")
        config.attributes["engine"] = engine
        config.attributes["version_table"] = f"alembic_version_{owner}"
        command.upgrade(config, "head")


if __name__ == "__main__":
    refuse_unsafe(dict(os.environ))
    upgrade(sys.argv[1], os.environ["OWNER_DATABASE_URL"])
