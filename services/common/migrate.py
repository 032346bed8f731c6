"""Brings a service's database to the newest shape: `python -m services.common.migrate withdrawal`."""

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.common.retention import let_forget

SERVICES = Path(__file__).resolve().parents[1]
ENVIRONMENT = SERVICES / "common" / "migrations"


# A table in use is waited for briefly: behind a waiting migration everybody else would wait. The server
# notices when whoever began one is gone, and takes its work back.
MANNERS = "-c lock_timeout=30s -c client_connection_check_interval=5s"
_ALONE = text("SELECT pg_advisory_lock(hashtext('migration'))")


def upgrade(service: str, url: str) -> None:
    """Run what has not run yet: first the common tables, then the service's own. `url` is the owner's.

    What the database forgets is said anew each time. Two that come at once go one after the other.
    """
    os.environ["HALL_SERVICE"] = service
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool)
    with engine.connect() as guard:
        guard.execute(_ALONE)
        _run(service, url)
        with engine.begin() as connection:
            let_forget(connection, service)


def _run(service: str, url: str) -> None:
    for owner in ("common", service):
        config = Config()
        config.set_main_option("script_location", str(ENVIRONMENT))
        config.set_main_option("version_locations", str(SERVICES / owner / "migrations" / "versions"))
        config.set_main_option("path_separator", "os")
        config.attributes["url"] = url
        config.attributes["manners"] = MANNERS
        config.attributes["version_table"] = f"alembic_version_{owner}"
        command.upgrade(config, "head")


if __name__ == "__main__":
    upgrade(sys.argv[1], os.environ["OWNER_DATABASE_URL"])
